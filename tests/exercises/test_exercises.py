"""Every exercise: the stub fails, the solution passes, and known wrong answers get the hint that fits them."""

import importlib
import re
from itertools import pairwise
from pathlib import Path

from course_utils import check
from course_utils.chapters import find_course
from course_utils.checks import Hint
from course_utils.checks.exercises import EXERCISES

import nbformat
import numpy as np
import pytest

READY = [chapter for chapter in find_course(Path(__file__).parents[2]).chapters if chapter.notebook]


def exercises():
    """(number, source of the answer cell, source of the check cell) for every exercise of every notebook."""
    for chapter in READY:
        cells = nbformat.read(chapter.notebook, as_version=4).cells
        for cell, following in pairwise(cells):
            if cell.metadata.get("nbgrader", {}).get("solution"):
                yield pytest.param(cell.source, following.source, id=cell.metadata.nbgrader.grade_id)


def wrong_answers():
    for chapter in READY:
        module = importlib.import_module(f"chapter_{chapter.number:02d}")
        for number, answers in module.WRONG.items():
            for place, (answer, hint) in enumerate(answers, 1):
                yield pytest.param(number, answer, hint, id=f"{number} wrong {place}")


@pytest.mark.parametrize(("answer", "check_cell"), exercises())
def test_the_stub_fails_kindly(answer, check_cell):
    stub = re.sub(r"([ ]*)### BEGIN SOLUTION.*?### END SOLUTION", r"\1...", answer, flags=re.DOTALL)
    namespace = {"np": np, "check": check}
    exec(stub, namespace)
    with pytest.raises(Hint, match=r"waits for your answer|returns nothing yet"):
        exec(check_cell, namespace)


@pytest.mark.parametrize(("number", "answer", "hint"), wrong_answers())
def test_a_wrong_answer_gets_its_hint(number, answer, hint):
    with pytest.raises(Hint, match=hint):
        check(number, answer)


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_right_answers_pass_with_any_seed_and_wrong_ones_are_known(chapter):
    module = importlib.import_module(f"chapter_{chapter.number:02d}")
    numbers = [number for number in EXERCISES if number.startswith(f"{chapter.number}.")]
    assert numbers and set(module.RIGHT) == set(numbers)
    for number in numbers:
        assert len(module.WRONG[number]) >= 2 or number in module.PREDICTIONS
        for seed in range(5):
            check(number, module.RIGHT[number], seed=seed)
