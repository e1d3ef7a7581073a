"""Checks of chapter 33, LSTM and GRU."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

LEARNED = 0.9  # share of correct answers on new sequences


@prediction(
    "33.1",
    {
        "all": "all four to learn it",
        "gated": "the three with gates to learn it",
        "keeping": "only the two that start with keeping to learn it",
        "none": "none of the four to learn it so soon",
    },
)
def who_remembers(measured: Any) -> Finding:
    """Decide which networks learn to remember one bit over many steps from accuracies on new sequences."""
    keeping, gated = {"LSTM, keeping", "GRU, keeping"}, {"LSTM", "LSTM, keeping", "GRU, keeping"}
    accuracies = {name: float(measured[name]) for name in ("tanh RNN", "LSTM", "LSTM, keeping", "GRU, keeping")}
    learned = {name for name, accuracy in accuracies.items() if accuracy >= LEARNED}
    shares = ", ".join(f"{accuracy:.2f} ({name})" for name, accuracy in accuracies.items())
    numbers = f"the accuracies on new sequences are {shares}"
    if learned == keeping:
        return Finding(
            "keeping",
            numbers,
            "those that start with keeping have learned it, and no other",
            "what counts is how much of the start arrives at the end before anything is learned. With Keras' forget "
            "bias of 1 little of it does, so there is little gradient to learn from",
        )
    if learned == gated:
        return Finding("gated", numbers, "all with gates have learned it, and the plain one has not")
    if learned == set(accuracies):
        return Finding("all", numbers, "all four have learned it")
    if not learned:
        return Finding("none", numbers, "none of the four has learned it so soon")
    return Finding(None, numbers, f"it was learned by {' and '.join(sorted(learned))}, which is none of the choices")


@exercise("33.2", kind="code")
def nucleus(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(p, mass)` that keeps the fewest likeliest characters that add up to the mass."""
    cases = [(np.array([0.1, 0.5, 0.25, 0.15]), 0.7), (np.array([0.1, 0.5, 0.25, 0.15]), 0.4)]
    # These numbers are exact in binary, so two of them reach the mass exactly, and two are enough.
    cases += [(np.array([0.125, 0.5, 0.25, 0.125]), 0.75)]
    cases += [(rng.dirichlet(np.full(30, 0.3)), mass) for mass in (0.3, 0.8, 0.95)]
    for p, mass in cases:
        given = p.copy()
        result = as_array(call(answer, given, mass), p.shape, "The result")
        if not np.array_equal(given, p):
            raise Hint("Your function changes the array `p` that it is given: work on a copy.")
        kept, order = result > 0, np.argsort(p)[::-1]
        right = np.zeros(len(p), bool)
        right[order[: np.searchsorted(np.cumsum(p[order]), mass) + 1]] = True
        mistakes = [
            (p >= mass, "You compare each probability with the mass. It is their sum that has to reach it."),
            (_first(order[::-1], p, mass), "You begin with the unlikeliest: sort from the likeliest down."),
            (
                _first(np.arange(len(p)), p, mass),
                "You add up in the order of the vocabulary: sort by probability first.",
            ),
        ]
        if np.array_equal(kept, right):
            if abs(result.sum() - 1) > 1e-6:
                raise Hint(f"You keep the right characters, but they add up to {result.sum():.3g}: divide by the sum.")
            if not np.allclose(result, np.where(right, p, 0) / p[right].sum(), atol=1e-9):
                raise Hint("You keep the right characters, but what is kept must stay in proportion to `p`.")
            continue
        refuse_mistakes(kept, mistakes)
        if kept.sum() == right.sum() - 1:
            raise Hint("One too few: the character that crosses the mass belongs to the nucleus.")
        if kept.sum() == right.sum() + 1:
            raise Hint("One too many: stop as soon as the mass is reached.")
        raise Hint(f"Of {len(p)} probabilities and mass {mass}, {right.sum()} are needed; you keep {kept.sum()}.")
    return "the nucleus is as small as can be: few characters where the network is sure, many where it is not."


def _first(order: np.ndarray, p: np.ndarray, mass: float) -> np.ndarray:
    kept = np.zeros(len(p), bool)
    kept[order[: np.searchsorted(np.cumsum(p[order]), mass) + 1]] = True
    return kept


@exercise("33.3", kind="experiment")
def memory_span(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of steps after which a fresh GRU's reach is below 1 %."""
    span = as_count(answer, "The number of steps")
    if span < LOWEST_SPAN:
        raise Hint(f"After {span} steps more than that should be left. Do you compare the reach with 0.01?")
    if span > HIGHEST_SPAN:
        raise Hint(f"{span} is more than it should be. Is `b_z` 0, and do you look for the first step below 0.01?")
    return (
        f"{span} steps. An update gate of one half would leave 1 % after 7 steps; the recurrent weights and the "
        "spread of the gates stretch that a little. With `b_z=-4.0` a step keeps 98 %: at that rate it takes about 250."
    )


LOWEST_SPAN, HIGHEST_SPAN = 8, 15
