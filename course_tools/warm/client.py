"""Find the matching server or start one, and ask it for a kernel."""

import asyncio
import json
import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_tools.warm.place import NoServer, Place, place_for, relevant
from course_tools.warm.process import ForkedKernel
from course_tools.warm.wire import Request, peer, send_request

# A new server answers after its imports, which take seconds, or many seconds on a busy machine.
ANSWER_LIMIT_S = 120
START_LIMIT_S = 30


async def fork_kernel(python: list[str], arguments: list[str], options: Mapping[str, Any]) -> ForkedKernel:
    """Have the server fork a kernel.

    Args:
        python: The interpreter with its options.
        arguments: Arguments of ipykernel.
        options: As for `subprocess.Popen`: `env`, and optionally `cwd`, `stdout`, `stderr`.

    Raises:
        NoServer: This is not possible; the message is the reason.
    """
    env = options["env"]
    place = place_for(python, env)
    owner = _owner(env)
    folder = Path(options.get("cwd") or "").absolute()
    request = Request(arguments, dict(env), str(folder), owner)
    for _ in range(2):  # the first server may have been ending with its last owner
        try:
            connection = _connect(place) or _start_and_connect(place, python, env, owner)
            answer, more = await _ask(connection, request, options)
        except (OSError, TimeoutError, subprocess.SubprocessError) as error:
            raise NoServer(f"no answer from the server ({str(error) or 'in time'}); see {place.log}") from error
        if "pid" in answer:
            return ForkedKernel(answer["pid"], connection, more)
        connection.close()
        if "refused" in answer:
            raise NoServer(answer["refused"])
    raise NoServer(f"the server ended while it was asked; see {place.log}")


def _owner(env: Mapping[str, str]) -> int:
    """Return the PID of the process with which the server ends."""
    named = env.get("COURSE_WARM_OWNER")
    if not named:
        return os.getpid()
    try:
        owner = int(named)
        if Path(f"/proc/{owner}").stat().st_uid == os.geteuid():
            return owner
    except (ValueError, FileNotFoundError):
        pass
    raise NoServer(f"COURSE_WARM_OWNER must be the PID of a running process of yours, such as $$; got {named!r}")


def _connect(place: Place) -> socket.socket | None:
    """Return a connection to the server; None if there is no server."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(place.socket))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    if peer(connection).uid != os.geteuid():
        connection.close()
        raise PermissionError(f"{place.socket} is served by another user")
    return connection


def _start_and_connect(place: Place, python: list[str], env: Mapping[str, str], owner: int) -> socket.socket:
    with place.lock():
        connection = _connect(place)  # another process may have been quicker
        if connection:
            return connection
        place.socket.unlink(missing_ok=True)  # left by a server that was killed
        # The socket listens before the server is ready, so that other clients only have to wait.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, place.log.open("ab") as log:
            listener.bind(str(place.socket))
            listener.listen(128)
            subprocess.run(
                [*python, "-m", "course_tools.warm.server", str(listener.fileno()), str(place.socket), str(owner)],
                env=_importing(env),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                timeout=START_LIMIT_S,
                check=True,
            )
        connection = _connect(place)
    if not connection:
        raise ConnectionError("it ended at once")
    return connection


def _importing(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for the server's imports, with the variables that a kernel would set before them."""
    # ipykernel sets the first before matplotlib is imported; without it there are no figures.
    late = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return late | {name: value for name, value in relevant(env).items() if value or name not in late}


async def _ask(connection: socket.socket, request: Request, options: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the server's answer, empty if it ended without one, and the bytes received after it."""
    received = b""
    try:
        with Path(os.devnull).open("wb") as nothing:
            send_request(connection, request, [_descriptor(options, name, nothing) for name in ("stdout", "stderr")])
        connection.setblocking(False)
        async with asyncio.timeout(ANSWER_LIMIT_S):
            while b"\n" not in received:
                more = await asyncio.get_running_loop().sock_recv(connection, 4096)
                if not more:
                    return {}, b""
                received += more
    except ConnectionError:
        return {}, b""
    except BaseException:
        connection.close()
        raise
    answer, _, more = received.partition(b"\n")
    return json.loads(answer), more


def _descriptor(options: Mapping[str, Any], name: str, nothing: Any) -> int:
    stream = options.get(name)
    if stream is None:
        return {"stdout": 1, "stderr": 2}[name]
    if stream == subprocess.DEVNULL:
        return nothing.fileno()
    return stream if isinstance(stream, int) else stream.fileno()
