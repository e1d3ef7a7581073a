"""Read a chapter's notebook, whichever tool wrote it last."""

import re
import textwrap
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.errors import CourseError
from course_utils.files import read_json
from course_utils.syllabus import Chapter

if TYPE_CHECKING:  # importing nbformat takes longer than reading all chapters
    from nbformat import NotebookNode


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook file, each with its type, its source as one string, and its metadata.

    Raises:
        CourseError: The file cannot be read, or is not a notebook.
    """
    try:
        return [
            {
                **cell,
                "cell_type": cell["cell_type"],
                "source": "".join(cell["source"]),
                "metadata": dict(cell.get("metadata") or {}),
            }
            for cell in read_json(notebook, "cells")["cells"]
        ]
    except (AttributeError, KeyError, TypeError) as error:
        raise CourseError(f"{notebook} is not a valid notebook: a cell lacks its type or its source") from error


def read_chapter(chapter: Chapter) -> "NotebookNode":
    """Return a chapter's notebook as nbformat reads it, completed (see `complete`).

    Raises:
        CourseError: The file cannot be read, or is not a notebook.
    """
    from nbformat import ValidationError, v4, validate

    content = read_json(chapter.notebook, "cells")
    try:
        notebook = v4.to_notebook_json(content)
        complete(notebook, chapter.file_stem)
        validate(notebook)
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise CourseError(f"{chapter.notebook} is not a valid notebook: {in_short(error)}") from error
    return notebook


def complete(notebook: "NotebookNode", name: str) -> None:
    """Add what other tools leave out of a notebook: the ids of its cells, and the number of its chapter.

    Args:
        notebook: A notebook in version 4 of nbformat; changed in place.
        name: The name of its file, which begins with the number: `15_weight_initialization`.
    """
    from nbformat.v4 import upgrade

    upgrade(notebook)
    for cell in notebook.cells:
        cell.setdefault("id", uuid.uuid4().hex[:8])
    if number := re.match(r"\d\d(?=_)", name):
        notebook.metadata["course"] = {**notebook.metadata.get("course", {}), "number": int(number[0])}


def in_short(error: Exception) -> str:
    """Return an error's message, shortened: a validator's error would quote the whole cell."""
    return textwrap.shorten(str(getattr(error, "message", error)), 200, placeholder=" …")
