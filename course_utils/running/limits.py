"""Time limits of a run, for a cell and for the whole notebook, as traits of nbclient's client.

At a limit the kernel is interrupted, so that the notebook shows where it stood; one that does not heed the interrupt is
killed when its client shuts it down.
"""

import time
from typing import Any

_NAME = "CourseTimeLimit"


class LimitReached(Exception):
    """A limit was reached and the kernel heeded the interrupt; the argument is `cell_timeout` or `notebook_timeout`."""


class Limits:
    """The limits of one run.

    Args:
        cell: Seconds that a cell may take; None for any time.
        notebook: Seconds from `started` that the notebook may take; None for any time.
        started: The monotonic clock's reading when the run began.
    """

    def __init__(self, cell: float | None, notebook: float | None, started: float) -> None:
        self.seconds = {"cell_timeout": cell, "notebook_timeout": notebook}
        self._began = {"cell_timeout": started, "notebook_timeout": started}

    def traits(self) -> dict[str, Any]:
        """Traits of the client that keeps the limits; none if there is no limit."""
        if not any(self.seconds.values()):
            return {}
        return {
            "timeout_func": self._seconds_left,
            "interrupt_on_timeout": True,
            "error_on_timeout": {"ename": _NAME, "evalue": "", "traceback": []},
            "on_cell_error": self._stop,
        }

    def reached(self) -> str | None:
        """`cell_timeout` or `notebook_timeout` if that limit has been reached."""
        return next((kind for kind, left in reversed(self._left().items()) if left <= 0), None)

    def _left(self) -> dict[str, float]:
        now = time.monotonic()
        return {kind: self._began[kind] + limit - now for kind, limit in self.seconds.items() if limit}

    def _seconds_left(self, cell: Any) -> float:
        """Called by the client when a cell has begun."""
        self._began["cell_timeout"] = time.monotonic()
        return max(0.001, min(self._left().values()))

    def _stop(self, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        # Also in a cell that is allowed to fail: the client would go on with the next one.
        if execute_reply["content"].get("ename") == _NAME:
            cell.metadata.papermill["status"] = "failed"
            raise LimitReached(self.reached() or "cell_timeout")
