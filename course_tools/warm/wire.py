"""The messages on the socket: a request with two descriptors to the server, lines of JSON back."""

import json
import os
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any

# A stalled client must not block the others for long.
_REQUEST_LIMIT_S = 10


@dataclass(frozen=True)
class Request:
    """A request for a kernel.

    Attributes:
        arguments: Arguments of ipykernel.
        env: Its whole environment.
        cwd: Its working directory.
        owner: PID of the process with which the server ends.
    """

    arguments: list[str]
    env: dict[str, str]
    cwd: str
    owner: int


@dataclass(frozen=True)
class Peer:
    """The process at the other end of a socket, as the operating system reports it."""

    pid: int
    uid: int


def peer(connection: socket.socket) -> Peer:
    """Return the process at the other end: the one that connected or, on that side, the one that listens."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", credentials)
    return Peer(pid, uid)


def send_request(connection: socket.socket, request: Request, streams: list[int]) -> None:
    """Send a request with the descriptors for the kernel's standard output and standard error."""
    socket.send_fds(connection, [b"\0"], streams)
    connection.sendall(json.dumps(asdict(request)).encode() + b"\n")


def receive_request(connection: socket.socket) -> tuple[Request, list[int]]:
    """Receive what `send_request` sent.

    Raises:
        OSError, ValueError, TypeError: It did not arrive in time, or is invalid.
    """
    connection.settimeout(_REQUEST_LIMIT_S)
    _, streams, _, _ = socket.recv_fds(connection, 1, 2)
    try:
        if len(streams) != 2:
            raise ValueError("the request came without streams")
        with connection.makefile("rb") as stream:
            request = Request(**json.loads(stream.readline()))
        if type(request.owner) is not int or not 0 < request.owner < 2**31:
            raise ValueError(f"no process has the PID {request.owner!r}")
    except BaseException:
        for stream in streams:
            os.close(stream)
        raise
    connection.settimeout(None)
    return request, streams


def send_line(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one line of JSON, if the other side is still there."""
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        return  # the client has ended, which the server notices by the connection anyway
