"""Write the student edition into a folder without changing existing files, which may be a student's work."""

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.syllabus import Chapter, Course


def hand_out(course: Course, chapters: Sequence[Chapter], folder: Path, fresh: Sequence[Chapter] = ()) -> list[str]:
    """Write the student edition of chapters into a folder. This never changes an existing file.

    The same holds for a file that appears meanwhile, and for a broken link: it may point to a folder of the student's
    that is not mounted now.

    Args:
        course: The course.
        chapters: The chapters; each has a notebook.
        folder: The folder; created if missing.
        fresh: Chapters of which a new copy is written beside the existing file, as `…_fresh`.

    Returns:
        One line for each written file, and one for all existing files.

    Raises:
        CourseError: The folder is the solved edition's, or a notebook or its exercises are invalid: nothing is written.
            Or the folder cannot be written, or a file has appeared in it: files written before that stay, but no
            incomplete file.
    """
    if folder.resolve() == (course.root / "notebooks").resolve():
        raise CourseError(f"{folder} holds the solved edition; name another folder for the student edition: --out DIR")
    there = [chapter for chapter in chapters if os.path.lexists(_path(folder, chapter)) and chapter not in fresh]
    editions = {}
    for chapter in [*chapters, *(chapter for chapter in fresh if chapter not in chapters)]:
        if chapter not in there:
            target = _free_path(folder, chapter) if chapter in fresh else _path(folder, chapter)
            editions[target] = _edition(chapter)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, text in editions.items():
            _write_new(target, text)
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror}") from error
    lines = [f"written: {target}" for target in editions]
    if there:
        names = ", ".join(chapter.file_stem for chapter in there)
        lines.append(f"not changed in {folder}: {names} (--fresh NN writes a new copy of NN beside yours)")
    return lines


def _edition(chapter: Chapter) -> str:
    # Importing nbgrader takes two seconds; only writing needs it.
    from course_tools.chapter_file import read_chapter
    from course_tools.student_edition.student import student_edition

    import nbformat

    notebook = read_chapter(chapter)
    try:
        edition = student_edition(notebook)
    except CourseError as error:
        raise CourseError(f"{chapter.file_stem}: {error}") from error
    return nbformat.writes(edition) + "\n"


def _write_new(path: Path, text: str) -> None:
    """Create a file; remove it again if it cannot be written whole.

    Raises:
        CourseError: The file exists by now.
        OSError: It cannot be written.
    """
    try:
        file = path.open("x", encoding="utf-8", errors="backslashreplace")
    except FileExistsError:
        raise CourseError(f"another program has just written {path}, which is not changed; run this again") from None
    try:
        with file:
            file.write(text)
    except BaseException:
        path.unlink()
        raise


def _path(folder: Path, chapter: Chapter) -> Path:
    return folder / f"{chapter.file_stem}.ipynb"


def _free_path(folder: Path, chapter: Chapter) -> Path:
    """Return the chapter's usual path if it is free, or the first free one of `…_fresh`, `…_fresh_2`, …"""
    names = (f"{chapter.file_stem}_fresh{f'_{number}' if number > 1 else ''}.ipynb" for number in count(1))
    own = _path(folder, chapter)
    return next(folder / name for name in names if not os.path.lexists(folder / name)) if os.path.lexists(own) else own
