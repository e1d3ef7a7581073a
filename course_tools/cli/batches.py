"""Run a batch from the command line and print its outcomes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from course_tools.cli.options import console
from course_utils.errors import CourseError

import typer

if TYPE_CHECKING:
    from course_tools.batches.batch import Interrupted
    from course_tools.batches.choosing import Again
    from course_tools.jobs.outcome import Job, Outcome
    from course_utils.syllabus import Course


def run_batch(
    course: "Course",
    jobs: "list[Job]",
    side_by_side: int | None,
    retry_failed: bool,
    force: bool,
    on_outcome: "Callable[[Outcome], None] | None" = None,
    cluster: str | None = None,
) -> "list[Outcome]":
    """Run the jobs that are not done yet, the longest first if several run at a time; print outcomes, write the report.

    Raises:
        CourseError: The folder or the cluster cannot be used, or both options are given.
        typer.Exit: The run was interrupted; the code is 130.
    """
    from course_tools.batches import batch
    from course_tools.batches.estimate import longest_first
    from course_tools.cli.progress import Display
    from course_tools.reporting.report import write_report

    again = again_of(retry_failed, force)
    folder, display = jobs[0].out, Display(console())
    site = None
    if cluster:
        from course_tools.cluster.address import check_address, cluster_site

        check_address(cluster)
        site = partial(cluster_site, cluster, side_by_side, display.say)
    at_a_time = how_many(side_by_side, len(jobs))
    in_order = partial(longest_first, course) if cluster or at_a_time > 1 else list
    try:
        outcomes = batch.run(jobs, at_a_time, display, again, site, on_outcome, in_order)
    except batch.Interrupted as interrupted:
        _say_what_is_missing(interrupted, folder)
        raise typer.Exit(130) from None
    _print_outcomes(outcomes, folder)
    try:
        typer.echo(f"report: {write_report(folder)}")
    except CourseError as error:  # a missing report must not lose the results
        typer.echo(f"course: no report: {error}", err=True)
    return outcomes


def again_of(retry_failed: bool, force: bool) -> "Again":
    """Return which jobs run although they have an earlier result.

    Raises:
        CourseError: Both options are given.
    """
    from course_tools.batches.choosing import Again

    if retry_failed and force:
        raise CourseError("--retry-failed keeps finished runs and --force repeats them: give only one of the two")
    return Again.FAILED if retry_failed else Again.ALL if force else Again.UNFINISHED


def how_many(side_by_side: int | None, jobs: int) -> int:
    """Return how many notebooks run side by side: the given number, or as many as this machine has room for."""
    from course_tools.execution import machine

    return side_by_side or machine.side_by_side(jobs)


def exit_with(outcomes: "list[Outcome]") -> None:
    """End with code 1 if any run failed.

    Raises:
        typer.Exit: One did.
    """
    if any(outcome.status != "ok" for outcome in outcomes):
        raise typer.Exit(1)


def _print_outcomes(outcomes: "list[Outcome]", folder: Path) -> None:
    from course_tools.cli.tables import outcome_table
    from course_tools.jobs.job_folder import partial_path

    console().print(outcome_table(outcomes))
    for outcome in outcomes:
        partial = partial_path(folder / outcome.stem)
        if outcome.error and partial.exists():
            typer.echo(f"{outcome.stem} failed ({outcome.error.name}); partial notebook: {partial}")


def _say_what_is_missing(interrupted: "Interrupted", folder: Path) -> None:
    finished = (
        ", ".join(
            f"{outcome.stem} ({outcome.status})" if outcome.status != "ok" else outcome.stem
            for outcome in interrupted.finished
        )
        or "none"
    )
    missing = ", ".join(job.stem for job in interrupted.missing) or "none"
    typer.echo(
        f"course: interrupted; finished: {finished}; not finished: {missing}; the same command continues the batch; "
        f"results are in {folder}",
        err=True,
    )
