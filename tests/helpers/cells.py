"""Run single cells of a notebook in a test, with other seeds or other values."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import MagicMock

from course_utils.chapter_head import stored_parameters
from course_utils.claims import judge
from course_utils.syllabus import find_course

import nbformat
import numpy as np
from threadpoolctl import threadpool_limits

COURSE = find_course(Path(__file__).parent)


@cache
def cells_of(number: int) -> list[Any]:
    """Return all cells of a chapter's notebook."""
    return nbformat.read(COURSE.chapter(number).notebook, as_version=4).cells


def compiled(number: int, *chosen: str) -> CodeType:
    """Return the compiled cells with these ids, in the notebook's order."""
    sources = [cell.source for cell in cells_of(number) if cell.get("id") in chosen]
    assert len(sources) == len(chosen), "a cell was renamed or left out"
    return compile("\n".join(sources), f"chapter {number}", "exec")


def parameters(number: int) -> dict[str, Any]:
    """Return the notebook's own values of its parameters."""
    return stored_parameters(COURSE.chapter(number).notebook)


def without_pictures() -> dict[str, Any]:
    """Return NumPy, and mocks for everything that draws or shows."""
    pyplot = MagicMock()
    panels = [MagicMock(), MagicMock()]
    pyplot.subplots.side_effect = lambda rows=1, columns=1, **_: (MagicMock(), MagicMock() if columns == 1 else panels)
    names = ("show", "Markdown", "decision_boundary", "draw_reach", "around", "print")
    return {"np": np, "plt": pyplot, **{name: MagicMock() for name in names}}


class Verdicts(dict):
    """Replaces `claim`, and keeps the verdicts by claim."""

    def __call__(self, claim_id: str, *measured: Any, **given: Any) -> None:
        self.setdefault(claim_id, []).append(judge(claim_id, *measured, **given).verdict)


def verdicts_of(number: int, *chosen: str, **instead: Any) -> dict[str, str]:
    """Return the verdicts of the cells, run with the given values in place of the notebook's."""
    claim = Verdicts()
    names = parameters(number) | without_pictures() | {"pairwise": pairwise, "claim": claim}
    exec(compiled(number, *chosen), names | instead)
    return {claim_id: verdict for claim_id, (verdict,) in claim.items()}


def require_verdicts_of_every_seed(
    number: int, seeds: int, *chosen: str, given: Callable[[int], dict[str, Any]] = lambda seed: {}
) -> None:
    """Run cheap cells with many seeds, and require the good verdict of every claim with every seed.

    Args:
        number: The chapter.
        seeds: Number of seeds, from 0.
        *chosen: The cells' ids.
        given: Returns, for a seed, the values that other cells would define.
    """
    code, claim, shared = compiled(number, *chosen), Verdicts(), parameters(number) | without_pictures()
    with threadpool_limits(1):  # the matrices are small
        for seed in range(seeds):
            exec(code, shared | given(seed) | {"seed": seed, "pairwise": pairwise, "claim": claim})
    assert claim
    for claim_id, verdicts in claim.items():
        wrong = [seed for seed, verdict in enumerate(verdicts) if verdict not in ("reproduced", "erratum")]
        assert len(verdicts) == seeds and not wrong, f"{claim_id} fails with the seeds {wrong}"


class Anything(MagicMock):
    """What the run has measured, whatever a stub does with it: nobody looks at it before there is an answer."""

    def __format__(self, spec: str) -> str:
        return "anything"
