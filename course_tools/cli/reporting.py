"""The command that shows what a batch left behind."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` or `course sweep` wrote to.")],
) -> None:
    """Make the HTML report of a folder again from what is in it."""
    from course_tools.reporting.report import write_report

    typer.echo(f"report: {write_report(folder)}")
