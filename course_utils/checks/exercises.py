"""The parts that the checks of all chapters share."""

import reprlib
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Check = Callable[[Any, np.random.Generator], str]
WIDTH = 100  # characters in a line of a hint; JupyterLab has room for 106 on a small screen, beside its list of files
_PLACEHOLDER_LEFT = "waits for your answer: replace the placeholder above, run that cell, then this one."


@dataclass(frozen=True)
class Exercise:
    """An exercise that can be checked.

    Attributes:
        kind: What it asks for: a prediction before the run, a piece of code, or an experiment with a parameter.
        judge: Takes the answer and, for a prediction, what was measured, otherwise a random generator; returns a
            message, or raises a `Hint`.
        what_is_missing: The message for a student who has not answered yet, after "Exercise 15.2".
        options: The choices of a prediction.
    """

    kind: Literal["prediction", "code", "experiment"]
    judge: Callable[[Any, Any], str]
    what_is_missing: str = _PLACEHOLDER_LEFT
    options: tuple[str, ...] = ()


EXERCISES: dict[str, Exercise] = {}


class Hint(AssertionError):
    """An answer is not right yet; the message says what to look at.

    An AssertionError, because graders count that as a failed test.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a traceback: the hint is all that a student needs.

        Its lines are broken here, because JupyterLab breaks those of a traceback within a word.
        """
        lines = f"✗ {self}".splitlines()
        return ["\n".join(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in lines)]


def exercise(number: str, *, kind: Literal["code", "experiment"]) -> Callable[[Check], Check]:
    """Register the decorated function as the check of this exercise. (A prediction has a decorator of its own.)

    The function receives the answer and a random generator, and returns one sentence that says what is right about the
    answer or raises a `Hint`.

    Args:
        number: The exercise, such as `"15.2"`.
        kind: What it asks for.

    Returns:
        A decorator that leaves the function as it is.
    """

    def register(function: Check) -> Check:
        EXERCISES[number] = Exercise(kind, function)
        return function

    return register


def is_missing(answer: Any) -> bool:
    """Return whether an answer is still a placeholder."""
    return answer is None or answer is ...


def call(function: Any, *arguments: Any, **named: Any) -> Any:
    """Call a student's function, and turn what goes wrong in it into a hint.

    Raises:
        Hint: It is not a function, it raised, or it returned a placeholder.
    """
    if not callable(function):
        raise Hint(f"Your answer should be a function that can be called; it is {type(function).__name__}.")
    try:
        result = function(*arguments, **named)
    except Exception as error:
        raise Hint(f"Your function raised {type(error).__name__}: {error}") from error
    if is_missing(result):
        raise Hint("Your function returns nothing yet: end it with `return` and your result.")
    return result


def shape_of(result: Any) -> tuple[int, ...] | None:
    """Return the shape of a result, or None if its rows differ in length, for which `as_array` has a hint."""
    try:
        return np.shape(result)
    except ValueError:
        return None


def as_array(result: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return a result as a float array of the given shape.

    Args:
        result: What the student's code gave.
        shape: The shape that is right.
        name: What the hint calls the result, such as "The weights".

    Returns:
        The values, float64.

    Raises:
        Hint: It does not hold numbers, or has another shape, or values that are not finite.
    """
    try:
        if any(map(is_missing, result if isinstance(result, list | tuple) else [result])):
            raise TypeError("a placeholder is left, and NumPy would make NaN of None")
        array = np.asarray(result, dtype=float)
    except (OverflowError, TypeError, ValueError):
        wanted = f"numbers in an array of shape {shape}" if shape else "a number"
        raise Hint(f"{name} should be {wanted}; got {_in_short(result)}.") from None
    if array.shape != shape and not shape:
        raise Hint(f"{name} should be a single number; yours is an array of shape {array.shape}.")
    if array.shape != shape:
        transposed = " It is transposed." if array.shape == shape[::-1] else ""
        raise Hint(f"{name} should have shape {shape}; yours has {array.shape}.{transposed}")
    if not np.all(np.isfinite(array)):
        if not shape:
            raise Hint(f"{name} should be finite; yours is {array}.")
        raise Hint(
            f"{name} should be finite; of {array.size} values {np.sum(~np.isfinite(array))} are infinite or NaN."
        )
    return array


def _in_short(answer: Any) -> str:
    """Return what was typed, shortened; for anything but text and collections of Python only its type."""
    if answer is ...:
        return "..."
    if answer is None or isinstance(answer, str | list | tuple | dict):
        return " ".join(reprlib.repr(answer).split())
    return type(answer).__name__


def as_squeezed(result: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return a result as `as_array` does, after dropping its axes of length 1, where a row is as good as a column."""
    return as_array(result if shape_of(result) in (None, (), shape) else np.squeeze(result), shape, name)


def as_count(answer: Any, name: str, least: int = 1) -> int:
    """Return an answer that counts something as an integer.

    Args:
        answer: What the student's code gave: a number, or an array of shape ().
        name: What the hint calls it, such as "The depth".
        least: The smallest number that makes sense.

    Returns:
        The number.

    Raises:
        Hint: It is not a number, not an integer, or smaller.
    """
    number = float(as_array(answer, (), name))
    if number != int(number) or number < least:
        raise Hint(f"{name} should be an integer from {least} on; got {number:g}.")
    return int(number)


def as_words(answer: Any, keys: Iterable[str], words: Iterable[str]) -> dict[str, str]:
    """Return a diagnosis, which names one of a few words for each of some cases.

    Args:
        answer: What the student stored: a dictionary; case and spaces around its words do not count.
        keys: The cases, each of which wants a word.
        words: The words to choose from, in the writing that is wanted.

    Returns:
        A word for each case, in the order of `keys`.

    Raises:
        Hint: It is no dictionary with these cases, or one of its words is missing or none of `words`.
    """
    keys, spelt = list(keys), {word.lower(): word for word in words}
    listed = ", ".join(map(repr, spelt.values()))
    if not isinstance(answer, dict) or set(answer) != set(keys):
        raise Hint(f"Store a dictionary with a word for each of {', '.join(keys)}; the words are {listed}.")
    said = {}
    for key in keys:
        if is_missing(answer[key]):
            raise Hint(f"{key} still waits for a word: {listed}.")
        word = str(answer[key]).strip().lower()
        if word not in spelt:
            raise Hint(f"For {key} choose one of {listed}; got {answer[key]!r}.")
        said[key] = spelt[word]
    return said


def refuse_mistakes(
    value: Any, mistakes: Iterable[tuple[Any, str]], *, rtol: float = 1e-5, atol: float = 1e-8, ending: str = ""
) -> None:
    """Raise the hint of the first known mistake that a value shows, and do nothing if it shows none.

    Args:
        value: A number or an array.
        mistakes: Pairs of a wrong value and its hint. The wrong value is a number or an array (a number stands for an
            array full of it), or a function that takes the value and returns whether it shows the mistake.
        rtol: Tolerance relative to the wrong value.
        atol: Absolute tolerance, added to the relative one.
        ending: A sentence to append to every hint, such as what was measured.

    Raises:
        Hint: The value shows a mistake.

    Example:
        ```python
        if count != len(rows) + 1:
            refuse_mistakes(count, [(len(rows), "The first row is missing."), (0, "Nothing was counted.")])
            raise Hint(f"For {len(rows)} rows your function returns {count}.")
        ```
    """
    for wrong, hint in mistakes:
        if wrong(value) if callable(wrong) else np.allclose(value, wrong, rtol=rtol, atol=atol):
            raise Hint(f"{hint} {ending}".rstrip())
