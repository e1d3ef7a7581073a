"""Options that several commands share, and their console."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from course_utils.errors import CourseError
from course_utils.syllabus import PROFILES, is_course

import typer

if TYPE_CHECKING:
    from rich.console import Console


# The sets of parameter values in `course.yaml`; `quick` means the notebooks' own values.
Profile = StrEnum("Profile", PROFILES)


def _course_itself(folder: Path | None) -> Path | None:
    """Refuse a folder that is not a course: a typing mistake must not lead to a course further up."""
    if folder is not None and not is_course(folder):
        raise CourseError(f"{folder} has no notebooks/course.yaml; --course DIR takes the folder of a course")
    return folder


CourseFolder = Annotated[
    Path | None,
    typer.Option(
        "--course",
        metavar="DIR",
        callback=_course_itself,
        help="The course's folder; by default this one or one above it.",
    ),
]
Chapters = Annotated[
    list[str] | None, typer.Argument(metavar="CHAPTER", help="Numbers or names; by default all that are ready.")
]

Parameters = Annotated[
    list[str] | None,
    typer.Option("-p", "--param", metavar="NAME VALUE", help="Set a parameter; may be repeated."),
]
SideBySide = Annotated[
    int | None,
    typer.Option(
        "--jobs", min=1, show_default="by cores and memory, or GPUs; all of a cluster", help="Notebooks side by side."
    ),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", show_default="runs/PROFILE in the course", help="Folder for the results.")
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on dask.distributed: tcp://HOST:PORT of a scheduler, or local:N for N workers on this machine.",
    ),
]
CellTimeout = Annotated[
    float | None, typer.Option(min=0.1, metavar="SECONDS", help="Give up a notebook whose cell takes longer.")
]
NotebookTimeout = Annotated[
    float | None, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="Give up a notebook that takes longer.")
]
RetryFailed = Annotated[
    bool,
    typer.Option(
        "--retry-failed",
        help="Run only what failed or never ended; keep finished runs even if their notebook has changed since.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Run everything again, finished or not.")]


def console() -> "Console":
    """Return the console on which commands print tables and bars."""
    from rich.console import Console

    # Without a terminal Rich assumes 80 columns, which cuts tables in a log.
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def named(arguments: list[str] | None, option: str, example: str) -> list[tuple[str, str]]:
    """Return the names and values of an option that takes `NAME=VALUE`.

    Raises:
        CourseError: An argument has no `=`.
    """
    pairs = []
    for argument in arguments or []:
        name, equals, value = argument.partition("=")
        if not equals:
            raise CourseError(f"{option} takes a name and a value, such as {option} {example}; got only {argument!r}")
        pairs.append((name, value))
    return pairs
