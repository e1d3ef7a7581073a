"""Predictions: what a student expects before the run, set beside what the run has measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_utils.checks.exercises import EXERCISES, Exercise, Hint
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Finding:
    """What a run says about a prediction. Its texts make one sentence: In this run …, so …, because ….

    Attributes:
        option: The choice that the run supports; None if it supports none of them, or cannot tell two of them apart.
        numbers: What was measured.
        conclusion: What follows from it.
        reason: Why it came so; empty where nothing is known but that it did.
    """

    option: str | None
    numbers: str
    conclusion: str
    reason: str = ""


Decide = Callable[[Any], Finding]


def prediction(number: str, options: dict[str, str]) -> Callable[[Decide], Decide]:
    """Register the decorated function as the one that says which choice of a prediction a run supports.

    The function receives what the run has measured, and decides from that alone: with another seed or in a smaller
    profile it may come otherwise than the author expected, and then that is what the student is told.

    Args:
        number: The exercise.
        options: From each choice to what somebody who makes it expects, so that it ends "You expected …".
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
            outcome = {choice: ", and so it came.", None: ". That stays open."}
            expected = f"You expected {options[choice]}{outcome.get(found.option, '. It came otherwise.')}"
            reason = f", because {found.reason}" if found.reason else ""
            return f"{expected} In this run {found.numbers}, so {found.conclusion}{reason}."

        missing = (
            "waits for your prediction: go up to the cell `prediction = ...`, replace the dots by one of "
            f"{_listed(options)}, run that cell, then this one. Do it before you look at what came out: nothing is "
            "learned as well as what one expected otherwise, and no prediction is wrong."
        )
        EXERCISES[number] = Exercise("prediction", compare, missing, tuple(options))
        return decide

    return register


def _listed(options: dict[str, str]) -> str:
    return ", ".join(repr(option) for option in options)
