"""Is my answer right, and if not, what should I look at?

Every exercise has a small check that receives the student's answer and a random generator, calls or reads the answer,
and raises a hint that fits the mistake. It holds no solution, and it touches nothing of the answer but what it returns
(arrays, numbers, strings), so that a grader can run the very same check on an answer that lives in another process.
"""

import importlib

from course_utils.checks.exercises import EXERCISES, Hint, is_missing
from course_utils.errors import CourseError

import numpy as np

__all__ = ["Hint", "check"]


def check(number: str, answer: object, *, seed: int = 0) -> None:
    """Check the answer to an exercise: say what is right about it, or raise a hint.

    Args:
        number: The exercise, such as `"15.2"`: chapter, dot, place in the chapter.
        answer: What the exercise asks for: a function or a value.
        seed: Seeds the random numbers that the check tries the answer with.

    Raises:
        Hint: The answer is missing or wrong; the message says what to look at.
        CourseError: There is no such exercise.
    """
    from course_utils.display import emit

    if not isinstance(number, str):
        raise CourseError(f"an exercise is named by a text, such as check('15.2', answer); got {number!r}")
    chapter = number.partition(".")[0]
    try:
        importlib.import_module(f"course_utils.checks.chapter_{int(chapter):02d}")
    except (ValueError, ModuleNotFoundError):
        raise CourseError(f"there is no exercise {number!r}; an exercise is named like '15.2'") from None
    if number not in EXERCISES:
        there = [name for name in EXERCISES if name.startswith(f"{chapter}.")]
        raise CourseError(f"there is no exercise {number!r}; this chapter has {', '.join(there)}")
    if is_missing(answer):
        raise Hint(
            f"Exercise {number} waits for your answer: replace the placeholder above, run that cell, then this one."
        )
    praise = EXERCISES[number](answer, np.random.default_rng(seed))
    emit({"text/plain": f"✓ {number}: {praise}", "text/markdown": f"**✓ {number}** {praise}"})
