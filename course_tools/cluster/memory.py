"""The memory of a job on a worker.

A worker of dask.distributed limits only its own process, but the notebook runs in a kernel two processes below it.
Therefore the worker's limit is divided among its threads, and a watch adds up the memory of each job's processes. The
system's limits (RLIMIT_AS, RLIMIT_DATA) do not help: they count each process alone, and they count addresses, of which
TensorFlow reserves many times what it uses.
"""

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from course_tools.jobs.outcome import Failure, Outcome

if TYPE_CHECKING:
    from distributed import Worker


class MemoryWatch:
    """Ends a job's kernel when the job's processes use too much memory.

    Args:
        worker: The job's worker.
    """

    def __init__(self, worker: "Worker") -> None:
        limit = worker.memory_manager.memory_limit
        self.limit = int(limit / worker.state.nthreads) if limit else None
        self._held = 0

    def look(self, pid: int | None) -> None:
        """Measure the memory once, and end the children of the driving process if it is too much.

        Args:
            pid: The process that drives the job's notebook; None if it is not running.
        """
        import psutil

        if not (self.limit and pid):
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            driver = psutil.Process(pid)
            below = driver.children(recursive=True)
            held = 0
            for process in (driver, *below):
                with contextlib.suppress(psutil.Error):  # it has just ended
                    held += process.memory_info().rss
            if held > self.limit:
                self._held = held
                for process in below:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.kill()

    def verdict(self, outcome: Outcome) -> Outcome:
        """Return the job's outcome, as out of memory if the watch ended it."""
        if not self._held or outcome.status != "failed":
            return outcome
        message = (
            f"the notebook used {self._held / 2**20:.0f} MB, and each job may use {self.limit / 2**20:.0f} MB on its "
            "worker (--memory-limit of `dask worker`, divided among its threads)"
        )
        traceback = outcome.error.traceback if outcome.error else ""
        return replace(outcome, error=Failure("OutOfMemory", message, traceback, "out_of_memory"))
