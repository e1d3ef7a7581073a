"""What `check` says of names that no exercise has, and of answers whose rows are not equally long."""

import sys

from course_utils import check
from course_utils.checks import Hint
from course_utils.errors import CourseError

import numpy as np
import pytest


def test_an_unknown_exercise_is_answered_with_those_of_its_chapter():
    for number in ("5.99", "05.2"):
        with pytest.raises(CourseError, match=rf"no exercise '{number}'; this chapter has 5\.1, 5\.2, 5\.3, 5\.4$"):
            check(number, 1)
    with pytest.raises(CourseError, match="an exercise is named like"):
        check("no number", 1)


@pytest.mark.parametrize(
    ("number", "answer", "name"),
    [
        ("1.3", ([[1, 2], [3]], np.ones(3)), "W_hidden"),
        ("1.3", (np.ones((4, 2)), [1, [2, 3]]), "W_output"),
        ("5.2", lambda dA, Z, A_before, W: (dA @ W.T, A_before.T @ dA, [1, [2, 3]]), "db"),
    ],
)
def test_rows_of_different_lengths_get_a_hint(number, answer, name):
    with pytest.raises(Hint, match=f"^{name} should be "):
        check(number, answer)


def test_a_right_answer_that_warns_leaves_nothing_on_stderr(capsys):
    def count_values(image):
        print("it is slow", file=sys.stderr)
        return len(np.unique(image))

    check("0.3", count_values)
    said = capsys.readouterr()
    assert said.err == "" and "it is slow" in said.out
