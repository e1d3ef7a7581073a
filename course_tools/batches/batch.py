"""Plan and run a batch; everything is checked before the first kernel starts."""

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from course_tools.batches.choosing import Again, Choice, choose
from course_tools.batches.parameters import resolve
from course_tools.execution import machine, processes
from course_tools.execution.kernel import kernel_name
from course_tools.execution.runner import Site, run_job, run_jobs
from course_tools.jobs import job_folder, lock
from course_tools.jobs.batch_file import describe_batch
from course_tools.jobs.outcome import Job, Outcome, now
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter, Course


def plan(
    course: Course,
    chapters: Sequence[Chapter],
    profile: str = "quick",
    given: Sequence[tuple[str, str]] = (),
    out: Path | None = None,
    record: bool = False,
    cell_timeout: float | None = None,
    timeout: float | None = None,
) -> list[Job]:
    """Return the jobs for some chapters, after every check that is possible without running them.

    Args:
        course: The course.
        chapters: Chapters with a notebook.
        profile: `smoke`, `quick` or `full`.
        given: Names and values of parameters as written on the command line.
        out: Folder for the results; `runs/PROFILE` in the course if None.
        record: Whether the outcomes will be recorded: if so, each chapter runs once for each of its seeds.
        cell_timeout: Seconds that one cell may take; None for no limit.
        timeout: Seconds that one notebook may take; None for no limit.

    Raises:
        CourseError: Nothing to run, unknown or invalid parameters, or a record of anything but the plain full profile.
    """
    if not chapters:
        raise CourseError("nothing to run: no chapter has a notebook yet (see `course list`)")
    if record and profile != "full":
        raise CourseError(f"only the full profile can be recorded, not {profile}: use --profile full --record")
    if record and given:
        raise CourseError("--record needs the full profile without changed parameters: leave out -p or --record")
    values = resolve(chapters, profile, reject_duplicates(given))
    jobs = []
    for chapter, (defaults, injected) in zip(chapters, values, strict=True):
        first = (defaults | injected).get("seed", 0)
        for number in range(chapter.seeds if record else 1):
            seed = {"seed": first + number} if record else {}
            suffix = f".seed{first + number}" if record and chapter.seeds > 1 else ""
            jobs.append(
                Job.of(
                    chapter,
                    suffix,
                    out=folder_of(course, profile, out),
                    profile=profile,
                    parameters=injected | seed,
                    defaults=defaults,
                    cell_timeout=cell_timeout,
                    timeout=timeout,
                )
            )
    return jobs


def folder_of(course: Course, profile: str, out: Path | None) -> Path:
    """Return the folder of a batch: `out` if given, or `runs/PROFILE` in the course."""
    return (out or course.root / "runs" / profile).absolute()


def reject_duplicates(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return parameters by name.

    Raises:
        CourseError: One is given twice.
    """
    twice = [name for name, count in Counter(name for name, _ in given).items() if count > 1]
    if twice:
        raise CourseError(f"parameter {twice[0]} is given twice; give one value")
    return dict(given)


class Progress(Protocol):
    """Shows the progress of the running jobs."""

    def cell(self, job: Job, progress: dict[str, Any]) -> None:
        """Show that a cell starts: `cell` of `cells`, under `heading`. Called from the job's thread."""

    def outcome(self, outcome: Outcome) -> None:
        """Show that a job has ended."""


class Display(Protocol):
    """Shows the user what a batch does."""

    def say(self, line: str) -> None:
        """Show a line."""

    def progress(self, jobs: int) -> AbstractContextManager[Progress]:
        """Open a display of the progress of this many jobs."""


# Opened with the jobs that have to run.
OpenSite = Callable[[Sequence[Job]], AbstractContextManager[Site]]


class Interrupted(Exception):
    """The user or the system ended the run: `finished` holds the outcomes so far, `missing` the other jobs."""

    def __init__(self, finished: list[Outcome], missing: list[Job]):
        super().__init__("interrupted")
        self.finished = finished
        self.missing = missing


def run(
    jobs: Sequence[Job],
    side_by_side: int,
    display: Display,
    again: Again = Again.UNFINISHED,
    site: OpenSite | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    in_order: Callable[[list[Job]], list[Job]] = list,
) -> list[Outcome]:
    """Run the jobs of a batch that are not done yet, and show their progress.

    Args:
        jobs: The batch, all in one folder, which is created if missing.
        side_by_side: How many run at a time.
        display: Shows what runs, and its progress.
        again: Which jobs run although they have an earlier result.
        site: Where the jobs run; processes of this machine if None.
        on_outcome: Called whenever a job has ended, and at the beginning for each job that was done before.
        in_order: Sorts the jobs to run into the order in which they begin.

    Returns:
        The outcomes of all jobs, in their order.

    Raises:
        CourseError: The folder cannot be written, another batch runs in it, or the site cannot be used.
        Interrupted: Ctrl-C or SIGTERM ended the run; all kernels have ended.
    """
    folder = jobs[0].out
    _require_writable(folder)
    with lock.hold(folder):
        processes.end_leftovers(folder)
        choice = choose(jobs, again)
        for line in choice.lines():
            display.say(line)
        facts = {
            "command": sys.argv[1:],
            "started": now(),
            "ended": None,
            "side_by_side": None if site else side_by_side,  # a cluster's own affair
            "jobs": [job.stem for job in jobs],
        }
        _note(folder, facts)
        outcomes = _run_chosen(choice, display, site or partial(_here, side_by_side), on_outcome, in_order)
        _note(folder, facts | {"ended": now()})
    by_stem = {outcome.stem: outcome for outcome in outcomes}
    return [by_stem[job.stem] for job in jobs]


def _run_chosen(
    choice: Choice,
    display: Display,
    site: OpenSite,
    on_outcome: Callable[[Outcome], None] | None,
    in_order: Callable[[list[Job]], list[Job]],
) -> list[Outcome]:
    for outcome in choice.done:
        with suppress(OSError):  # the result was read from there, which is enough
            job_folder.mark_finished(choice.folder / outcome.stem, outcome)
        if on_outcome:
            on_outcome(outcome)
    ended = list(choice.done)
    if not choice.to_run:
        return ended
    try:
        with (
            _interruptible(),
            site(choice.to_run) as place,
            display.progress(len(choice.to_run)) as progress,
        ):
            for job in choice.to_run:
                with suppress(OSError):  # the job itself reports a folder that cannot be written
                    job_folder.mark_waiting(job)

            def job_ended(outcome: Outcome) -> None:
                if outcome.status != "interrupted":
                    ended.append(outcome)
                progress.outcome(outcome)
                if on_outcome:
                    on_outcome(outcome)

            kernel = kernel_name(choice.to_run)
            jobs = in_order([replace(job, kernel=kernel) for job in choice.to_run])
            run_jobs(jobs, place.executor, progress.cell, job_ended, place.run, place.stop)
    except KeyboardInterrupt:
        known = {outcome.stem for outcome in ended}
        raise Interrupted(ended, [job for job in choice.to_run if job.stem not in known]) from None
    return ended


@contextmanager
def _here(side_by_side: int, jobs: Sequence[Job]) -> Iterator[Site]:
    threads = machine.threads_for_each(min(side_by_side, len(jobs)))
    with ThreadPoolExecutor(side_by_side) as executor:
        yield Site(
            executor, lambda job, on_cell: run_job(replace(job, threads=threads), on_cell), processes.stop_workers
        )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt once, so that nothing interrupts the clean-up."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # ignored under nohup
        signals.append(signal.SIGHUP)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = [signal.signal(one, interrupt) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _note(folder: Path, facts: dict[str, Any]) -> None:
    with suppress(OSError):  # the jobs themselves report a full disk
        describe_batch(folder, facts)


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CourseError(f"{folder} cannot be written ({error.strerror}); name another folder: --out DIR") from error
