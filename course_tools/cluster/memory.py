"""The memory of a job on a worker.

A worker of dask.distributed limits its own process. The notebook runs in a kernel two processes below it, so the
worker's limit is shared out among its threads, and what a job's processes hold together is watched. A limit of the
system (RLIMIT_AS, RLIMIT_DATA) would not do: it counts addresses, of which TensorFlow reserves many times what it uses,
and it counts for each process alone.
"""

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from course_tools.jobs.outcome import Failure, Outcome

if TYPE_CHECKING:
    from distributed import Worker


class MemoryWatch:
    """Ends a job's kernel when the job's processes hold too much.

    Args:
        worker: The worker that the job runs on.
    """

    def __init__(self, worker: "Worker") -> None:
        limit = worker.memory_manager.memory_limit
        self.limit = int(limit / worker.state.nthreads) if limit else None
        self._held = 0

    def look(self, pid: int | None) -> None:
        """Look once, and end what is below a process if that holds too much.

        Args:
            pid: The process that drives the job's notebook; None if it does not run.
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
        """The outcome of the job, which says so if it was ended for its memory."""
        if not self._held or outcome.status != "failed":
            return outcome
        message = (
            f"the notebook held {self._held / 2**20:.0f} MB, and a job may have {self.limit / 2**20:.0f} MB on its "
            "worker (--memory-limit of `dask worker`, shared out among its threads)"
        )
        traceback = outcome.error.traceback if outcome.error else ""
        return replace(outcome, error=Failure("OutOfMemory", message, traceback, "out_of_memory"))
