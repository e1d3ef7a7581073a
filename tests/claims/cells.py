"""Cells of a notebook as code of their own, so that a test can run them with other seeds, or with something else."""

import ast
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import MagicMock

from course_utils.chapters import find_course
from course_utils.claims import judge

import nbformat
import numpy as np

COURSE = find_course(Path(__file__).parents[2])


@cache
def cells_of(number: int) -> list[Any]:
    """All cells of a chapter's notebook."""
    return nbformat.read(COURSE.chapter(number).notebook, as_version=4).cells


def compiled(number: int, *chosen: str) -> CodeType:
    """The cells with these ids, in the notebook's order."""
    sources = [cell.source for cell in cells_of(number) if cell.get("id") in chosen]
    assert len(sources) == len(chosen), "a cell was renamed or left out"
    return compile("\n".join(sources), f"chapter {number}", "exec")


def parameters(number: int) -> dict[str, Any]:
    """The notebook's own values."""
    (source,) = (cell.source for cell in cells_of(number) if "parameters" in cell.metadata.get("tags", []))
    return {line.target.id: ast.literal_eval(line.value) for line in ast.parse(source).body}


def without_pictures() -> dict[str, Any]:
    """NumPy, and stand-ins for what draws or shows."""
    pyplot = MagicMock()
    panels = [MagicMock(), MagicMock()]
    pyplot.subplots.side_effect = lambda rows=1, columns=1, **_: (MagicMock(), MagicMock() if columns == 1 else panels)
    names = ("show", "Markdown", "decision_boundary", "draw_reach", "around", "print")
    return {"np": np, "plt": pyplot, **{name: MagicMock() for name in names}}


class Verdicts(dict):
    """Stands in for `claim`: keeps the verdicts by claim."""

    def __call__(self, claim_id: str, *measured: Any, **given: Any) -> None:
        self.setdefault(claim_id, []).append(judge(claim_id, *measured, **given).verdict)
