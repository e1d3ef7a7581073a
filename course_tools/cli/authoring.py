"""Commands for authors."""

from typing import Annotated

from course_tools.cli.options import Chapters, CourseFolder

import typer


def store(
    chapters: Chapters = None,
    force: Annotated[bool, typer.Option("--force", help="Also chapters whose code has not changed.")] = False,
    course: CourseFolder = None,
) -> None:
    """Run notebooks and store their outputs in them (for authors)."""
    from course_tools.authoring.stored_outputs import store as store_outputs
    from course_utils.syllabus import find_course

    found = find_course(course)
    for line in store_outputs(found, found.select(chapters or []), force=force):
        typer.echo(line)


def new(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of a chapter in notebooks/course.yaml.")],
    course: CourseFolder = None,
) -> None:
    """Write the skeleton of a planned chapter: notebook, checks, tests (for authors)."""
    from course_tools.authoring.skeletons import new_chapter
    from course_utils.syllabus import find_course

    found = find_course(course)
    for path in new_chapter(found, number):
        typer.echo(f"written: {path.relative_to(found.root)}")
    typer.echo(f"next steps: CONTRIBUTING.md; to see what is missing: make test-chapter CHAPTERS={number}")


def docs(course: CourseFolder = None) -> None:
    """Rewrite the generated parts of README.md and datasets/README.md."""
    from course_tools.authoring.readme import write_docs
    from course_utils.syllabus import find_course

    found = find_course(course)
    changed = [path.relative_to(found.root) for path in write_docs(found)]
    typer.echo(f"written: {', '.join(map(str, changed))}" if changed else "nothing has changed")
