"""The command that reports on a batch's folder."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` or `course sweep` wrote to.")],
) -> None:
    """Write the HTML report of a folder again from its content."""
    from course_tools.reporting.report import write_report

    typer.echo(f"report: {write_report(folder)}")
