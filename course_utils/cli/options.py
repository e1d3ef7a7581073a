"""Options that several commands share, and where they print."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console


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


def console() -> "Console":
    """Where commands print tables and bars."""
    from rich.console import Console

    # Rich takes 80 columns where there is no terminal, which cuts tables in a log.
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)
