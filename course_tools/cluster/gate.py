"""Slots for jobs in a worker process: a job that has lost a worker before runs alone from then on.

When a worker ends, all of its jobs end, and it is unknown which of them caused it. A job that runs alone takes no other
job with it, and no job is given up because of its neighbour.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_changed = threading.Condition()
_running: list[bool] = []  # for each job that runs in this process, whether it is exclusive
_waiting_exclusive: list[bool] = []  # one entry for each exclusive job that waits: no other job begins meanwhile
_POLL_S = 0.5


@contextmanager
def job_slot(exclusive: bool, is_wanted: Callable[[], bool]) -> Iterator[bool]:
    """Wait for a slot among the jobs of this process, and hold it.

    Args:
        exclusive: Whether no other job may run meanwhile.
        is_wanted: Whether the job is still wanted; waiting ends if not.

    Yields:
        Whether the slot is held; False if the job was no longer wanted.
    """
    with _changed:
        if exclusive:
            _waiting_exclusive.append(exclusive)
        while (_running if exclusive else any(_running) or _waiting_exclusive) and is_wanted():
            _changed.wait(_POLL_S)
        if exclusive:
            _waiting_exclusive.pop()
        is_held = is_wanted()
        if is_held:
            _running.append(exclusive)
    try:
        yield is_held
    finally:
        with _changed:
            if is_held:
                _running.remove(exclusive)
            _changed.notify_all()
