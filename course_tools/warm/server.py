"""The process that forks kernels: `python -m course_tools.warm.server`, started by `client`.

It ends when all of its owners and kernels have ended. A kernel ends when the process that asked for it ends or closes
its side of the connection, and it always ends with this process.
"""

import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_tools.warm.child import become_kernel, detach
from course_tools.warm.preload import preload, why_not_fork
from course_tools.warm.wire import Request, peer, receive_request, send_line


def main() -> None:
    """Serve, or become a kernel. The arguments are the descriptor of a listening socket, its path, the first owner."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    path, owner = Path(sys.argv[2]), int(sys.argv[3])
    if os.fork():
        os._exit(0)  # so that the starting process is not the parent, which might end all its children
    os.setsid()
    if not sys.flags.safe_path:
        del sys.path[0]  # the working directory, which `python -m` adds and a kernel must not have
    server = Server(listener, path)
    server.add_owner(owner)
    set_by_imports = preload()
    request = server.serve()
    if request:
        become_kernel(request, set_by_imports)


@dataclass(frozen=True, eq=False)
class _Kernel:
    pid: int
    alive: int  # descriptor that becomes readable when the kernel ends
    client_alive: int  # the same for the process that asked for it
    connection: socket.socket


class Server:
    """Waits for requests, and for owners and kernels to end."""

    def __init__(self, listener: socket.socket, path: Path):
        self._listener = listener
        self._path = path
        self._inode = path.stat().st_ino
        self._complained = False
        self._owners: dict[int, int] = {}
        self._kernels: set[_Kernel] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._accept)

    def add_owner(self, pid: int) -> None:
        """Run at least as long as this process."""
        if pid in self._owners:
            return
        try:
            self._owners[pid] = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        self._selector.register(self._owners[pid], selectors.EVENT_READ, lambda: self._remove_owner(pid))

    def serve(self) -> Request | None:
        """Fork kernels until all owners and kernels have ended; in a child, return its request."""
        while self._owners or self._kernels:
            for key, _ in self._selector.select():
                if self._selector.get_map().get(key.fd) is not key:
                    continue  # handling another event has unregistered this one
                request = key.data()
                if request:
                    return request
        self._end()
        return None

    def _accept(self) -> Request | None:
        connection, _ = self._listener.accept()
        client = peer(connection)
        try:
            if client.uid != os.geteuid():
                raise PermissionError(f"it is user {client.uid}'s")
            request, streams = receive_request(connection)
        except (OSError, ValueError, TypeError) as error:
            self._complain(f"process {client.pid} got nothing: {error!r}")
            connection.close()
            return None
        is_child = False
        try:
            self.add_owner(request.owner)
            refusal = why_not_fork()
            if not refusal:
                is_child = self._fork(client.pid, connection, streams)
        except OSError as error:  # the client has ended, or there is no room for another process
            refusal = str(error)
        if is_child:
            return request
        for stream in streams:
            os.close(stream)
        if refusal:
            self._complain(refusal)
            send_line(connection, {"refused": refusal})
            connection.close()
        return None

    def _fork(self, client: int, connection: socket.socket, streams: list[int]) -> bool:
        """Fork a kernel; return True in the child, which has closed all descriptors of the server.

        Raises:
            OSError: The fork failed.
        """
        server = os.getpid()
        client_alive = os.pidfd_open(client)
        try:
            pid = os.fork()
        except OSError:
            os.close(client_alive)
            raise
        if not pid:
            os.close(client_alive)
            self._close()
            detach(server, streams)
            send_line(connection, {"pid": os.getpid()})
            connection.close()
            return True
        kernel = _Kernel(pid, os.pidfd_open(pid), client_alive, connection)
        self._kernels.add(kernel)
        self._selector.register(kernel.alive, selectors.EVENT_READ, lambda: self._reap(kernel))
        for ends in (client_alive, connection):
            self._selector.register(ends, selectors.EVENT_READ, lambda: self._kill(kernel))
        return False

    def _kill(self, kernel: _Kernel) -> None:
        """Kill a kernel whose client has gone; `_reap` follows as for any other end."""
        self._selector.unregister(kernel.client_alive)
        self._selector.unregister(kernel.connection)
        with suppress(ProcessLookupError):  # it does not lead its group yet, or has just ended
            os.killpg(kernel.pid, signal.SIGKILL)
        os.kill(kernel.pid, signal.SIGKILL)

    def _reap(self, kernel: _Kernel) -> None:
        _, status, usage = os.wait4(kernel.pid, 0)
        end = {"exit": os.waitstatus_to_exitcode(status), "peak_bytes": usage.ru_maxrss * 1024}
        send_line(kernel.connection, end)
        for ended in (kernel.alive, kernel.client_alive, kernel.connection):
            if ended in self._selector.get_map():
                self._selector.unregister(ended)
        kernel.connection.close()
        os.close(kernel.alive)
        os.close(kernel.client_alive)
        self._kernels.discard(kernel)

    def _remove_owner(self, pid: int) -> None:
        self._selector.unregister(self._owners[pid])
        os.close(self._owners.pop(pid))

    def _end(self) -> None:
        """Make way for the next server, before this one stops listening."""
        if self._path.exists() and self._path.stat().st_ino == self._inode:
            self._path.unlink()
            if not self._complained:  # nobody needs the messages of the imports
                self._path.with_suffix(".log").unlink(missing_ok=True)
        self._close()

    def _complain(self, text: str) -> None:
        print(f"{datetime.now():%Y-%m-%d %H:%M:%S} server {os.getpid()}: {text}", file=sys.stderr, flush=True)
        self._complained = True

    def _close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)
            else:
                key.fileobj.close()
        self._selector.close()


if __name__ == "__main__":
    main()
