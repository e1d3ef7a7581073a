"""The student edition of a chapter: no solution is left in it, and nothing else is missing."""

import copy
import re
from collections import defaultdict

from course_tools.student_edition.student import student_edition
from course_utils import check
from course_utils.checks import Hint

import nbformat
import numpy as np
import pytest
from cells import Anything

REGION = re.compile(r"[ ]*### BEGIN SOLUTION\n(.*?)\n[ ]*### END SOLUTION", re.DOTALL)


@pytest.fixture(scope="module")
def editions(chapter):
    solved = nbformat.read(chapter.notebook, as_version=4)
    return solved, student_edition(solved)


def is_exercise(cell):
    return "nbgrader" in cell.metadata


def is_solution(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def strings(node):
    """Every text in a notebook: sources, outputs, metadata, attachments, names."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def solution_lines(solved):
    """The lines of all solutions, without those that the chapter itself teaches in its own code."""
    inside = [REGION.search(cell.source)[1] for cell in solved.cells if is_solution(cell)]
    taught = {
        line.strip()
        for cell in solved.cells
        if cell.cell_type == "code" and not is_exercise(cell)
        for line in cell.source.splitlines()
    }
    return {line.strip() for text in inside for line in text.splitlines()} - taught - {""}


def test_no_line_of_a_solution_is_left_anywhere(editions):
    solved, student = editions
    lines = solution_lines(solved)
    assert len(lines) >= sum(map(is_solution, solved.cells)), "a solution has no line of its own"
    assert all(any(line in text for text in strings(solved)) for line in lines)  # the search finds what is there
    for text in strings(student):
        assert not [line for line in lines if line in text], text
        assert "BEGIN SOLUTION" not in text and "END SOLUTION" not in text


@pytest.mark.usefixtures("has_outputs")
def test_no_praise_and_no_mark_of_the_solved_edition_is_left(chapter, editions):
    solved, student = editions
    praise = re.compile(rf"[✓→] {chapter.number}\.\d\b")
    assert any(praise.search(text) for text in strings(solved))
    assert not [text for text in strings(student) if praise.search(text)]
    assert student.metadata.course == {"number": solved.metadata.course.number}, "a hash of the code tells a prediction"


def without(cell, *names):
    """A copy of a cell without outputs and the like."""
    kept = copy.deepcopy(cell)
    for name in names:
        kept.pop(name, None)
    return kept


def test_nothing_but_exercises_differs_from_the_solved_edition(editions):
    solved, student = editions
    originals = [cell for cell in solved.cells if "solved-edition" not in cell.metadata.get("tags", [])]
    assert [cell.id for cell in student.cells] == [cell.id for cell in originals]
    assert student.metadata.kernelspec == solved.metadata.kernelspec
    for cell, original in zip(student.cells, originals, strict=True):
        if not is_exercise(original):
            if cell != original:  # it shows an answer
                assert cell.outputs == [] and cell.execution_count is None
            assert without(cell, "outputs", "execution_count") == without(original, "outputs", "execution_count")
            continue
        assert cell.outputs == [] and cell.execution_count is None
        added = {"checksum", "cell_type"}
        assert {key: cell.metadata.nbgrader[key] for key in cell.metadata.nbgrader if key not in added} == (
            original.metadata.nbgrader
        )
        if is_solution(original):
            around = REGION.sub("<stub>", original.source).split("<stub>")
            assert cell.source.startswith(around[0]) and cell.source.endswith(around[1])
            assert "in place of the dots" in cell.source
        else:
            assert cell.source == original.source and "raises-exception" in cell.metadata.tags


@pytest.mark.usefixtures("has_outputs")
def test_what_a_prediction_is_about_is_hidden_and_most_other_outputs_stay(editions):
    solved, student = editions
    kept = {cell.id for cell in student.cells if cell.get("outputs")}
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in solved.cells]
    predictions = [
        name.removesuffix("-check")
        for cell, name in zip(solved.cells, names, strict=True)
        if name and cell.metadata.nbgrader.locked and not cell.metadata.nbgrader.grade
    ]
    assert predictions
    for name in predictions:
        between = solved.cells[names.index(name) + 1 : names.index(f"{name}-check")]
        assert [cell for cell in between if cell.get("outputs")], "a prediction is followed by what is measured"
        assert not [cell.id for cell in between if cell.id in kept]
    teaching = [cell.id for cell in solved.cells if cell.get("outputs") and not is_exercise(cell)]
    left_out = [name for name in teaching if name not in kept]
    assert len(left_out) <= 0.3 * len(teaching), f"of {len(teaching)} outputs the student edition leaves out {left_out}"


def test_every_stub_runs_and_its_check_says_what_is_missing(editions, capsys):
    _, student = editions
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in student.cells if is_exercise(cell)}
    for name, cell in cells.items():
        if not name.endswith("-check"):
            namespace, its_check = defaultdict(Anything, np=np, check=check, len=len), cells[f"{name}-check"]
            exec(cell.source, {}, namespace)
            if its_check.metadata.nbgrader.grade:
                with pytest.raises(Hint, match=r"waits for your|returns nothing yet"):
                    exec(its_check.source, {}, namespace)
            else:  # a prediction, which is never a failure
                exec(its_check.source, {}, namespace)
                assert "waits for your prediction" in capsys.readouterr().out
