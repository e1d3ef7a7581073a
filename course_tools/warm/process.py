"""A forked kernel, as its owner sees it."""

import json
import os
import signal
import socket
import time
from contextlib import suppress

# The operating system reports the peak memory of a process' own children, but not of these.
_peaks: list[int] = []


def peak_of_ended() -> int:
    """Return the largest memory, in bytes, of the ended forked kernels of this process; 0 without any."""
    return max(_peaks, default=0)


class ForkedKernel:
    """The part of `subprocess.Popen` that Jupyter's `LocalProvisioner` uses, for a child of the server.

    The connection to the server stays open as long as the kernel runs. The server reports the kernel's end through it,
    and kills the kernel when the owner's side closes, on purpose or because the owner has ended.

    Attributes:
        pid: The kernel's process, which leads its own process group.
        returncode: As in `Popen`; None as long as it runs.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket, received: bytes = b""):
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._received = received

    def poll(self) -> int | None:
        """Return the exit code, or None as long as the kernel runs."""
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
            if not received:  # the server has ended, and a kernel does not outlive it
                self._ended(-signal.SIGKILL)
            self._received += received
        return self.returncode

    def _ended(self, returncode: int) -> None:
        self.returncode = returncode
        self._connection.close()

    def wait(self) -> int:
        """Wait for the end of the kernel, and return its exit code."""
        while self.poll() is None:
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and its children, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)
