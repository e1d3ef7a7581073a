"""What goes over the socket: a request with two descriptors one way, lines of JSON the other."""

import json
import os
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any

# One stalled client must not hold up the others for long.
_REQUEST_LIMIT_S = 10


@dataclass(frozen=True)
class Request:
    """A kernel that somebody wants.

    Attributes:
        arguments: Arguments of ipykernel.
        env: Its whole environment.
        cwd: Its working directory.
        owner: Number of the process whose end is the server's end.
    """

    arguments: list[str]
    env: dict[str, str]
    cwd: str
    owner: int


@dataclass(frozen=True)
class Peer:
    """Who is at the other end of a socket, as the operating system knows it."""

    pid: int
    uid: int


def peer(connection: socket.socket) -> Peer:
    """Who is at the other end: who connected, or seen from there, who listens."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, uid, _ = struct.unpack("3i", credentials)
    return Peer(pid, uid)


def send_request(connection: socket.socket, request: Request, streams: list[int]) -> None:
    """Send a request with the descriptors that are to be the kernel's standard output and standard error."""
    socket.send_fds(connection, [b"\0"], streams)
    connection.sendall(json.dumps(asdict(request)).encode() + b"\n")


def receive_request(connection: socket.socket) -> tuple[Request, list[int]]:
    """Receive what `send_request` sent.

    Raises:
        OSError, ValueError, TypeError: It did not come in time, or is something else.
    """
    connection.settimeout(_REQUEST_LIMIT_S)
    _, streams, _, _ = socket.recv_fds(connection, 1, 2)
    try:
        if len(streams) != 2:
            raise ValueError("no streams came with it")
        with connection.makefile("rb") as stream:
            request = Request(**json.loads(stream.readline()))
        if type(request.owner) is not int or not 0 < request.owner < 2**31:
            raise ValueError(f"no process has the number {request.owner!r}")
    except BaseException:
        for stream in streams:
            os.close(stream)
        raise
    connection.settimeout(None)
    return request, streams


def send_line(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one line of JSON; nothing happens if nobody is there any more."""
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        return  # who asked has ended, which its side of the connection tells anyway
