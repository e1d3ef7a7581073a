"""Every exercise: the stub fails, the solution passes, and known wrong answers get the hint that fits them."""

import importlib
import re
from collections import defaultdict

from course_utils import check
from course_utils.checks import Hint
from course_utils.checks.exercises import EXERCISES
from course_utils.errors import CourseError

import nbformat
import numpy as np
import pytest
from cells import Anything
from chapter_folders import answers_of, chapter_of


def pytest_generate_tests(metafunc):
    """Run a test that asks for `exercise`, `wrong_answer` or `prediction` with each one that the chapter has."""
    chapter = chapter_of(metafunc.definition)
    known = answers_of(chapter)
    if "exercise" in metafunc.fixturenames:
        cases = [pytest.param((number, *cells), id=number) for number, *cells in exercises(chapter)]
        metafunc.parametrize("exercise", cases)
    for name, table, word in (("wrong_answer", known.WRONG, "wrong"), ("prediction", known.PREDICTIONS, "run")):
        if name in metafunc.fixturenames:
            cases = [
                pytest.param((number, *case), id=f"{number} {word} {place}")
                for number, rows in table.items()
                for place, case in enumerate(rows, 1)
            ]
            metafunc.parametrize(name, cases)


def exercises(chapter):
    """(number, source of the answer cell, source of the check cell) for every exercise of a chapter."""
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    named = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
    return [
        (name.replace("-", "."), source, named[f"{name}-check"])
        for name, source in named.items()
        if not name.endswith("-check")
    ]


def registered(chapter, *kinds):
    """The numbers of the chapter's exercises that are of these kinds."""
    importlib.import_module(f"course_utils.chapters.ch{chapter.number:02d}.checks")
    numbers = [number for number in EXERCISES if number.startswith(f"{chapter.number}.")]
    return [number for number in numbers if EXERCISES[number].kind in kinds]


def test_the_stub_is_told_what_is_missing(chapter, exercise, capsys):
    number, answer, check_cell = exercise
    assert number in registered(chapter, "prediction", "code", "experiment")
    stub = re.sub(r"([ ]*)### BEGIN SOLUTION.*?### END SOLUTION", r"\1...", answer, flags=re.DOTALL)
    namespace = defaultdict(Anything, np=np, check=check, len=len)
    exec(stub, {}, namespace)
    if EXERCISES[number].kind == "prediction":
        exec(check_cell, {}, namespace)
        assert f"→ {number}: waits for your prediction: go up" in capsys.readouterr().out
        return
    with pytest.raises(Hint, match=r"waits for your answer|returns nothing yet"):
        exec(check_cell, {}, namespace)


def test_a_chapter_has_a_prediction_a_piece_of_code_and_an_experiment(chapter, notebook):
    for kind in ("prediction", "code", "experiment"):
        assert registered(chapter, kind), f"no exercise of the chapter is of kind {kind}"
    solutions = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    of_notebook = {cell.metadata.nbgrader.grade_id.replace("-", ".") for cell in solutions}
    assert set(registered(chapter, "prediction", "code", "experiment")) == of_notebook


def test_a_wrong_answer_gets_its_hint(wrong_answer):
    number, answer, hint = wrong_answer
    with pytest.raises(Hint, match=hint):
        check(number, answer)


def test_right_answers_pass_with_any_seed_and_wrong_ones_are_known(chapter, answers, capsys):
    numbers = registered(chapter, "code", "experiment")
    assert set(answers.RIGHT) == set(answers.WRONG) == set(numbers)
    for number in numbers:
        hints = set()
        for answer, _ in answers.WRONG[number]:
            with pytest.raises(Hint) as raised:
                check(number, answer)
            hints.add(str(raised.value))
        assert len(hints) >= 2, f"{number}: whatever the mistake is, the hint is the same"
        for seed in range(3):
            check(number, answers.RIGHT[number], seed=seed)
        assert capsys.readouterr().out.count(f"✓ {number}: ") == 3


def test_right_answers_written_in_another_way_pass(answers, capsys):
    others = getattr(answers, "ALSO_RIGHT", [])
    for number, answer in others:
        check(number, answer)
    assert capsys.readouterr().out.count("✓ ") == len(others)


def test_a_prediction_is_compared_with_what_was_measured(prediction, capsys):
    number, measured, supported, said = prediction
    options = EXERCISES[number].options
    for choice in options:
        check(number, f" {choice.upper()} ", measured)  # as it is typed does not matter
        shown = capsys.readouterr().out.strip()
        assert shown.startswith(f"→ {number}: You expected ") and " In this run " in shown and ", so " in shown
        assert re.search(said, shown), shown
        assert ("and that is what happened" in shown) == (choice == supported)
        assert ("The question stays open" in shown) == (supported is None)
    with pytest.raises(Hint, match=r"Choose one of .*got 'no idea'"):
        check(number, "no idea", measured)


def test_the_run_decides_a_prediction(chapter, answers):
    numbers = registered(chapter, "prediction")
    assert set(answers.PREDICTIONS) == set(numbers)
    for number in numbers:
        supported = {option for _, option, _ in answers.PREDICTIONS[number]}
        assert set(EXERCISES[number].options) <= supported, f"{number}: no run is known that supports each choice"
        with pytest.raises(CourseError, match="compared with the run"):
            check(number, EXERCISES[number].options[0])
        with pytest.raises(CourseError, match=r"does not fit exercise .*cell between .* changed"):
            check(number, EXERCISES[number].options[0], {"something": "else"})
    for number in registered(chapter, "code", "experiment"):
        with pytest.raises(CourseError, match="is not a prediction"):
            check(number, answers.RIGHT[number], 0.5)
