"""Commands that run notebooks and show what came out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from course_utils.cli.options import Chapters, CourseFolder, Profile, console
from course_utils.errors import CourseError

import typer

if TYPE_CHECKING:
    from course_utils.running.batch import Interrupted
    from course_utils.running.outcome import Outcome


def list_chapters(course: CourseFolder = None) -> None:
    """Show the chapters with their state, running time and claims."""
    from course_utils.chapters import find_course
    from course_utils.running.tables import course_table

    console().print(course_table(find_course(course)))


def run(
    chapters: Chapters = None,
    profile: Annotated[Profile, typer.Option(help="Which set of parameter values.")] = Profile.quick,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--param", metavar="NAME VALUE", help="Set a parameter; may be repeated."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, show_default="2, or 1 on one core", help="Notebooks side by side.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", show_default="runs/PROFILE in the course", help="Folder for the results."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Write what was measured to results/ (with --profile full).")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Run notebooks side by side and report on them. The exit code is 1 if any of them failed."""
    from course_utils.chapters import find_course
    from course_utils.running import batch
    from course_utils.running.report import write_report

    found = find_course(course)
    chosen = found.select(chapters or [])
    pairs = [_pair(word) for word in parameters or []]
    planned = batch.plan(found, chosen, profile.value, pairs, out, record)
    folder = planned[0].out
    try:
        outcomes = batch.run(planned, jobs or min(2, os.cpu_count() or 1), console())
    except batch.Interrupted as interrupted:
        _say_what_is_missing(interrupted, folder)
        raise typer.Exit(130) from None
    _print_outcomes(outcomes, folder)
    typer.echo(f"report: {write_report(folder)}")
    if record:
        from course_utils.claims.record import write_record

        for chapter in chosen:
            measured = [outcome for outcome in outcomes if outcome.chapter == chapter.number]
            if all(outcome.status == "ok" for outcome in measured):
                typer.echo(f"recorded: {write_record(found, chapter, measured)}")
            else:
                typer.echo(f"not recorded, since a run failed: {chapter.file_stem}")
    if any(outcome.status != "ok" for outcome in outcomes):
        raise typer.Exit(1)


def report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` wrote to.")]) -> None:
    """Make the HTML report of a folder again from what is in it."""
    from course_utils.running.report import write_report

    typer.echo(f"report: {write_report(folder)}")


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise CourseError(f"-p takes a name and a value, such as -p epochs 3; got {word!r} alone")
    return name, value


def _print_outcomes(outcomes: "list[Outcome]", folder: Path) -> None:
    from course_utils.running.tables import outcome_table

    console().print(outcome_table(outcomes))
    for outcome in outcomes:
        partial = folder / f"{outcome.stem}.failed.ipynb"
        if outcome.error and partial.exists():
            typer.echo(f"{outcome.stem} failed ({outcome.error.name}); as far as it got: {partial}")


def _say_what_is_missing(interrupted: "Interrupted", folder: Path) -> None:
    finished = ", ".join(outcome.stem for outcome in interrupted.finished) or "none"
    missing = ", ".join(job.stem for job in interrupted.missing) or "none"
    typer.echo(f"course: interrupted; finished: {finished}; not finished: {missing}; results are in {folder}", err=True)
