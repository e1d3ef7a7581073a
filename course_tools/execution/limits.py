"""Time limits of a run, for a cell and for the whole notebook, as traits of nbclient's client.

At a limit the kernel is interrupted, so that the notebook shows the line that was running. A kernel that ignores the
interrupt is killed when its client shuts it down. A client that hangs is ended from outside some seconds later.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

OVERTIME_S = 30.0
_NAME = "CourseTimeLimit"


class LimitReached(Exception):
    """A limit interrupted the kernel; the argument is `cell_timeout` or `notebook_timeout`."""


class Limits:
    """The limits of one run.

    Args:
        cell: Seconds that a cell may take; None for no limit.
        notebook: Seconds from `started` that the notebook may take; None for no limit.
        started: The monotonic clock's reading when the run began.
    """

    def __init__(self, cell: float | None, notebook: float | None, started: float) -> None:
        self.seconds = {"cell_timeout": cell, "notebook_timeout": notebook}
        self._began = {"cell_timeout": started, "notebook_timeout": started}

    def traits(self) -> dict[str, Any]:
        """Return the traits for a client that enforces the limits; none if there is no limit."""
        if not any(self.seconds.values()):
            return {}
        return {
            "timeout_func": self._seconds_left,
            "interrupt_on_timeout": True,
            "error_on_timeout": {"ename": _NAME, "evalue": "", "traceback": []},
            "on_cell_error": self._stop,
        }

    def reached(self, since: float = 0.0) -> str | None:
        """Return `cell_timeout` or `notebook_timeout` if that limit was reached at least `since` seconds ago."""
        return next((kind for kind, left in reversed(self._left().items()) if left <= -since), None)

    def _left(self) -> dict[str, float]:
        now = time.monotonic()
        return {kind: self._began[kind] + limit - now for kind, limit in self.seconds.items() if limit}

    def cell_begins(self) -> None:
        """Restart the clock of the cell limit."""
        self._began["cell_timeout"] = time.monotonic()

    def _seconds_left(self, cell: Any) -> float:
        """Return the seconds left; the client calls this when a cell has begun."""
        self.cell_begins()
        return max(0.001, min(self._left().values()))

    def _stop(self, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        # Also in a cell that is allowed to fail: the client would continue with the next cell.
        if execute_reply["content"].get("ename") == _NAME:
            cell.metadata.papermill["status"] = "failed"
            raise LimitReached(self.reached() or "cell_timeout")


class Overtime:
    """Enforces the same limits from outside: ends a run that is `OVERTIME_S` over one of them.

    Args:
        cell, notebook: As for `Limits`.
        end: Ends the run.

    Attributes:
        limits: The limits; call their `cell_begins` for each cell.
        exceeded: The exceeded limit, `cell_timeout` or `notebook_timeout`; None if the run was not ended.
    """

    def __init__(self, cell: float | None, notebook: float | None, end: Callable[[], None]) -> None:
        self.limits = Limits(cell, notebook, time.monotonic())
        self.exceeded: str | None = None
        self._end = end
        self._over = threading.Event()

    def __enter__(self) -> "Overtime":
        if any(self.limits.seconds.values()):
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            self.exceeded = self.limits.reached(since=OVERTIME_S)
            if self.exceeded:
                self._end()
                return
