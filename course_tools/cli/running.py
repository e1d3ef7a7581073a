"""Commands that list and run notebooks."""

from typing import Annotated

from course_tools.cli.batches import exit_with, run_batch
from course_tools.cli.options import (
    CellTimeout,
    Chapters,
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


def list_chapters(course: CourseFolder = None) -> None:
    """Show the chapters with their state, running time and claims."""
    from course_tools.cli.tables import course_table
    from course_utils.syllabus import find_course

    console().print(course_table(find_course(course)))


def run(
    chapters: Chapters = None,
    profile: Annotated[Profile, typer.Option(help="Which set of parameter values.")] = Profile.quick,
    parameters: Parameters = None,
    jobs: SideBySide = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    cell_timeout: CellTimeout = None,
    timeout: NotebookTimeout = None,
    retry_failed: RetryFailed = False,
    force: Force = False,
    record: Annotated[
        bool, typer.Option("--record", help="Write the measurements to results/ (with --profile full).")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Run notebooks side by side and report on them. The exit code is 1 if any of them failed.

    A notebook that an earlier run into the same folder has finished is not run again as long as the notebook, its
    parameters, the package, the data and the versions of Keras and its backend are the same.
    """
    from course_tools.batches import batch
    from course_utils.syllabus import find_course

    found = find_course(course)
    chosen = found.select(chapters or [])
    pairs = named(parameters, "-p", "epochs 3")
    if record and retry_failed:
        raise CourseError(
            "--record needs results of the present code, and --retry-failed keeps results of older code: leave one out"
        )
    planned = batch.plan(found, chosen, profile.value, pairs, out, record, cell_timeout, timeout)
    outcomes = run_batch(found, planned, jobs, retry_failed, force, cluster=cluster)
    if record:
        from course_tools.authoring.recording import write_record

        for chapter in chosen:
            measured = [outcome for outcome in outcomes if outcome.chapter == chapter.number]
            if all(outcome.status == "ok" for outcome in measured):
                typer.echo(f"recorded: {write_record(found, chapter, measured)}")
            else:
                typer.echo(f"not recorded because a run failed: {chapter.file_stem}")
    exit_with(outcomes)
