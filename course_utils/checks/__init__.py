"""Is my answer right, and if not, what should I look at? Did it come as I expected?

Every exercise is of one of three kinds, named where its check is registered:

- code: a function (or something else that is built); the check calls it, with a random generator for what it is given;
- experiment: a setting is changed, the result measured, and a number stored; the check looks at the number;
- prediction: a word, chosen before the run; the check sets it beside what the run has measured.

The check of code and experiments raises a hint that fits the mistake. Its source tells what is right: it is there to
help, and keeps no secret. It touches nothing of the answer but what it returns (arrays, numbers, strings), so that a
grader can run the very same check on an answer that lives in another process. Predictions are never graded.
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

    A prediction stands before the cells that measure, its check behind them: `check("33.1", prediction, recalled)`
    finds out from the measured numbers which of the choices this run supports, and says so with these numbers,
    whatever was expected. No prediction is wrong.

    Args:
        number: The exercise, such as `"15.2"`: chapter, dot, place in the chapter.
        answer: What the exercise asks for: a function, a value, or one of the words of a prediction.
        measured: What the run has measured, for a prediction; nothing for other exercises.
        seed: Seeds the random numbers that the check tries the answer with.

    Raises:
        Hint: The answer is missing or wrong; the message says what to look at.
        CourseError: There is no such exercise, or what was measured is missing or does not belong to it.
    """
    from course_utils.display import emit

    if not isinstance(number, str):
        raise CourseError(f"an exercise is named by a string, such as check('15.2', answer); got {number!r}")
    chapter = number.partition(".")[0]
    try:
        importlib.import_module(f"course_utils.chapters.ch{int(chapter):02d}.checks")
    except (ValueError, ModuleNotFoundError):
        raise CourseError(f"there is no exercise {number!r}; an exercise is named like '15.2'") from None
    if number not in EXERCISES:
        there = [name for name in EXERCISES if name.startswith(f"{int(chapter)}.")]
        raise CourseError(f"there is no exercise {number!r}; this chapter has {', '.join(there)}")
    exercise = EXERCISES[number]
    if is_missing(answer):
        raise Hint(f"Exercise {number} {exercise.what_is_missing}")
    predicted = exercise.kind == "prediction"
    if predicted and measured is None:
        raise CourseError(f"a prediction is compared with the run: check({number!r}, prediction, what was measured)")
    if not predicted and measured is not None:
        raise CourseError(f"exercise {number} is no prediction: check({number!r}, answer) is all it takes")
    # nbgrader gives no point for a cell that has written to stderr, and a right answer may warn.
    with contextlib.redirect_stderr(sys.stdout):
        said = exercise.judge(answer, measured if predicted else np.random.default_rng(seed))
    mark = "→" if predicted else "✓"  # a prediction is neither right nor wrong
    emit({"text/plain": f"{mark} {number}: {said}", "text/markdown": f"**{mark} {number}** {said}"})
