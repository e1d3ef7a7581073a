"""What runs on a worker: one attempt at a job, in a folder of its own that is gone afterwards.

The notebook comes with the job, what it left behind goes back with the outcome; no folder is shared.
"""

import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.cluster import worker_check
from course_tools.cluster.gate import admitted
from course_tools.cluster.memory import MemoryWatch
from course_tools.execution import processes
from course_tools.execution.runner import attempt
from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Failure, Job, Outcome
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from distributed import Worker

TRIES = 3  # give a job up after this many workers have ended while they ran it
_POLL_S = 0.2
_ended_batches: set[str] = set()


@dataclass(frozen=True)
class Parcel:
    """What is sent to a worker.

    Attributes:
        job: The job; its paths mean nothing there.
        course: The files of the course that a notebook needs, by their paths in it: itself, `course.yaml`, the records,
            and an empty file in place of each other notebook, since chapters link to those that there are.
        topic: Topic of the batch's events.
        needs: What the worker must have (see `worker_check.expected`).
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
        others = (path for path in job.notebook.parent.glob("[!.]*.ipynb") if path != job.notebook)
        course = {path.relative_to(root).as_posix(): b"" for path in others}
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

    @classmethod
    def of(cls, outcome: Outcome, partial: Path) -> "Result":
        """Pack what an attempt has left at a path and beside it."""
        logs = job_folder.logs_path(partial)
        files = {path.relative_to(logs).as_posix(): path.read_bytes() for path in logs.rglob("*") if path.is_file()}
        return cls(outcome, partial.read_bytes() if partial.exists() else None, files)

    def unpack(self, partial: Path) -> None:
        """Put it where an attempt here would have left it.

        Raises:
            OSError: It cannot be written.
        """
        for name, content in (self.logs or {}).items():
            path = job_folder.logs_path(partial) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if self.notebook is not None:
            partial.write_bytes(self.notebook)


async def examine(batch: str, names: list[str], dask_worker: "Worker") -> dict[str, Any]:
    """What this worker has (see `worker_check.found_here`); its own loop goes on meanwhile."""
    import asyncio

    return await asyncio.to_thread(worker_check.found_here, dask_worker.local_directory, batch, names)


def end_batch(batch: str) -> None:
    """Have this worker end the jobs of a batch, which send what they have got so far."""
    _ended_batches.add(batch)


def run_here(parcel: Parcel) -> Result:
    """Attempt a job on the worker in whose thread this is called.

    Raises:
        Unfit: The worker does not have what the instructor has.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    task = _Task(worker, worker.get_current_task(), parcel.topic)
    try:
        found = worker_check.found_here(worker.local_directory, parcel.topic, sorted(parcel.needs["data"]))
    except CourseError as error:
        found = error
    if line := worker_check.objection(worker.address, found, parcel.needs):
        raise worker_check.Unfit(worker.address, line)
    earlier = [message["began_on"] for _, message in sync(worker.loop, worker.scheduler.events, topic=parcel.begun)]
    if len(earlier) >= TRIES:
        return Result(Outcome.failed(parcel.job, gave_up(earlier)))
    with admitted(alone=bool(earlier), is_wanted=task.is_wanted) as there_is_room:
        if not there_is_room:
            return Result(Outcome.blank(parcel.job, "interrupted"))
        worker.log_event([parcel.begun, parcel.topic], {"stem": parcel.job.stem, "began_on": worker.address})
        return _attempt(worker, task, parcel)


def gave_up(workers: list[str]) -> Failure:
    """The failure of a job under which too many workers have ended."""
    message = f"{len(workers)} workers ended while they ran it ({', '.join(workers)}); it is not tried again"
    return Failure("GaveUp", message, "", "gave_up")


class _Task:
    """A task of the scheduler's that runs on this worker, and is part of a batch."""

    def __init__(self, worker: "Worker", key: str, batch: str) -> None:
        self.worker = worker
        self.key = key
        self.batch = batch

    def is_wanted(self) -> bool:
        """Whether anybody waits for it still: not if it was cancelled, or its client, scheduler or worker is gone."""
        from distributed.core import Status

        if self.batch in _ended_batches or self.worker.status in (Status.closing, Status.closed, Status.failed):
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
        partial = job_folder.partial_path(job.folder)
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
        return Result.of(memory.verdict(outcome), partial)
