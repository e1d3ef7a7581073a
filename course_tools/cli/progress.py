"""The progress of a batch: bars in a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from course_tools.jobs.outcome import Job, Outcome, duration

from rich.console import Console
from rich.text import Text


class Display:
    """A batch's `Display` on a console.

    Args:
        console: The console to print on.
    """

    def __init__(self, console: Console):
        self.console = console

    def say(self, line: str) -> None:
        """Show a line."""
        self.console.print(line, soft_wrap=True, markup=False)

    @contextmanager
    def progress(self, jobs: int) -> "Iterator[_Bars | _Lines]":
        """Open a display of the progress of this many jobs."""
        if not self.console.is_terminal:
            yield _Lines(self.console, jobs)
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[heading]}", markup=False),
        )
        with Progress(*columns, console=self.console) as progress:
            yield _Bars(progress, jobs)


class _Lines:
    """One line for each job that has ended."""

    def __init__(self, console: Console, jobs: int):
        self.console = console
        self.jobs = jobs
        self.ended = 0

    def cell(self, job: Job, progress: dict[str, Any]) -> None:
        pass

    def outcome(self, outcome: Outcome) -> None:
        self.ended += 1
        self.console.print(Text(f"[{self.ended}/{self.jobs}] {_line(outcome)}"), soft_wrap=True)


class _Bars:
    """A bar for each running notebook, a line above the bars for each job that has ended."""

    def __init__(self, progress: Any, jobs: int):
        self.progress = progress
        self.all = progress.add_task("all chapters", total=jobs, heading="")
        self.tasks = {}

    def cell(self, job: Job, progress: dict[str, Any]) -> None:
        if job.stem not in self.tasks:
            self.tasks[job.stem] = self.progress.add_task(job.stem, total=None, heading="")
        # The starting cell is not done yet, so the bar counts the cells before it.
        done, total = max(progress["cell"] - 1, 0), progress["cells"] or None
        self.progress.update(self.tasks[job.stem], completed=done, total=total, heading=progress["heading"])

    def outcome(self, outcome: Outcome) -> None:
        if outcome.stem in self.tasks:
            self.progress.remove_task(self.tasks.pop(outcome.stem))
        self.progress.advance(self.all)
        self.progress.console.print(Text(_line(outcome)))


def _line(outcome: Outcome) -> str:
    line = f"{outcome.stem}: {outcome.status} in {duration(outcome.seconds)}"
    if outcome.error:
        line += f" ({outcome.error.name}: {' '.join(outcome.error.message.split())[:200]})"
    return line
