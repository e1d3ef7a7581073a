"""Wait for processes, and look whether they still run."""

import time
from collections.abc import Callable

import psutil


def wait_for(condition: Callable[[], object], what: str, seconds: float = 90) -> object:
    """Wait until something is true, or at least not empty, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return found


def runs(pid: int) -> bool:
    """Return whether a process still runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
