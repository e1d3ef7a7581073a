"""Commands that run a chapter over a grid of parameters and show the measurements."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from course_tools.cli.batches import again_of, exit_with, how_many, run_batch
from course_tools.cli.options import (
    CellTimeout,
    ClusterAddress,
    CourseFolder,
    Force,
    NotebookTimeout,
    Out,
    Parameters,
    Profile,
    RetryFailed,
    SideBySide,
    console,
    named,
)
from course_utils.errors import CourseError

import typer

if TYPE_CHECKING:
    from course_tools.batches.choosing import Again
    from course_tools.jobs.outcome import Job, Outcome
    from course_utils.syllabus import Course


def sweep(
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="Number or name.")],
    grid: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=V1,V2", help="Values of a parameter; may be repeated: all combinations run."),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(metavar="A:B", help="Each combination with the seeds A to B-1, or with those listed.")
    ] = None,
    parameters: Parameters = None,
    profile: Annotated[Profile, typer.Option(help="Values of the other parameters.")] = Profile.quick,
    jobs: SideBySide = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    cell_timeout: CellTimeout = None,
    timeout: NotebookTimeout = None,
    retry_failed: RetryFailed = False,
    force: Force = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the runs and how long they will take.")] = False,
    course: CourseFolder = None,
) -> None:
    """Run a chapter over a grid of parameter values and seeds. The exit code is 1 if any run failed.

    Finished runs are not run again, as with `course run`. Each run's measurements go into CHAPTER.csv in the folder;
    `course results DIR` shows them as a table, the report as figures.
    """
    from course_tools.sweeps import plan as sweeping
    from course_tools.sweeps.results import Sheet
    from course_utils.syllabus import find_course

    found = find_course(course)
    [chosen] = found.select([chapter])
    axes, fixed = named(grid, "--grid", "layers=5,10"), named(parameters, "-p", "epochs 3")
    planned = sweeping.plan(found, chosen, axes, seeds, profile.value, fixed, out, cell_timeout, timeout)
    if dry_run:
        if cluster and not jobs:
            raise CourseError("--dry-run does not ask the cluster how many runs it takes at a time: add --jobs N")
        _list(found, planned, how_many(jobs, len(planned)), again_of(retry_failed, force))
        return
    sheet = Sheet(planned[0])

    def on_outcome(outcome: "Outcome") -> None:
        with suppress(OSError):  # a full disk may have room again for the next run
            sheet.add(outcome)

    outcomes = run_batch(found, planned, jobs, retry_failed, force, on_outcome, cluster)
    try:
        sheet.write()
    except OSError as error:
        raise CourseError(f"{sheet.path} cannot be written: {error.strerror}") from error
    typer.echo(f"results: {sheet.path}")
    exit_with(outcomes)


def results(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course sweep` wrote to.")],
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="NAME", help="Show only this claim or metric; the chapter's name may be left out."
        ),
    ] = None,
) -> None:
    """Show the measurements of sweeps: parameters × measured values, as mean ± standard deviation over the seeds."""
    from course_tools.sweeps.results import mixture, swept_outcomes
    from course_tools.sweeps.table import results_tables

    printer = console()
    by_chapter = swept_outcomes(folder)
    tables = {stem: results_tables(runs, only or [], printer.width) for stem, runs in by_chapter.items()}
    for stem, shown in tables.items():
        printer.print(stem, style="bold")
        for table in shown:
            printer.print(table)
            printer.print()
        if mixed := mixture(by_chapter[stem]):
            printer.print(mixed, soft_wrap=True, markup=False)


def _list(course: "Course", jobs: "list[Job]", side_by_side: int, again: "Again") -> None:
    from course_tools.batches.choosing import choose
    from course_tools.batches.estimate import estimate, wall_time
    from course_tools.cli.tables import plan_table
    from course_tools.jobs.outcome import duration

    choice = choose(jobs, again)
    expected = dict(zip((job.stem for job in choice.to_run), estimate(course, choice.to_run), strict=True))
    console().print(plan_table(jobs, expected))
    seconds = [one for one in expected.values() if one is not None]
    runs = f"{len(choice.to_run)} of {len(jobs)} runs to do, {min(side_by_side, max(len(jobs), 1))} side by side"
    if len(seconds) < len(choice.to_run):
        typer.echo(f"{runs}; their time is unknown, since not all of them have run here under this profile")
    else:
        typer.echo(f"{runs}: about {duration(wall_time(seconds, side_by_side))}; nothing was run")
