"""Predictions: what a student expects before the run, compared with what the run has measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_utils.checks.exercises import EXERCISES, Exercise, Hint
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Finding:
    """A run's result for a prediction. Its strings make one sentence: In this run …, so …, because ….

    Attributes:
        option: The choice that the run supports; None if it supports none of them, or cannot tell two of them apart.
        numbers: What was measured.
        conclusion: What follows from it.
        reason: Why it happened; empty if the cause is not known.
    """

    option: str | None
    numbers: str
    conclusion: str
    reason: str = ""


Decide = Callable[[Any], Finding]


def prediction(number: str, options: dict[str, str]) -> Callable[[Decide], Decide]:
    """Register the decorated function, which decides which choice of a prediction a run supports.

    The function decides from what the run has measured alone: another seed or a smaller profile may contradict what the
    author expected, and then the student is told so.

    Args:
        number: The exercise.
        options: Each choice, and the expectation behind it as it continues "You expected …".
    """

    def register(decide: Decide) -> Decide:
        def compare(answer: Any, measured: Any) -> str:
            choice = str(answer).strip().lower()
            if choice not in options:
                raise Hint(f"Choose one of {_listed(options)}; got {answer!r}.")
            try:
                found = decide(measured)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise CourseError(
                    f"what was measured does not fit exercise {number} ({type(error).__name__}: {error}); "
                    "was a cell between the prediction and this check changed?"
                ) from error
            outcome = {choice: ", and that is what happened.", None: ". The question stays open."}
            expected = f"You expected {options[choice]}{outcome.get(found.option, '. That is not what happened.')}"
            reason = f", because {found.reason}" if found.reason else ""
            return f"{expected} In this run {found.numbers}, so {found.conclusion}{reason}."

        missing = (
            "waits for your prediction: go up to the cell `prediction = ...`, replace the dots by one of "
            f"{_listed(options)}, run that cell, then this one. Do it before you look at the result: surprises "
            "teach best, and no prediction is wrong."
        )
        EXERCISES[number] = Exercise("prediction", compare, missing, tuple(options))
        return decide

    return register


def _listed(options: dict[str, str]) -> str:
    return ", ".join(repr(option) for option in options)
