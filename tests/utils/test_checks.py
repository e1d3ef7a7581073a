"""`check` on unknown exercises, on answers whose rows differ in length, and the parts of checks."""

import sys

from course_utils import check
from course_utils.checks import Hint
from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import as_array, as_count, as_squeezed, as_words, refuse_mistakes
from course_utils.errors import CourseError

import numpy as np
import pytest


def test_an_unknown_exercise_is_answered_with_those_of_its_chapter():
    for number in ("0.99", "00.2"):
        with pytest.raises(CourseError, match=rf"no exercise '{number}'; this chapter has 0\.1, 0\.2, 0\.3, 0\.4$"):
            check(number, 1)
    with pytest.raises(CourseError, match="give a number such as"):
        check("no number", 1)


@pytest.mark.parametrize(
    ("number", "answer", "name"),
    [
        ("1.5", (7, [[1, 2], [3]], np.ones(3)), "W_hidden"),
        ("1.5", (7, np.ones((4, 2)), [1, [2, 3]]), "W_output"),
        ("10.2", {"floor": [[1], [2, 3]], "A": "", "B": "", "C": "", "D": ""}, "The floor"),
        ("10.4", [[1], [2, 3]], "The price c"),
        ("10.5", lambda gradients, lam, inside: [[1], [2, 3]], "The weights at the end"),
        ("11.2", [[1], [2, 3]], "The error"),
        ("11.3", lambda images, labels: ([[1], [2, 3]], labels), "The images"),
        ("12.4", [[1], [2, 3]], "The pair of slopes"),
        ("13.4", lambda batches: ([[1], [2, 3]], np.ones(3)), "The mean"),
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
    shown = capsys.readouterr()
    assert shown.err == "" and "it is slow" in shown.out


@pytest.mark.parametrize("answer", [[1, 2], [[1, 2]], [[1], [2]], np.ones((1, 2, 1)) * [[1], [2]]])
def test_a_row_is_as_good_as_a_column(answer):
    assert as_squeezed(answer, (2,), "The slopes").tolist() == [1.0, 2.0]
    with pytest.raises(Hint, match=r"^The slopes should be numbers .*; got \(1, Ellipsis\)"):
        as_squeezed((1, ...), (2,), "The slopes")
    with pytest.raises(Hint, match=r"^The slopes should have shape \(3,\)"):
        as_squeezed(answer, (3,), "The slopes")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((0.5, None), "got (0.5, None)."),
        (["one", "two"], "got ['one', 'two']."),
        ([np.ones((9, 9)), [2]], "got [array("),
        ({3, 4}, "got set."),
        (10**400, "got int."),
    ],
)
def test_what_is_no_array_of_numbers_is_quoted(answer, told):
    with pytest.raises(Hint) as raised:
        as_array(answer, (2,), "The pair")
    hint = str(raised.value)
    assert hint.startswith(f"The pair should be numbers in an array of shape (2,); {told}") and "\n" not in hint


def test_a_hint_is_shown_in_lines_that_end_between_words():
    told = "Look at `x.shape`, which the check prints. " * 4 + "\n\nIt is your own."
    (shown,) = Hint(told)._render_traceback_()
    lines = shown.splitlines()
    assert lines[0].startswith("✗ Look") and lines[-2:] == ["", "It is your own."] and 90 < max(map(len, lines)) <= 100
    assert shown.split() == ["✗", *told.split()]


@pytest.mark.parametrize("answer", [3, 3.0, np.int64(3), np.float32(3), np.array(3)])
def test_a_count_is_an_integer_whatever_its_type(answer):
    count = as_count(answer, "The depth")
    assert count == 3 and type(count) is int


@pytest.mark.parametrize(
    ("answer", "least", "told"),
    [
        (2.5, 1, "The depth should be an integer from 1 on; got 2.5."),
        (0, 1, "The depth should be an integer from 1 on; got 0."),
        (-1, 0, "The depth should be an integer from 0 on; got -1."),
        ("three", 1, "The depth should be a number; got 'three'."),
        (None, 1, "The depth should be a number; got None."),
        (..., 1, "The depth should be a number; got ...."),
        ([1, 2], 1, "The depth should be a single number; yours is an array of shape (2,)."),
        (np.inf, 1, "The depth should be finite; yours is inf."),
    ],
)
def test_a_bad_count_gets_a_hint(answer, least, told):
    with pytest.raises(Hint) as raised:
        as_count(answer, "The depth", least)
    assert str(raised.value).startswith(told)


def test_a_diagnosis_is_a_word_for_each_case_however_it_is_written():
    said = {"B": " SIGN", "A": "rate"}
    assert list(as_words(said, "AB", ["rate", "Sign"]).items()) == [("A", "rate"), ("B", "Sign")]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("rate", "Store a dictionary with a word for each of A, B; the words are 'rate', 'sign'."),
        ({"A": "rate"}, "Store a dictionary with a word for each of A, B"),
        ({"A": "rate", "B": ...}, "B still waits for a word: 'rate', 'sign'."),
        ({"A": "rate", "B": "flu"}, "For B choose one of 'rate', 'sign'; got 'flu'."),
        ({"A": ["rate"], "B": "sign"}, "For A choose one of 'rate', 'sign'; got ['rate']."),
    ],
)
def test_a_bad_diagnosis_gets_a_hint(answer, told):
    with pytest.raises(Hint) as raised:
        as_words(answer, "AB", ["rate", "sign"])
    assert str(raised.value).startswith(told)


def test_the_first_mistake_that_a_value_shows_has_its_hint():
    mistakes = [
        ([2.0, 4.0], "Twice as much."),
        (0, "All zeros."),
        (lambda value: value.min() < 0, "One is negative."),
        (lambda value: value[0] == -2, "Never reached."),
    ]
    refuse_mistakes(np.array([1.0, 2.0]), mistakes)
    for value, hint in (([2, 4], "Twice as much."), ([0, 0], "All zeros."), ([-2, 1], "One is negative.")):
        with pytest.raises(Hint) as raised:
            refuse_mistakes(np.array(value), mistakes, ending="It was tried.")
        assert str(raised.value) == f"{hint} It was tried."


def test_the_tolerance_of_a_mistake_can_be_set():
    refuse_mistakes(1.04, [(1, "One.")])
    with pytest.raises(Hint, match=r"^One\.$"):
        refuse_mistakes(1.04, [(1, "One.")], rtol=0.05, atol=0)
    refuse_mistakes(100_001, [(100_000, "Off by one.")], rtol=0)


def test_central_differences_are_the_derivatives_and_leave_the_array_as_it_was():
    x = np.array([[0.3, -1.2], [2.0, 0.0]])
    before = x.copy()
    np.testing.assert_allclose(
        central_differences(lambda: np.sum(np.sin(x) * before), x), before * np.cos(x), atol=1e-9
    )
    assert np.array_equal(x, before)
