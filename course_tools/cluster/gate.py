"""Who may run beside whom in a worker: a job that has lost a worker before runs alone from then on.

What ends a worker ends all jobs in it, and nobody can tell whose fault it was. Alone, a job that kills its workers
takes no other job with it, and none is given up for what its neighbour did.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_changed = threading.Condition()
_inside: list[bool] = []  # for each job that runs in this process, whether it must be alone
_waiting_alone: list[bool] = []  # one for each job that waits to be alone: nobody else comes in meanwhile
_POLL_S = 0.5


@contextmanager
def admitted(alone: bool, is_wanted: Callable[[], bool]) -> Iterator[bool]:
    """Hold a place among the jobs of this process.

    Args:
        alone: Whether no other job may run meanwhile.
        is_wanted: Whether waiting still has a purpose.

    Yields:
        Whether there is a place; False if it was no longer wanted.
    """
    with _changed:
        if alone:
            _waiting_alone.append(alone)
        while (_inside if alone else any(_inside) or _waiting_alone) and is_wanted():
            _changed.wait(_POLL_S)
        if alone:
            _waiting_alone.pop()
        there_is_room = is_wanted()
        if there_is_room:
            _inside.append(alone)
    try:
        yield there_is_room
    finally:
        with _changed:
            if there_is_room:
                _inside.remove(alone)
            _changed.notify_all()
