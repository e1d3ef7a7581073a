"""The command `course`: reads what was asked for, hands it on, prints what came out.

What takes time to import is imported by the commands that need it, so that `course --help` answers at once.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from course_utils.errors import CourseError

import typer

if TYPE_CHECKING:
    from course_utils.running.batch import Interrupted
    from course_utils.running.outcome import Outcome

    from rich.console import Console

app = typer.Typer(
    name="course",
    help="Deep Learning, Executed: run the course's notebooks and see what came out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Profile(StrEnum):
    """The sets of parameter values in `course.yaml`; `quick` is what the notebooks themselves say."""

    smoke = "smoke"
    quick = "quick"
    full = "full"


CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", metavar="DIR", help="The course's folder, if it is not this one or one above it."),
]
Chapters = Annotated[
    list[str] | None, typer.Argument(metavar="CHAPTER", help="Numbers or names; all that are ready if none is given.")
]


@app.command("list")
def list_chapters(course: CourseFolder = None) -> None:
    """Show the chapters with their state, running time and claims."""
    from course_utils.chapters import find_course
    from course_utils.running.tables import course_table

    _console().print(course_table(find_course(course)))


@app.command()
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
        outcomes = batch.run(planned, jobs or min(2, os.cpu_count() or 1), _console())
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


@app.command()
def report(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` wrote to.")]) -> None:
    """Make the HTML report of a folder again from what is in it."""
    from course_utils.running.report import write_report

    typer.echo(f"report: {write_report(folder)}")


@app.command()
def store(
    chapters: Chapters = None,
    force: Annotated[bool, typer.Option("--force", help="Also chapters whose code has not changed.")] = False,
    course: CourseFolder = None,
) -> None:
    """Run notebooks and store their outputs in them (for those who write the course)."""
    from course_utils.chapters import find_course
    from course_utils.running.storing import store as store_outputs

    found = find_course(course)
    for line in store_outputs(found, found.select(chapters or []), force=force):
        typer.echo(line)


@app.command()
def docs(course: CourseFolder = None) -> None:
    """Write the generated parts of README.md and datasets/README.md anew."""
    from course_utils.chapters import find_course
    from course_utils.documents import write_docs

    write_docs(find_course(course))


def main() -> NoReturn:
    """Run the command that `sys.argv` asks for; what a person can put right is one line and exit code 2."""
    try:
        app(_join_parameters(sys.argv[1:]), prog_name="course")
    except CourseError as error:
        print(f"course: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)


def _join_parameters(words: list[str]) -> list[str]:
    """Make `-p NAME=VALUE` of papermill's `-p NAME VALUE`, since a repeated option of Typer takes one word only."""
    joined, rest = [], list(words)
    while rest:
        joined.append(rest.pop(0))
        if joined[-1] in ("-p", "--param") and len(rest) >= 2 and "=" not in rest[0]:
            joined.append(f"{rest.pop(0)}={rest.pop(0)}")
    return joined


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise CourseError(f"-p takes a name and a value, such as -p epochs 3; got {word!r} alone")
    return name, value


def _console() -> "Console":
    from rich.console import Console

    # Rich takes 80 columns where there is no terminal, which cuts tables in a log.
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def _print_outcomes(outcomes: "list[Outcome]", folder: Path) -> None:
    from course_utils.running.tables import outcome_table

    _console().print(outcome_table(outcomes))
    for outcome in outcomes:
        partial = folder / f"{outcome.stem}.failed.ipynb"
        if outcome.error and partial.exists():
            typer.echo(f"{outcome.stem} failed ({outcome.error.name}); as far as it got: {partial}")


def _say_what_is_missing(interrupted: "Interrupted", folder: Path) -> None:
    finished = ", ".join(outcome.stem for outcome in interrupted.finished) or "none"
    missing = ", ".join(job.stem for job in interrupted.missing) or "none"
    typer.echo(f"course: interrupted; finished: {finished}; not finished: {missing}; results are in {folder}", err=True)
