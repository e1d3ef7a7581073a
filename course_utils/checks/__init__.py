"""Checks of exercises: is my answer right, and if not, what should I look at? Did the run confirm my prediction?

Every exercise is of one of three kinds, named where its check is registered:

- code: a function (or another object to build); the check calls it on random inputs;
- experiment: change a setting, measure the result and store a number; the check judges the number;
- prediction: a choice made before the run; the check compares it with what the run has measured.

Checks of code and experiments raise a hint that fits the mistake. Their source shows the right answer: they are there
to help, and keep nothing secret. They use only what an answer returns (arrays, numbers, strings), so that a grader can
run the same check on an answer in another process. Predictions are never graded.
"""

import contextlib
import importlib
import sys
from typing import Any

from course_utils.checks.exercises import EXERCISES, Hint, is_missing
from course_utils.errors import CourseError

import numpy as np

__all__ = ["Hint", "check"]


def check(number: str, answer: object, measured: Any = None, *, seed: int = 0) -> None:
    """Check the answer to an exercise: say what is right about it, or raise a hint.

    A prediction comes before the cells that measure, and its check after them: `check("33.1", prediction, recalled)`
    finds the choice that the measured numbers support, and reports it with these numbers. No prediction is wrong.

    Args:
        number: The exercise, such as `"15.2"`: chapter, dot, place in the chapter.
        answer: What the exercise asks for: a function, a value, or a choice of a prediction.
        measured: What the run has measured, for a prediction; None for other exercises.
        seed: Seeds the random inputs on which the check tries the answer.

    Raises:
        Hint: The answer is missing or wrong; the message says what to look at. (A missing prediction is only shown.)
        CourseError: There is no such exercise, or what was measured is missing or does not belong to it.
    """
    from course_utils.display import emit

    if not isinstance(number, str):
        raise CourseError(f"an exercise is named by a string, such as check('15.2', answer); got {number!r}")
    chapter = number.partition(".")[0]
    try:
        importlib.import_module(f"course_utils.chapters.ch{int(chapter):02d}.checks")
    except (ValueError, ModuleNotFoundError):
        raise CourseError(f"there is no exercise {number!r}; give a number such as '15.2'") from None
    if number not in EXERCISES:
        there = [name for name in EXERCISES if name.startswith(f"{int(chapter)}.")]
        raise CourseError(f"there is no exercise {number!r}; this chapter has {', '.join(there)}")
    exercise = EXERCISES[number]
    predicted = exercise.kind == "prediction"
    if is_missing(answer):
        if predicted:  # an error here would take the [*] off all cells that JupyterLab has still to run
            emit(_shown("→", number, exercise.what_is_missing))
            return
        raise Hint(f"Exercise {number} {exercise.what_is_missing}")
    if predicted and measured is None:
        raise CourseError(f"a prediction is compared with the run: call check({number!r}, prediction, measured)")
    if not predicted and measured is not None:
        raise CourseError(f"exercise {number} is not a prediction: call check({number!r}, answer) without numbers")
    # nbgrader gives no point for a cell that has written to stderr, and a right answer may warn.
    with contextlib.redirect_stderr(sys.stdout):
        message = exercise.judge(answer, measured if predicted else np.random.default_rng(seed))
    emit(_shown("→" if predicted else "✓", number, message))  # a prediction is neither right nor wrong


def _shown(mark: str, number: str, message: str) -> dict[str, str]:
    return {"text/plain": f"{mark} {number}: {message}", "text/markdown": f"**{mark} {number}** {message}"}
