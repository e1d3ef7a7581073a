"""From what a person asked for to outcomes: checks everything before the first kernel starts."""

import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from course_utils.chapters import Chapter, Course
from course_utils.errors import CourseError
from course_utils.running.outcome import Job, Outcome
from course_utils.running.parameters import resolve
from course_utils.running.progress import display
from course_utils.running.runner import run_jobs

from rich.console import Console


def plan(
    course: Course,
    chapters: Sequence[Chapter],
    profile: str = "quick",
    given: Sequence[tuple[str, str]] = (),
    out: Path | None = None,
    record: bool = False,
) -> list[Job]:
    """The jobs for some chapters, with everything checked that can be checked without running them.

    Args:
        course: The course.
        chapters: Chapters with a notebook.
        profile: `smoke`, `quick` or `full`.
        given: Names and values of parameters as written on the command line.
        out: Folder for the results, made if missing; `runs/PROFILE` in the course if None.
        record: Whether the outcomes are to be recorded: then each chapter runs once for each of its seeds.

    Raises:
        CourseError: Nothing to run, unknown or unfit parameters, a folder that cannot be written, or a record of
            anything but the full profile as it is.
    """
    if not chapters:
        raise CourseError("there is nothing to run: no chapter has a notebook yet (see `course list`)")
    if record and profile != "full":
        raise CourseError(f"only the full profile is recorded, not {profile}: use --profile full --record")
    if record and given:
        raise CourseError("a record is of the full profile as it is: leave out -p, or leave out --record")
    twice = [name for name, count in Counter(name for name, _ in given).items() if count > 1]
    if twice:
        raise CourseError(f"parameter {twice[0]} is given twice; give one value")
    values = resolve(chapters, profile, dict(given))
    out = (out or course.root / "runs" / profile).absolute()
    _require_writable(out)
    jobs = []
    for chapter, (defaults, injected) in zip(chapters, values, strict=True):
        first = (defaults | injected).get("seed", 0)
        for number in range(chapter.seeds if record else 1):
            seed = {"seed": first + number} if record else {}
            jobs.append(
                Job(
                    chapter=chapter.number,
                    stem=chapter.file_stem + (f".seed{first + number}" if record and chapter.seeds > 1 else ""),
                    title=chapter.title,
                    notebook=chapter.notebook,
                    out=out,
                    profile=profile,
                    parameters=injected | seed,
                    defaults=defaults,
                )
            )
    return jobs


class Interrupted(Exception):
    """A person or the system ended the run; `finished` are the outcomes until then, `missing` the other jobs."""

    def __init__(self, finished: list[Outcome], missing: list[Job]):
        super().__init__("interrupted")
        self.finished = finished
        self.missing = missing


def run(jobs: Sequence[Job], side_by_side: int, console: Console) -> list[Outcome]:
    """Run jobs on this machine and show how they get on.

    Args:
        jobs: What to run.
        side_by_side: How many at a time.
        console: Where progress is shown.

    Raises:
        Interrupted: By Ctrl-C or SIGTERM; all kernels have ended by then.
    """
    finished = []
    try:
        with (
            _interruptible(),
            ThreadPoolExecutor(side_by_side) as executor,
            display(console, len(jobs)) as progress,
        ):

            def on_outcome(outcome: Outcome) -> None:
                finished.append(outcome)
                progress.outcome(outcome)

            return run_jobs(jobs, executor, progress.cell, on_outcome)
    except KeyboardInterrupt:
        done = {outcome.stem for outcome in finished}
        raise Interrupted(finished, [job for job in jobs if job.stem not in done]) from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt, once: what is cleaned up then must not be interrupted again."""
    signals = (signal.SIGINT, signal.SIGTERM)

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


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CourseError(f"{folder} cannot be written ({error.strerror}); name another folder: --out DIR") from error
