"""Commands that show what a batch left behind."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` or `course sweep` wrote to.")],
    other: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A second one, to be compared with the first.")
    ] = None,
) -> None:
    """Make the HTML report of a folder again from what is in it, or compare two folders."""
    if other is None:
        from course_utils.reporting.report import write_report

        typer.echo(f"report: {write_report(folder)}")
        return
    from course_utils.reporting.comparison import write_comparison

    page, summary = write_comparison(folder, other)
    typer.echo(summary)
    typer.echo(f"comparison: {page}")


def tensorboard(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `course run` or `course sweep` wrote to.")],
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, show_default="the first free one from 6006", help="Port.")
    ] = None,
) -> None:
    """Open a batch's curves, histograms and text samples side by side in TensorBoard, until Ctrl-C."""
    from course_utils.reporting.tensorboard import serve

    serve(folder, port, typer.echo)
