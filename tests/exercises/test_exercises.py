"""Every exercise: the stub fails, the solution passes, and known wrong answers get the hint that fits them.

What holds for one chapter holds for all: the tests run over every notebook of the course and the file `chapter_NN.py`
beside it, which has

- RIGHT: the answer to each piece of code and each experiment;
- WRONG: to each, wrong answers and what their hint says, at least two with hints of their own;
- PREDICTIONS: to each prediction, what a run may measure, the choice that this supports (None: none), and what is said.
"""

import importlib
import re
import sys
from collections import defaultdict
from pathlib import Path
from unittest.mock import MagicMock

from course_utils import check
from course_utils.chapters import find_course
from course_utils.checks import Hint
from course_utils.checks.exercises import EXERCISES
from course_utils.errors import CourseError

import nbformat
import numpy as np
import pytest

READY = [chapter for chapter in find_course(Path(__file__).parents[2]).chapters if chapter.notebook]
for one in READY:
    importlib.import_module(f"course_utils.checks.chapter_{one.number:02d}")


class Anything(MagicMock):
    """What the run has measured, whatever a stub does with it: nobody looks at it before there is an answer."""

    def __format__(self, spec):
        return "anything"


def known(chapter):
    return importlib.import_module(f"chapter_{chapter.number:02d}")


def registered(chapter, *kinds):
    """The numbers of the chapter's exercises that are of these kinds."""
    numbers = [number for number in EXERCISES if number.startswith(f"{chapter.number}.")]
    return [number for number in numbers if EXERCISES[number].kind in kinds]


def exercises():
    """(number, source of the answer cell, source of the check cell) for every exercise of every notebook."""
    for chapter in READY:
        cells = nbformat.read(chapter.notebook, as_version=4).cells
        named = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
        for name, source in named.items():
            if not name.endswith("-check"):
                yield pytest.param(name.replace("-", "."), source, named[f"{name}-check"], id=name)


def wrong_answers():
    for chapter in READY:
        for number, answers in known(chapter).WRONG.items():
            for place, (answer, hint) in enumerate(answers, 1):
                yield pytest.param(number, answer, hint, id=f"{number} wrong {place}")


def runs():
    for chapter in READY:
        for number, cases in known(chapter).PREDICTIONS.items():
            for place, case in enumerate(cases, 1):
                yield pytest.param(number, *case, id=f"{number} run {place}")


@pytest.mark.parametrize(("number", "answer", "check_cell"), exercises())
def test_the_stub_fails_kindly(number, answer, check_cell):
    stub = re.sub(r"([ ]*)### BEGIN SOLUTION.*?### END SOLUTION", r"\1...", answer, flags=re.DOTALL)
    namespace = defaultdict(Anything, np=np, check=check, len=len)
    exec(stub, {}, namespace)
    expected = "waits for your prediction: go up" if EXERCISES[number].kind == "prediction" else "waits for your answer"
    with pytest.raises(Hint, match=f"{expected}|returns nothing yet"):
        exec(check_cell, {}, namespace)


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_a_chapter_has_a_prediction_a_piece_of_code_and_an_experiment(chapter):
    for kind in ("prediction", "code", "experiment"):
        assert registered(chapter, kind), f"no exercise of the chapter is of kind {kind}"
    of_notebook = {case.values[0] for case in exercises() if case.values[0].startswith(f"{chapter.number}.")}
    assert set(registered(chapter, "prediction", "code", "experiment")) == of_notebook


@pytest.mark.parametrize(("number", "answer", "hint"), wrong_answers())
def test_a_wrong_answer_gets_its_hint(number, answer, hint):
    with pytest.raises(Hint, match=hint):
        check(number, answer)


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_right_answers_pass_with_any_seed_and_wrong_ones_are_known(chapter, capsys):
    numbers = registered(chapter, "code", "experiment")
    assert set(known(chapter).RIGHT) == set(known(chapter).WRONG) == set(numbers)
    for number in numbers:
        hints = set()
        for answer, _ in known(chapter).WRONG[number]:
            with pytest.raises(Hint) as raised:
                check(number, answer)
            hints.add(str(raised.value))
        assert len(hints) >= 2, f"{number}: whatever the mistake is, the hint is the same"
        for seed in range(5):
            check(number, known(chapter).RIGHT[number], seed=seed)
        assert capsys.readouterr().out.count(f"✓ {number}: ") == 5


def test_a_right_answer_that_warns_leaves_nothing_on_stderr(capsys):
    def count_values(image):
        print("it is slow", file=sys.stderr)
        return len(np.unique(image))

    check("0.3", count_values)
    said = capsys.readouterr()
    assert said.err == "" and "it is slow" in said.out


@pytest.mark.parametrize(("number", "measured", "supported", "said"), runs())
def test_a_prediction_is_compared_with_what_was_measured(number, measured, supported, said, capsys):
    options = EXERCISES[number].options
    for choice in options:
        check(number, f" {choice.upper()} ", measured)  # as it is typed does not matter
        shown = capsys.readouterr().out.strip()
        assert shown.startswith(f"→ {number}: You expected ") and " In this run " in shown and ", so " in shown
        assert re.search(said, shown), shown
        assert ("and so it came" in shown) == (choice == supported)
        assert ("That stays open" in shown) == (supported is None)
    with pytest.raises(Hint, match=r"Choose one of .*got 'no idea'"):
        check(number, "no idea", measured)


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_the_run_decides_a_prediction(chapter):
    numbers = registered(chapter, "prediction")
    assert set(known(chapter).PREDICTIONS) == set(numbers)
    for number in numbers:
        supported = {option for _, option, _ in known(chapter).PREDICTIONS[number]}
        assert set(EXERCISES[number].options) <= supported, f"{number}: no run is known that supports each choice"
        with pytest.raises(CourseError, match="compared with the run"):
            check(number, EXERCISES[number].options[0])
        with pytest.raises(CourseError, match=r"does not fit exercise .*cell between .* changed"):
            check(number, EXERCISES[number].options[0], {"something": "else"})
    for number in registered(chapter, "code", "experiment"):
        with pytest.raises(CourseError, match="is no prediction"):
            check(number, known(chapter).RIGHT[number], 0.5)


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ({12: 0.2, 20: 0.3, 35: 0.43}, "20 times the rate gives 0.30, as near"),
        ({12: 0.2, 60: 0.24, 800: 0.16}, "no factor from 12 to 800 comes near .* 60 times the rate gives 0.24"),
        ({1: 0.5, 30: 0.7}, "no factor from 1 to 30 comes near .* 1 times the rate gives 0.50"),
        ({20: 0.1, 25: 0.6, 80: 0.8}, r"passes the book's 0.32 between 20 and 25 times the rate, by a jump"),
    ],
)
def test_the_other_reading_is_said_of_the_run_whatever_its_data(tried, said, capsys):
    """On substitute data no rate need give the book's figure, and then nothing may say that one does."""
    check("5.4", tried)
    assert re.search(said, capsys.readouterr().out)


def bisected(accuracy_of):
    """What the solution of exercise 5.4 in the notebook keeps, if `run` gave these accuracies."""
    (solution,) = [case.values[1] for case in exercises() if case.values[0] == "5.4"]
    namespace = {"np": np, "seed": 0, "run": lambda seed, rate_by, pixels_by: accuracy_of(rate_by)}
    exec(solution, namespace)
    return namespace["tried"]


def test_the_solution_of_the_other_reading_passes_whatever_the_run_gives(capsys):
    flat, steep, early, late = (
        lambda factor: 0.2,
        lambda factor: 0.1 + 0.7 * (factor > 57),
        lambda factor: 0.9,
        lambda factor: min(0.9, 0.1 + factor / 140),
    )
    for accuracy_of in (flat, steep, early, late):
        check("5.4", bisected(accuracy_of))
    assert capsys.readouterr().out.count("✓ 5.4: ") == 4
