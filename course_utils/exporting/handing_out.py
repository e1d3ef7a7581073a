"""Writing the student edition into a folder: what is there already is somebody's work and stays."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from course_utils.chapters import Chapter, Course
from course_utils.errors import CourseError
from course_utils.running.outcome import write_text


def hand_out(course: Course, chapters: Sequence[Chapter], folder: Path, fresh: Sequence[Chapter] = ()) -> list[str]:
    """Write the student edition of chapters into a folder. No file that is there is ever changed.

    Args:
        course: The course.
        chapters: Which chapters; each has a notebook.
        folder: Where to; made if missing.
        fresh: Chapters of which a copy is written beside the file that is there, under a name that says so.

    Returns:
        One line for each file written, and one for those that were there.

    Raises:
        CourseError: The folder is the solved edition's or cannot be written, or a notebook's exercises are not in
            order; nothing is written then.
    """
    if folder.resolve() == (course.root / "notebooks").resolve():
        raise CourseError(f"{folder} holds the solved edition; name another folder for the student edition: --out DIR")
    there = [chapter for chapter in chapters if _path(folder, chapter).exists() and chapter not in fresh]
    editions = {}
    for chapter in [*chapters, *(chapter for chapter in fresh if chapter not in chapters)]:
        if chapter not in there:
            target = _free_path(folder, chapter) if chapter in fresh else _path(folder, chapter)
            editions[target] = _edition(chapter)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in editions.items():
            write_text(target, text)
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror}") from error
    lines = [f"written: {target}" for target in editions]
    if there:
        names = ", ".join(chapter.file_stem for chapter in there)
        lines.append(f"kept as they are in {folder}: {names} (--fresh NN writes a new copy of NN beside yours)")
    return lines


def _edition(chapter: Chapter) -> str:
    # nbgrader takes two seconds to import, and is needed only where something is written.
    from course_utils.exporting.student import student_edition

    import nbformat

    try:
        edition = student_edition(nbformat.read(chapter.notebook, as_version=4))
    except CourseError as error:
        raise CourseError(f"{chapter.file_stem}: {error}") from error
    return nbformat.writes(edition) + "\n"


def _path(folder: Path, chapter: Chapter) -> Path:
    return folder / f"{chapter.file_stem}.ipynb"


def _free_path(folder: Path, chapter: Chapter) -> Path:
    """The chapter's own name, or the first of `…_fresh`, `…_fresh_2`, … that is free."""
    names = (f"{chapter.file_stem}_fresh{f'_{number}' if number > 1 else ''}.ipynb" for number in count(1))
    own = _path(folder, chapter)
    return next(folder / name for name in names if not (folder / name).exists()) if own.exists() else own
