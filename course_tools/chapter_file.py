"""Reading a chapter's notebook for an export."""

import textwrap

from course_utils.errors import CourseError
from course_utils.syllabus import Chapter

from nbformat import NotebookNode, ValidationError
from nbformat import read as read_notebook


def read_chapter(chapter: Chapter) -> NotebookNode:
    """A chapter's notebook, as nbformat reads it.

    Raises:
        CourseError: The file cannot be read, or holds no notebook.
    """
    wrong: dict[str, Exception] = {}  # nbformat goes on where something in a notebook has not the form it should have
    try:
        notebook = read_notebook(chapter.notebook, as_version=4, capture_validation_error=wrong)
    except OSError as error:
        raise CourseError(f"{chapter.notebook} cannot be read: {error.strerror}") from error
    except (ValueError, AttributeError, KeyError, TypeError, ValidationError) as error:
        raise CourseError(
            f"{chapter.notebook} holds no notebook; if it was merged, look for lines that begin with <<<<<<< in it"
        ) from error
    for error in wrong.values():
        raise CourseError(f"{chapter.notebook} is no valid notebook: {in_short(error)}") from error
    return notebook


def in_short(error: Exception) -> str:
    """What an error says, without the cell that a validator's error goes on to quote."""
    return textwrap.shorten(str(getattr(error, "message", error)), 200, placeholder=" …")
