"""Checks of chapter 29, Style transfer."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


# To write: the choices of the prediction, and which of them a run supports.
@prediction("29.1", {"rest": "the descent to come to rest", "grow": "the distance to grow"})
def large_rate(measured: Any) -> Finding:
    """Decide whether the descent comes to rest, from all the points that it visits."""
    first, last = abs(measured[0]), abs(measured[-1])
    numbers = f"the distance from the minimum went from {first:.2g} to {last:.2g}"
    if last > first:
        return Finding("grow", numbers, "it grows", "each step leads across the minimum and further up the other side")
    return Finding("rest", numbers, "it comes to rest")


# To write: the check of the number worked out by hand.
@exercise("29.2", kind="experiment")
def third(answer: Any, rng: np.random.Generator) -> str:
    """Check where gradient descent on x² stands after three steps of 0.25 from 1."""
    place = float(as_array(answer, (), "The place"))
    if not np.isclose(place, 0.125):
        mistakes = [
            (0.25, "This is the place after two steps."),
            (0.25**3, "A step goes from x to x - 0.25 · 2x: the gradient of x² is 2x."),
        ]
        refuse_mistakes(place, mistakes)
        raise Hint(f"It is not {place:g}: by what does one step multiply x?")
    return "each step halves the distance."


# To write: the check of the chapter's central function, with a hint for each mistake that is likely.
@exercise("29.3", kind="code")
def mean_square(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(values)` that returns the mean of the squares."""
    values = rng.uniform(1, 3, 50)
    result = float(as_array(call(answer, values), (), "The mean square"))
    right = np.mean(values**2)
    if not np.isclose(result, right):
        mistakes = [
            (np.mean(values) ** 2, "This is the square of the mean: take the squares first."),
            (np.sum(values**2), "This is the sum of the squares: divide it by their number."),
        ]
        refuse_mistakes(result, mistakes)
        raise Hint(f"For 50 values between 1 and 3 the mean square is {right:.3f}; yours is {result:.3f}.")
    return "the mean of the squares of 50 values."


# To write: the check of the experiment.
@exercise("29.4", kind="experiment")
def best_rate(answer: Any, rng: np.random.Generator) -> str:
    """Check the learning rate at which one step on x² leads to the minimum."""
    rate = float(as_array(answer, (), "The learning rate"))
    if rate >= 1:
        raise Hint(f"At {rate:g} the descent never comes to rest. Look at the factor by which a step multiplies x.")
    if not np.isclose(rate, 0.5):
        raise Hint(f"After one step at {rate:g}, {abs(1 - 2 * rate):.2g} of the distance is left.")
    return "a step at 0.5 multiplies x by 1 - 2 · 0.5 = 0."
