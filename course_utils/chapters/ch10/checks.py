"""Checks of chapter 10, Overfitting and regularization, and the reports of exercise 10.4."""

from collections.abc import Mapping
from typing import Any

from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_squeezed,
    as_words,
    call,
    exercise,
    is_missing,
    refuse_mistakes,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np

# What Keras reports of six networks of exercise 10.4: the mean loss on the validation images plus c times the squares.
_LOSSES = {0.0: (1.706, 346.5), 0.0015: (1.553, 225.1), 0.005: (1.373, 96.9)}
_LOSSES |= {0.01: (1.290, 43.3), 0.03: (1.347, 14.7), 0.05: (1.479, 9.2)}
reports: list[dict[str, float]] = [
    {"c": c, "val_loss": round(loss + c * squares, 3), "squares": squares} for c, (loss, squares) in _LOSSES.items()
]


@prediction(
    "10.1",
    {
        "half": "the error to fall to less than half",
        "little": "the error to fall, but to stay above half",
        "same": "the error to stay within a tenth",
        "grow": "the error to grow",
    },
)
def twice_the_points(measured: Any) -> Finding:
    """Decide what twice the points do to the error of degree 9, from the errors by number of points."""
    ten, twenty = float(measured[10]), float(measured[20])
    ratio = twenty / ten
    numbers = f"the error goes from {ten:.3f} with 10 points to {twenty:.3f} with 20"
    if not np.isfinite(ratio):
        return Finding(None, numbers, "there is nothing to compare")
    if ratio < 0.5:
        reason = (
            "ten coefficients can no longer copy all the errors; that is worth more than the doubling itself, which "
            f"leaves {float(measured[40]):.3f} with 40 points"
        )
        return Finding("half", numbers, "less than half of it is left", reason)
    if ratio < 0.9:
        return Finding("little", numbers, "it falls, and more than half is left")
    if ratio <= 1.1:
        return Finding("same", numbers, "it hardly changes")
    return Finding("grow", numbers, "it grows")


_FAULTS = {"A": "overfits", "B": "sound", "C": "unfinished", "D": "too stiff"}
_WHY_NOT = {
    "A": "Compare its training error with the share of labels that are wrong: what has it learned, to get below it?",
    "B": "Its errors look large. Compare them with the floor.",
    "C": "What do more steps do to it?",
    "D": "What do more steps do to it?",
}


@exercise("10.2", kind="experiment")
def four_reports(answer: Any, rng: np.random.Generator) -> str:
    """Check the error of a network that knows every true label, and what four reports of errors show."""
    if not isinstance(answer, Mapping) or set(answer) != {"floor", *_FAULTS}:
        raise Hint("`diagnosis` should be a dictionary with the keys floor, A, B, C and D.")
    if any(is_missing(value) for value in answer.values()):
        raise Hint("Something in `diagnosis` is still a placeholder.")
    floor = float(as_squeezed(answer["floor"], (), "The floor"))
    if abs(floor - 27) > 0.05:
        mistakes = [
            (0.27, "Give it in percent."),
            (30, "A random class is the true one now and then."),
            (33.3, "How often is a random one of ten classes the true one?"),
            (73, "That is the share of labels that are right; an error is wanted."),
            (70, "That is the share of labels that nobody replaced."),
            (3, "That is the share of labels that are replaced and right by chance."),
            (0, "It knows the truth, but it is judged by the labels of the validation images."),
        ]
        refuse_mistakes(floor, mistakes, rtol=0, atol=0.05)
        raise Hint(f"It is not {floor:g} %. Which share of the labels differs from the truth?")
    said_of = as_words({name: answer[name] for name in _FAULTS}, _FAULTS, _FAULTS.values())
    for network, said in said_of.items():
        if said != _FAULTS[network]:
            raise Hint(f'Network {network} is not "{said}". {_WHY_NOT[network]}')
    return (
        "0.9 · 30 = 27 % of the labels are wrong. A learns them by heart, B is at the floor, C has not arrived, and "
        "D, which ten times the steps do not move, is too stiff."
    )


@exercise("10.3", kind="code")
def penalised_step(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(W, gradient, rate, l2, l1)` against a search for the smallest cost of every weight."""
    W, gradient = rng.uniform(-1, 1, (6, 5)), rng.uniform(-1, 1, (6, 5))
    W[0, 0], gradient[0, 0] = 0.5, 0.0
    for rate, l2, l1 in ((0.1, 0.0, 0.0), (0.1, 0.5, 0.0), (0.2, 0.0, 1.5), (0.5, 0.2, 0.6)):
        given = W.copy(), gradient.copy()
        result = as_array(call(answer, *given, rate, l2, l1), W.shape, "The new weights")
        if not np.array_equal(given[0], W) or not np.array_equal(given[1], gradient):
            raise Hint("Your function changes the arrays that it gets: make a new one, and leave `W` alone.")
        V = W - rate * (gradient + l2 * W)
        right = _smallest(V, rate, l1)
        if np.allclose(result, right, atol=1e-4):
            continue
        ending = f"(With rate={rate}, l2={l2}, l1={l1}.)"
        mistakes = [
            (_shortened(V, l1), "You shorten by l1. What does the rate in the formula do to the length?"),
            (V - rate * l1 * np.sign(W), "That is a step along the sign of W: it goes over the zero."),
            (V - rate * l1 * np.sign(V), "That is a step along the sign of V: it goes over the zero."),
            (np.maximum(V - rate * l1, 0), "Negative weights are lost: they are shortened towards 0 too."),
            (np.where(np.abs(V) > rate * l1, V, 0), "Those that stay must be shortened as well: this is not L1."),
            (_shortened(W - rate * gradient, rate * l1), "The L2 penalty is missing."),
            (_shortened(W - rate * (gradient + 2 * l2 * W), rate * l1), "The gradient of l2/2 · W² is l2 · W."),
            (_shortened(W - rate * gradient - l2 * W, rate * l1), "The L2 penalty is part of the gradient: · rate."),
            (_shortened(W, rate * l1) - rate * (gradient + l2 * W), "The gradient step comes first."),
            (V, "The L1 penalty does nothing yet."),
        ]
        refuse_mistakes(result, mistakes, atol=1e-6, ending=ending)
        place = np.unravel_index(np.argmax(np.abs(result - right)), W.shape)
        raise Hint(
            f"From v = {V[place]:.3f} your weight is {result[place]:.3f}; the smallest cost is at {right[place]:.3f}. "
            f"{ending}"
        )
    return "every new weight is where a search finds the smallest cost, exact zeros included."


def _smallest(V: np.ndarray, rate: float, l1: float) -> np.ndarray:
    """Search the weight of the smallest cost for every entry, in steps of 0.00005."""
    tried = np.round(np.arange(-60_000, 60_001) * 5e-5, 6)
    return np.array([tried[np.argmin((tried - v) ** 2 / (2 * rate) + l1 * np.abs(tried))] for v in V.ravel()]).reshape(
        V.shape
    )


def _shortened(V: np.ndarray, length: float) -> np.ndarray:
    return V - np.clip(V, -length, length)


@exercise("10.4", kind="experiment")
def choice(answer: Any, rng: np.random.Generator) -> str:
    """Check the price that has the lowest loss without its penalty."""
    c = float(as_squeezed(answer, (), "The price c"))
    offered = [report["c"] for report in reports]
    mistakes = [
        (0.0, "That is Ada's choice. What does Keras add to the loss of a layer that has a regularizer?"),
        (0.05, "The smallest weights are not the aim; the loss on the validation images is."),
        (0.02, "This is λ in the notation of the text; store the c that she gave to Keras."),
        (0.03, "You took off too much or too little: Keras adds c times the sum of the squares."),
    ]
    if not np.isclose(c, 0.01):
        refuse_mistakes(c, mistakes)
        raise Hint(f"It is not {c:g}. Compare the six networks, c = {offered}, without what their weights cost.")
    return (
        "val_loss contains the penalty, which is part of the cost and not of what a prediction is worth; without it "
        "the loss is lowest at c = 0.01."
    )


@exercise("10.5", kind="code")
def kept(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(gradients, lam, inside)` that returns two weights after Adam's steps from 1."""
    gradients = rng.choice([-1.0, 1.0], (600, 2)) * [10, 0.1]
    ends = {}
    for inside in (True, False):
        given = gradients.copy()
        result = as_squeezed(call(answer, given, 0.3, inside), (2,), "The weights at the end")
        ends[inside] = result
        right = _with_adam(gradients, 0.3, inside)
        if np.allclose(result, right, atol=2e-3):
            continue
        swapped = _with_adam(gradients, 0.3, not inside)
        mistakes = [
            (swapped, "Inside and outside are exchanged: inside, Adam sees the gradient plus the penalty."),
            (_with_adam(gradients, 0.0, inside), "The penalty is missing."),
            (_with_adam(gradients, 0.3, inside, decay=1.0), "The penalty outside is multiplied by the rate, too."),
            (_with_adam(gradients, 0.3, inside, rate=0.01), "The rate is 0.001."),
            (_with_adam(gradients, 0.3, inside, start=0.0), "Both weights start at 1."),
        ]
        refuse_mistakes(result, mistakes, rtol=0, atol=2e-3)
        raise Hint(
            f"With inside={inside} and λ = 0.3 the weights should end at {np.round(right, 3)}; yours are at "
            f"{np.round(result, 3)}. Take one object of Adam for all steps."
        )
    (first, second), (third, fourth) = ends[True], ends[False]
    return (
        f"on other tosses, 600 steps with λ = 0.3, the penalty inside leaves {first:.2f} and {second:.2f} of the two: "
        "where gradients are large Adam divides the penalty by a large number, too. Outside it leaves "
        f"{third:.2f} and {fourth:.2f}, as much of both but for the wobble of the coins."
    )


def _with_adam(
    gradients: np.ndarray, lam: float, inside: bool, rate: float = 0.001, decay: float | None = None, start: float = 1.0
) -> np.ndarray:
    w = np.full(2, start)
    mean, square = np.zeros(2), np.zeros(2)
    for step, gradient in enumerate(gradients, 1):
        seen = gradient + lam * w if inside else gradient
        mean = 0.9 * mean + 0.1 * seen
        square = 0.999 * square + 0.001 * seen**2
        update = rate * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-7)
        w = w - update - (0 if inside else (rate if decay is None else decay) * lam * w)
    return w
