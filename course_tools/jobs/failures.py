"""The kinds of failure of a job: an error in a cell, or one of the others that are told apart here."""

import contextlib
import errno
import os
import re
import signal
from pathlib import Path

from course_tools.jobs.outcome import Failure

KINDS = {  # the kind of a failure, and its name in tables
    "error": "error",
    "cell_timeout": "cell time-out",
    "notebook_timeout": "time-out",
    "out_of_memory": "out of memory",
    "disk_full": "disk full",
    "kernel_died": "kernel died",
    "worker_died": "worker died",
    "not_stored": "not stored",
    "not_started": "not started",
    "cluster_failed": "cluster failed",
    "gave_up": "gave up",
}
_KILLED = -9  # SIGKILL, which Windows does not have
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The system's messages for these: TensorFlow reports a full disk as an exhausted resource, with such a message.
_NO_DISK = re.compile("|".join(os.strerror(number) for number in _NO_SPACE))
# From Python and NumPy, TensorFlow, JAX, C++.
_NO_MEMORY = re.compile(r"MemoryError\b|ResourceExhausted|RESOURCE_EXHAUSTED|bad_alloc")


def of_cell(name: str, message: str, traceback: str) -> Failure:
    """Return the failure of a cell that raised an exception.

    Args:
        name: Name of the exception's class.
        message: The exception as text.
        traceback: Plain text.
    """
    number = re.match(r"\[Errno (\d+)\]", message)
    kind = "error"
    if (number and int(number[1]) in _NO_SPACE) or _NO_DISK.search(message):
        kind = "disk_full"
    elif _NO_MEMORY.search(f"{name} {message[:200]}"):
        kind = "out_of_memory"
    return Failure(name, message, traceback, kind)


def of_storing(error: OSError, traceback: str = "") -> Failure:
    """Return the failure of a run whose results could not be written."""
    return _of_system(error, "the results could not be written", "not_stored", traceback)


def of_starting(error: OSError) -> Failure:
    """Return the failure of a run whose process could not start, or whose notebook could not be read."""
    return _of_system(error, "the notebook could not be started", "not_started", "")


def _of_system(error: OSError, what: str, kind: str, traceback: str) -> Failure:
    full = error.errno in _NO_SPACE
    name = "DiskFull" if full else type(error).__name__
    return Failure(name, f"{what}: {error}", traceback, "disk_full" if full else kind)


def of_kernel(code: int | None, log: str, killed_for_memory: bool) -> Failure:
    """Return the failure of a run whose kernel died.

    Args:
        code: Its exit code, negative for the number of a signal; None if unknown.
        log: The last lines that it wrote to standard error.
        killed_for_memory: Whether the system killed processes for lack of memory meanwhile.
    """
    kind, ended = "kernel_died", "the kernel ended in the middle of a cell"
    if code is not None:
        ended += f" ({_how(code)})"
    if _NO_MEMORY.search(log) or (code == _KILLED and killed_for_memory):
        kind = "out_of_memory"
        ended += ": there was not enough memory"
    elif code in (None, _KILLED):
        ended += "; if nobody killed it, the memory may have been too small"
    return Failure("KernelDied" if kind == "kernel_died" else "OutOfMemory", ended, log, kind)


def of_worker(code: int, log: str, killed_for_memory: bool) -> Failure:
    """Return the failure of a run whose worker, which drives the kernel, ended without a result; see `of_kernel`."""
    ended = f"the process that ran the notebook ended ({_how(code)})"
    if code == _KILLED and killed_for_memory:
        return Failure("OutOfMemory", f"{ended}: there was not enough memory", log, "out_of_memory")
    if code == _KILLED:
        ended += "; if nobody killed it, the memory may have been too small"
    return Failure("WorkerDied", ended, log, "worker_died")


def of_limit(kind: str, seconds: float, traceback: str) -> Failure:
    """Return the failure of a run that took too long.

    Args:
        kind: `cell_timeout` or `notebook_timeout`.
        seconds: The limit.
        traceback: The traceback of the interrupt.
    """
    if kind == "cell_timeout":
        return Failure("CellTimeout", f"the cell took longer than {seconds:g} s (--cell-timeout)", traceback, kind)
    return Failure("NotebookTimeout", f"the notebook took longer than {seconds:g} s (--timeout)", traceback, kind)


def memory_kills() -> int | None:
    """Return how many processes the system has killed for lack of memory so far; None if it does not tell.

    The count is of the own control group if there is one, since the machine's count includes other containers.
    """
    for path in (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat")):
        with contextlib.suppress(OSError):
            lines = path.read_text(encoding="ascii").splitlines()
            return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)
    return None


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
