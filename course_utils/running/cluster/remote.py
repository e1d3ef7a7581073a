"""What runs on a worker: one attempt at a job, in a folder of its own that is gone afterwards.

The notebook comes with the job, what it left behind goes back with the outcome; no folder is shared.
"""

import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.running import processes, state
from course_utils.running.cluster import fitness
from course_utils.running.cluster.gate import admitted
from course_utils.running.cluster.memory import MemoryWatch
from course_utils.running.outcome import Failure, Job, Outcome
from course_utils.running.runner import attempt

if TYPE_CHECKING:
    from distributed import Worker

TRIES = 3  # so many workers may end under a job
_POLL_S = 0.2


@dataclass(frozen=True)
class Parcel:
    """What is sent to a worker.

    Attributes:
        job: The job; its paths mean nothing there.
        course: The files of the course that a notebook needs, by their paths in it: itself, `course.yaml`, the records;
            the other notebooks, empty, since a chapter's head links to those that there are.
        topic: Topic of the batch's events.
        needs: What the worker must have (see `fitness.expected`).
    """

    job: Job
    course: dict[str, bytes]
    topic: str
    needs: dict[str, Any]

    @classmethod
    def of(cls, job: Job, topic: str, needs: dict[str, Any]) -> "Parcel":
        """Pack a job with the files of its course."""
        root = job.notebook.parent.parent
        paths = [job.notebook, job.notebook.with_name("course.yaml"), *(root / "results").glob("*.json")]
        course = {path.relative_to(root).as_posix(): b"" for path in job.notebook.parent.glob("[!.]*.ipynb")}
        course |= {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
        return cls(job, course, topic, needs)

    @property
    def begun(self) -> str:
        """Topic under which each begin of this job is noted at the scheduler, where it outlives the worker."""
        return f"{self.topic}-{self.job.stem}"


@dataclass(frozen=True)
class Result:
    """What comes back: the outcome, the executed notebook if there is one, and its files for TensorBoard by name."""

    outcome: Outcome
    notebook: bytes | None = None
    logs: dict[str, bytes] | None = None


async def examine(batch: str, names: list[str], dask_worker: "Worker") -> dict[str, Any]:
    """What this worker has (see `fitness.found_here`); its own loop goes on meanwhile."""
    import asyncio

    return await asyncio.to_thread(fitness.found_here, dask_worker.local_directory, batch, names)


def run_here(parcel: Parcel) -> Result:
    """Attempt a job on the worker in whose thread this is called.

    Raises:
        Unfit: The worker does not have what the instructor has.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    task = _Task(worker, worker.get_current_task())
    found = fitness.found_here(worker.local_directory, parcel.topic, sorted(parcel.needs["data"]))
    phrases = fitness.differences(found, parcel.needs)
    if phrases:
        raise fitness.Unfit(fitness.complaint(worker.address, phrases))
    earlier = [message["began_on"] for _, message in sync(worker.loop, worker.scheduler.events, topic=parcel.begun)]
    if len(earlier) >= TRIES:
        return Result(replace(state.blank(parcel.job, "failed"), error=gave_up(earlier)))
    with admitted(alone=bool(earlier), is_wanted=task.is_wanted) as there_is_room:
        if not there_is_room:
            return Result(state.blank(parcel.job, "interrupted"))
        worker.log_event([parcel.begun, parcel.topic], {"stem": parcel.job.stem, "began_on": worker.address})
        return _attempt(worker, task, parcel)


def gave_up(workers: list[str]) -> Failure:
    """The failure of a job under which too many workers have ended."""
    message = f"{len(workers)} workers ended while they ran it ({', '.join(workers)}); it is not tried again"
    return Failure("GaveUp", message, "", "gave_up")


class _Task:
    """A task of the scheduler's that runs on this worker."""

    def __init__(self, worker: "Worker", key: str) -> None:
        self.worker = worker
        self.key = key

    def is_wanted(self) -> bool:
        """Whether anybody waits for it still: not if it was cancelled, or its client, scheduler or worker is gone."""
        from distributed.core import Status

        if self.worker.status in (Status.closing, Status.closed, Status.failed):
            return False
        known = self.worker.state.tasks.get(self.key)
        return known is not None and known.state in ("executing", "long-running")


def _attempt(worker: "Worker", task: _Task, parcel: Parcel) -> Result:
    with tempfile.TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, content in parcel.course.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
        notebook = folder / parcel.job.notebook.parent.name / parcel.job.notebook.name
        # An ordinary kernel: that of a warm start is not below the worker, so its memory would be nobody's.
        job = replace(parcel.job, notebook=notebook, out=folder / "out", kernel="python3")
        partial = state.partial_path(job.folder)
        job.folder.mkdir(parents=True)
        memory = MemoryWatch(worker)
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_POLL_S):
                if not task.is_wanted():
                    processes.stop_workers(folder=job.folder)
                memory.look(processes.worker_of(job.folder))

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            outcome = attempt(job, partial, lambda _, cell: worker.log_event(parcel.topic, {"stem": job.stem, **cell}))
        finally:
            ended.set()
            watching.join()
            processes.end_leftovers(job.folder)
        executed = partial.read_bytes() if partial.exists() else None
        logs = state.logs_path(partial)
        files = {path.relative_to(logs).as_posix(): path.read_bytes() for path in logs.rglob("*") if path.is_file()}
        return Result(memory.verdict(outcome), executed, files)
