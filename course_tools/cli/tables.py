"""The tables that the command prints."""

from collections.abc import Mapping, Sequence

from course_tools.jobs.outcome import Job, Outcome, verdict_counts
from course_utils.claims.judging import VERDICTS
from course_utils.syllabus import Course

from rich.table import Table
from rich.text import Text


def course_table(course: Course) -> Table:
    """Return the syllabus: number, title, state, measured time, and the verdicts of the recorded full runs."""
    from course_tools.authoring import recording

    table = Table(title=Text(course.title), caption="time: quick profile; claims: recorded full run", box=None)
    table.add_column("#", justify="right")
    table.add_column("chapter")
    table.add_column("state")
    table.add_column("time", justify="right")
    table.add_column("claims")
    part = None
    for chapter in course.chapters:
        if chapter.part != part:
            part = chapter.part
            table.add_row("", Text(str(part), style="bold"))
        counts = recording.verdict_counts(course, chapter)
        table.add_row(
            f"{chapter.number:02d}",
            Text(chapter.title),
            Text("ready", style="green") if chapter.notebook else Text("planned", style="dim"),
            course.minutes(chapter, "quick"),
            ", ".join(f"{count} {verdict}" for verdict, count in counts.items()),
        )
    return table


def outcome_table(outcomes: Sequence[Outcome]) -> Table:
    """Return the outcomes of a batch, one row for each job."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("chapter", overflow="fold")
    table.add_column("status", no_wrap=True)
    # Broken by hand, so that most chapters' names fit into 80 columns too.
    headings = ("sec-\nonds", "peak\nMB", "repro-\nduced", "con-\nfirmed", "differ", "erra-\ntum", "not com-\nparable")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for outcome in sorted(outcomes, key=lambda outcome: outcome.stem):
        counts = verdict_counts(outcome)
        table.add_row(
            Text(outcome.stem),
            Text(outcome.status, style="green" if outcome.status == "ok" else "bold red"),
            f"{outcome.seconds:.1f}",
            "" if outcome.peak_bytes is None else f"{outcome.peak_bytes / 1e6:.0f}",
            *(str(counts[verdict]) for verdict in VERDICTS),
        )
    return table


def plan_table(jobs: Sequence[Job], expected: Mapping[str, float | None]) -> Table:
    """Return the table of a sweep's planned runs.

    Args:
        jobs: All its jobs.
        expected: Seconds that each unfinished job will take, by its name; None if unknown.
    """
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in (*jobs[0].swept, "seconds"):
        table.add_column(Text(name), justify="right")
    for job in jobs:
        seconds = expected.get(job.stem)
        time = "finished" if job.stem not in expected else "?" if seconds is None else f"{seconds:.0f}"
        table.add_row(*(Text(str(job.parameters[name])) for name in job.swept), time)
    return table
