"""The code of a notebook, and its hash."""

import hashlib
import os
from pathlib import Path
from typing import Any

from course_tools.chapter_file import read_cells

LIVE_TAG = "live"  # tag of a cell that works only in a live front end


def code_hash(notebook: Path | dict[str, Any], measuring_only: bool = False) -> str:
    """Return the hash of a notebook's code: its code cells in order, without outputs and prose.

    Args:
        notebook: A path, or a notebook as nbformat reads it.
        measuring_only: Leave out what cannot change a measurement: exercises, cells for a live front end, blank lines,
            and the borders between cells.

    Returns:
        16 hexadecimal digits.

    Raises:
        CourseError: There is no notebook at the path.
    """
    cells = read_cells(Path(notebook)) if isinstance(notebook, os.PathLike) else notebook["cells"]
    cells = [cell for cell in cells if cell["cell_type"] == "code"]
    if measuring_only:
        cells = [cell for cell in cells if not _is_aside(cell.get("metadata", {}))]
        lines = "\n".join(cell["source"] for cell in cells).splitlines()
        sources = [line.rstrip() for line in lines if line.strip()]
    else:
        sources = [cell["source"].strip() for cell in cells]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def code_of(notebook: Path) -> str:
    """Return the code cells of a notebook as one string.

    Raises:
        CourseError: There is no notebook at the path.
    """
    return "\n".join(cell["source"] for cell in read_cells(notebook) if cell["cell_type"] == "code")


def _is_aside(metadata: dict[str, Any]) -> bool:
    return "nbgrader" in metadata or LIVE_TAG in metadata.get("tags", [])
