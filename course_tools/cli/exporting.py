"""Commands that make student notebooks and slides."""

from pathlib import Path
from typing import Annotated

from course_tools.cli.options import Chapters, CourseFolder

import typer


def student(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the notebooks; existing files do not change.")],
    chapters: Chapters = None,
    fresh: Annotated[
        list[str] | None,
        typer.Option(metavar="CHAPTER", help="Write a new copy of it beside the existing file; may be repeated."),
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Write notebooks without their solutions, to work in or to hand out."""
    from course_tools.student_edition.handing_out import hand_out
    from course_utils.syllabus import find_course

    found = find_course(course)
    for line in hand_out(found, found.select(chapters or []), out, found.select(fresh) if fresh else []):
        typer.echo(line)


def slides(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the decks: new, empty, or of earlier decks.")],
    chapters: Chapters = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print each deck with its notes (needs a browser).")] = False,
    course: CourseFolder = None,
) -> None:
    """Make slides of notebooks; they open without a network."""
    from course_tools.slides.slides import export_slides
    from course_utils.syllabus import find_course

    found = find_course(course)
    for line in export_slides(found, found.select(chapters or []), out, pdf=pdf):
        typer.echo(line)
