"""The worker's side of a cluster: one attempt at a job, in a temporary folder of its own.

The notebook arrives with the job, and its results go back with the outcome; no folder is shared.
"""

import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.cluster import worker_check
from course_tools.cluster.gate import job_slot
from course_tools.cluster.memory import MemoryWatch
from course_tools.execution import processes
from course_tools.execution.runner import attempt
from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Failure, Job, Outcome
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from distributed import Worker

TRIES = 3  # give up a job after this many workers died while running it
_POLL_S = 0.2
_ended_batches: set[str] = set()


@dataclass(frozen=True)
class Parcel:
    """The message that sends a job to a worker.

    Attributes:
        job: The job; its paths mean nothing on the worker.
        course: The files of the course that a notebook needs, by their paths in it: itself, `course.yaml`, the records,
            and an empty file in place of each other notebook, since chapters link to the existing ones.
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
        """The topic under which the scheduler logs each start of this job, so that the log outlives the worker."""
        return f"{self.topic}-{self.job.stem}"


@dataclass(frozen=True)
class Result:
    """The answer: the outcome, the executed notebook if there is one, and its files for TensorBoard by name."""

    outcome: Outcome
    notebook: bytes | None = None
    logs: dict[str, bytes] | None = None

    @classmethod
    def of(cls, outcome: Outcome, partial: Path) -> "Result":
        """Pack the notebook that an attempt wrote to a path, and the logs beside it."""
        logs = job_folder.logs_path(partial)
        files = {path.relative_to(logs).as_posix(): path.read_bytes() for path in logs.rglob("*") if path.is_file()}
        return cls(outcome, partial.read_bytes() if partial.exists() else None, files)

    def unpack(self, partial: Path) -> None:
        """Write the files where an attempt here would have written them.

        Raises:
            OSError: They cannot be written.
        """
        for name, content in (self.logs or {}).items():
            path = job_folder.logs_path(partial) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if self.notebook is not None:
            partial.write_bytes(self.notebook)


async def examine(batch: str, names: list[str], dask_worker: "Worker") -> dict[str, Any]:
    """Return this worker's installation (see `worker_check.found_here`) without blocking its event loop."""
    import asyncio

    return await asyncio.to_thread(worker_check.found_here, dask_worker.local_directory, batch, names)


def end_batch(batch: str) -> None:
    """Have this worker end the jobs of a batch, which then send their partial results."""
    _ended_batches.add(batch)


def run_here(parcel: Parcel) -> Result:
    """Attempt a job on the worker that calls this in one of its threads.

    Raises:
        Unfit: The worker does not match the instructor's machine.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    task = _Task(worker, worker.get_current_task(), parcel.topic)
    try:
        found = worker_check.found_here(worker.local_directory, parcel.topic, sorted(parcel.needs["data"]))
    except CourseError as error:
        found = error
    if line := worker_check.mismatch(worker.address, found, parcel.needs):
        raise worker_check.Unfit(worker.address, line)
    earlier = [message["began_on"] for _, message in sync(worker.loop, worker.scheduler.events, topic=parcel.begun)]
    if len(earlier) >= TRIES:
        return Result(Outcome.failed(parcel.job, gave_up(earlier)))
    with job_slot(exclusive=bool(earlier), is_wanted=task.is_wanted) as is_held:
        if not is_held:
            return Result(Outcome.blank(parcel.job, "interrupted"))
        worker.log_event([parcel.begun, parcel.topic], {"stem": parcel.job.stem, "began_on": worker.address})
        return _attempt(worker, task, parcel)


def gave_up(workers: list[str]) -> Failure:
    """Return the failure of a job that too many workers died of."""
    message = f"{len(workers)} workers died while running it ({', '.join(workers)}); it is not tried again"
    return Failure("GaveUp", message, "", "gave_up")


class _Task:
    """A task of a batch that the scheduler runs on this worker."""

    def __init__(self, worker: "Worker", key: str, batch: str) -> None:
        self.worker = worker
        self.key = key
        self.batch = batch

    def is_wanted(self) -> bool:
        """Return whether its result is still wanted: no if it was cancelled, or client, scheduler or worker is gone."""
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
        # An ordinary kernel: a warm one is not the worker's child, so its memory would not be counted.
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
