"""A forked kernel, seen from its owner."""

import json
import os
import signal
import socket
import time
from contextlib import suppress

# As the operating system tells of a process' own children, but not of these.
_peaks: list[int] = []


def peak_of_ended() -> int:
    """The largest memory, in bytes, that any forked kernel of this process has used which has ended; 0 without one."""
    return max(_peaks, default=0)


class ForkedKernel:
    """What Jupyter's `LocalProvisioner` needs of a `subprocess.Popen`, for a process that is the server's child.

    The connection to the server stays open as long as the kernel lives. The server tells through it how the kernel
    ended; when this end closes, because the owner wants it or is no more, the server kills the kernel.

    Attributes:
        pid: The kernel's process, which leads a group of its own.
        returncode: As in `Popen`; None as long as it lives.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket, received: bytes = b""):
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._received = received

    def poll(self) -> int | None:
        """The exit code, or None as long as it lives."""
        while self.returncode is None:
            if b"\n" in self._received:
                end = json.loads(self._received)
                _peaks.append(end["peak_bytes"])
                self._ended(end["exit"])
                break
            try:
                received = self._connection.recv(4096, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except ConnectionError:
                received = b""
            if not received:  # the server is gone, and a kernel does not outlive it
                self._ended(-signal.SIGKILL)
            self._received += received
        return self.returncode

    def _ended(self, returncode: int) -> None:
        self.returncode = returncode
        self._connection.close()

    def wait(self) -> int:
        """Wait until it has ended; the exit code."""
        while self.poll() is None:
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and to the processes that it started, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended this moment
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
