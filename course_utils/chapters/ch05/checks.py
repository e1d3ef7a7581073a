"""Checks of chapter 5, Backpropagation."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from course_utils.chapters.ch05.six_gradients import FAULTS, SIX, gradients
from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_words,
    call,
    exercise,
    is_missing,
    refuse_mistakes,
    shape_of,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np

PRINTED = 0.32  # the test accuracy that the tutorial prints
SCATTER = 0.07  # seeds differ by several hundredths
ALARM = 1e-5  # a ratio of a gradient check above it


@prediction(
    "5.1",
    {
        "rate": "most of the larger rate",
        "pixels": "most of the scaled pixels",
        "biases": "most of the biases",
        "weights": "most of the smaller first weights",
    },
)
def lifts_most(measured: Any) -> Finding:
    """Decide which change lifts the tutorial's experiment the most from the accuracies of three seeds for each."""
    changes = {  # as the notebook names its variants
        "rate": "rate × 10",
        "pixels": "pixels / 255",
        "biases": "biases from 0",
        "weights": "first weights / 255",
    }
    reasons = {
        "rate": "the training is stopped early on its way, and ten times the rate goes ten times as far",
        "weights": "smaller first weights do two things at once, which the text now takes apart: the hidden units "
        "start where their sigmoids have a slope, and a step of the same length counts for more beside them",
    }
    seeds = {option: np.array(measured[name], dtype=float) for option, name in changes.items()}
    unchanged = np.array(measured["as in the tutorial"], dtype=float)
    medians = ", ".join(f"{np.median(values):.2f} ({changes[option]})" for option, values in seeds.items())
    numbers = f"the median accuracies are {np.median(unchanged):.2f} as in the tutorial, {medians}"
    second, best = sorted(seeds, key=lambda option: np.median(seeds[option]))[-2:]
    if seeds[best].min() <= unchanged.max():
        return Finding(None, numbers, "no change lifts the accuracy by more than another seed does")
    if seeds[best].min() <= seeds[second].max():
        both = f"*{changes[best]}* and *{changes[second]}*"
        return Finding(None, numbers, f"{both} are ahead, and their seeds overlap: which of the two is better is open")
    return Finding(best, numbers, f"*{changes[best]}* lifts it the most, with each of the seeds", reasons.get(best, ""))


@exercise("5.2", kind="code")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the error signals and gradients of the two neurons with w2 = -6 and b2 = 3 + ln 3."""
    names = ("delta2", "delta1", "w1", "b1", "w2", "b2")
    if not isinstance(answer, dict) or set(answer) != set(names):
        raise Hint(f"`on_paper` is a mapping from the six names to numbers: {', '.join(names)}.")
    given = {name: float(as_array(answer[name], (), name)) for name in names}
    # z1 = 0, so a1 = 1/2 with the slope 1/4; z2 = ln 3, so a2 = 3/4 with the slope 3/16.
    x, w2, a1, slope1, error, slope2 = 2.0, -6.0, 0.5, 0.25, -0.25, 0.1875
    delta2 = error * slope2
    delta1 = delta2 * w2 * slope1
    mistakes = {
        "delta2": [
            (
                -delta2,
                "delta2 has the wrong sign: the output is below the target, and a larger z would lower the cost.",
            ),
            (error, "delta2 still lacks the slope of the sigmoid at z2 = ln 3, which is a2 (1 - a2)."),
            (error * slope1, "For delta2 you took the slope ¼, which is that at z = 0; z2 is ln 3."),
        ],
        "delta1": [
            (delta2 * 2 * slope1, "For delta1 you went back through the old w2, which was 2."),
            (-delta1, "delta1 has the sign of delta2 times that of w2, which is negative."),
            (delta2 * w2, "delta1 still lacks the slope of the sigmoid at z1 = 0, which is 1/4."),
            (delta2 * slope1, "delta1 still lacks the weight that z1's error signal comes back through, w2."),
            (delta2 * w2 * slope2, "For delta1 you took the slope at z2; the one at z1 = 0 is 1/4."),
        ],
        "w1": [(delta1, "The gradient of w1 lacks x, which the weight multiplies.")],
        "b1": [(-delta1, "The sign of b1 is that of delta1.")],
        "w2": [
            (delta2, "The gradient of w2 lacks a1, which the weight multiplies."),
            (delta2 * 0.75, "The weight w2 multiplies a1, not a2."),
        ],
        "b2": [(delta2 * a1, "A bias multiplies nothing: the gradient of b2 is delta2 itself.")],
    }
    right = {"delta2": delta2, "delta1": delta1, "w1": delta1 * x, "b1": delta1, "w2": delta2 * a1, "b2": delta2}
    for name, value in right.items():
        _refuse(given, name, value, mistakes[name])
    return "all six are right; on its way back through the negative w2 the error signal turns its sign."


def _refuse(given: dict[str, float], name: str, right: float, mistakes: list[tuple[float, str]]) -> None:
    if not np.isclose(given[name], right, rtol=1e-3):
        refuse_mistakes(given[name], mistakes, rtol=1e-3)
        raise Hint(f"{name} is {given[name]:g}, which is not right. Write down its formula first, then the numbers.")


BLOCKS = ("W1", "W2", "W3", "b1", "b2", "b3")


@exercise("5.3", kind="code")
def find_the_fault(answer: Any, rng: np.random.Generator) -> str:
    """Check the ratios of the six gradients, block by block, and a mapping from their letters to what is wrong."""
    if not isinstance(answer, dict) or set(answer) != {"compared", "diagnosis"}:
        raise Hint("Leave the call of the check as it is: it passes `compared` and `diagnosis`.")
    if any(map(is_missing, answer.values())):
        raise Hint("Exercise 5.3 waits for your answer: fill both `compared` and `diagnosis`, then run this cell.")
    words = as_words(answer["diagnosis"], SIX, FAULTS)
    if len(set(words.values())) < len(words):
        raise Hint("Each word belongs to one letter; you use one twice.")
    W = [rng.standard_normal((inputs, units)) for inputs, units in ((4, 5), (5, 3), (3, 2))]
    b = [rng.standard_normal(units) for units in (5, 3, 2)]
    X, Y = rng.standard_normal((6, 4)), rng.random((6, 2))

    def parts(function: Callable) -> list[np.ndarray]:
        dW, db = function(W, b, X, Y)
        return [*dW, *db]

    right = parts(lambda *at: gradients("right", *at))

    def off(found: list[np.ndarray]) -> list[str]:
        return [name for name, one, other in zip(BLOCKS, found, right, strict=True) if not np.allclose(one, other)]

    _check_ratios(answer["compared"], {letter: off(parts(function)) for letter, function in SIX.items()})
    for letter, word in words.items():
        here = parts(SIX[letter])
        would_be = parts(lambda *at, word=word: gradients(word, *at))
        if all(np.allclose(one, other) for one, other in zip(here, would_be, strict=True)):
            continue
        if off(here) != off(would_be):
            seen = f"are off in {', '.join(off(here))}" if off(here) else "are off nowhere"
            wanted = f"in {', '.join(off(would_be))}" if off(would_be) else "nowhere"
            raise Hint(f"The ratios of {letter} {seen}; with *{word}* they would be off {wanted}.")
        raise Hint(
            f"{letter} has its light blocks where *{word}* would have them, but not its length or its direction: a "
            "slope that is left out makes a gradient several times too long, a slope of ¼ only a little, and both "
            "have much of its direction at the start; random weights do not."
        )
    return "every fault is found, and none of them by the accuracy: by blocks, lengths and directions."


def _check_ratios(compared: Any, off: dict[str, list[str]]) -> None:
    """Raise a hint unless the ratios are above the alarm in just the blocks that are off."""
    if shape_of(compared) == (len(SIX),):
        raise Hint(
            "`compared` has one ratio for each letter: take one for each block, since a long block hides others."
        )
    ratios = as_array(compared, (len(SIX), len(BLOCKS)), "`compared`")
    if np.any((ratios < 0) | (ratios > 1)):
        raise Hint("A ratio lies between 0 and 1: divide by the sum of both lengths.")
    if not np.any(np.all(ratios < ALARM, axis=1)):
        raise Hint(
            "No row of `compared` is below 1e-5 throughout, but one of the six is right: compare at one and the same "
            "W, b, X, Y, with differences of the cross-entropy, in float64."
        )
    for (letter, blocks), row in zip(off.items(), ratios, strict=True):
        above = [name for name, value in zip(BLOCKS, row, strict=True) if value > ALARM]
        if above != blocks:
            raise Hint(
                f"In the row of {letter} the ratios of {', '.join(above) or 'no block'} are above 1e-5, which is not "
                "what its gradient gives. Are the rows in the order A to F, and the blocks W1, W2, W3, b1, b2, b3?"
            )


@exercise("5.4", kind="code")
def relu_softmax(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(W, b, X, Y)` that returns the mean gradients of a network of ReLU layers with a softmax."""
    for sizes in ((4, 5, 3), (4, 5, 5, 3)):
        W = [rng.standard_normal((n, m)) for n, m in pairwise(sizes)]
        b = [rng.standard_normal(m) for m in sizes[1:]]
        X, Y = rng.standard_normal((7, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]
        found = _gradients_of(answer, W, b, X, Y)
        right = _differences(W, b, X, Y)
        if len(sizes) == 3:
            _known_mistakes(found, W, b, X, Y, right)
        for name, one, exact in zip(_names(W), found, right, strict=True):
            if not np.allclose(one, exact, atol=1e-6):
                raise Hint(
                    f"With the sizes {sizes} your {name} differs from the finite differences by up to "
                    f"{np.abs(one - exact).max():.2g}. Look at the wrong block nearest to the output first."
                )
    W[-1] = W[-1] * 1000
    with np.errstate(all="ignore"):
        found = _gradients_of(answer, W, b, X, Y, finite=False)
    if not all(np.all(np.isfinite(part)) for part in found):
        raise Hint("For a z of 1000 the result is not finite: subtract each row's largest z before the exponential.")
    delta = _probabilities(W, b, X) - Y
    if not np.allclose(found[-1], delta.mean(axis=0), atol=1e-6):
        raise Hint("For large z the result is finite but wrong: subtract each row's largest z instead of clipping.")
    return "it agrees with finite differences for two and three layers, and stays finite for large z."


def _names(W: list[np.ndarray]) -> list[str]:
    return [f"{kind}[{layer}]" for kind in ("dW", "db") for layer in range(len(W))]


def _gradients_of(
    answer: Any, W: list[np.ndarray], b: list[np.ndarray], X: np.ndarray, Y: np.ndarray, finite: bool = True
) -> list[np.ndarray]:
    """Call a student's function, and return its arrays in one list."""
    copies = [[array.copy() for array in arrays] for arrays in (W, b)]
    result = call(answer, *copies, X.copy(), Y.copy())
    right = isinstance(result, tuple | list) and len(result) == 2
    if not right or not all(isinstance(part, tuple | list) and len(part) == len(W) for part in result):
        raise Hint("Return two lists, dW and db, with one array for each layer.")
    parts = [*result[0], *result[1]]
    for name, part, array in zip(_names(W), parts, [*W, *b], strict=True):
        if name.startswith("db") and shape_of(part) == (1, *array.shape):
            raise Hint(f"{name} should have shape {array.shape}, one number per unit: leave keepdims out.")
        if name.startswith("db") and shape_of(part) == (len(X),):
            raise Hint(f"{name} has one number per example: take the mean over the examples, which are the rows.")
        if shape_of(part) != array.shape or finite:
            as_array(part, array.shape, name)
    return [np.asarray(part, dtype=float) for part in parts]


def _layers(W: list[np.ndarray], b: list[np.ndarray], X: np.ndarray) -> list[np.ndarray]:
    """Return the pre-activations of all layers."""
    Z = [X @ W[0] + b[0]]
    for w, c in zip(W[1:], b[1:], strict=True):
        Z.append(np.maximum(0, Z[-1]) @ w + c)
    return Z


def _probabilities(W: list[np.ndarray], b: list[np.ndarray], X: np.ndarray) -> np.ndarray:
    z = _layers(W, b, X)[-1]
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _differences(W: list[np.ndarray], b: list[np.ndarray], X: np.ndarray, Y: np.ndarray) -> list[np.ndarray]:
    """Return central finite differences of the mean loss for each parameter."""

    def loss() -> float:
        z = _layers(W, b, X)[-1]
        return np.mean(np.log(np.sum(np.exp(z), axis=1)) - np.sum(Y * z, axis=1))

    return [central_differences(loss, array, 1e-6) for array in [*W, *b]]


def _known_mistakes(
    found: list[np.ndarray],
    W: list[np.ndarray],
    b: list[np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    right: list[np.ndarray],
) -> None:
    """Raise the hint of a known mistake in a network of two layers; the biases' gradients show the error signals."""
    m, Z, P = len(X), _layers(W, b, X), _probabilities(W, b, X)
    delta = P - Y
    sigmoid = 1 / (1 + np.exp(-Z[1]))
    refuse_mistakes(
        found[3],
        [
            (-right[3], "The sign of db is wrong: an output that is too large needs a positive derivative."),
            (m * right[3], "You return sums over the examples; they should be means."),
            (right[3] / m, "You divide by the number of examples twice."),
            (right[3] / 3, "You take the mean over the outputs too; their losses are added up."),
            (P.mean(axis=0), "The output's error signal is the softmax itself. What does the target do to it?"),
            ((delta * P * (1 - P)).mean(axis=0), "The slope of the output has cancelled; you multiply by it again."),
            ((sigmoid - Y).mean(axis=0), "The outputs are sigmoids here. A softmax divides by the sum over the row."),
        ],
        atol=1e-6,
    )
    back, a = delta @ W[1].T, np.maximum(0, Z[0])
    refuse_mistakes(
        found[2],
        [
            (back.mean(axis=0), "The slope of ReLU is missing in (2): where z is negative, nothing comes back."),
            ((back * a * (1 - a)).mean(axis=0), "a(1 − a) in (2) is the slope of a sigmoid; that of ReLU is 1 or 0."),
            ((back * a).mean(axis=0), "In (2) you multiply by the activation; the slope of ReLU is 1 or 0."),
        ],
        atol=1e-6,
    )
    if np.allclose(found[2], right[2], atol=1e-6) and np.allclose(found[0], m * right[0], atol=1e-6):
        raise Hint("Your dW are sums over the examples; they should be means, as db.")


@exercise("5.5", kind="experiment")
def other_reading(answer: Any, rng: np.random.Generator) -> str:
    """Check a mapping from factors on the rate to the test accuracies that scaled pixels reached with them."""
    if not isinstance(answer, dict) or len(answer) < 2:
        raise Hint("Keep what you tried in a mapping from factor to accuracy, two or more: {10: run(…), 30: run(…)}.")
    factors = as_array(list(answer), (len(answer),), "The factors")
    accuracies = as_array(list(answer.values()), (len(answer),), "The accuracies")
    if np.any(factors <= 0):
        raise Hint(f"A factor on the rate is positive; got {factors.min():g}.")
    if factors.max() < 0.1:
        raise Hint(f"{factors.max():g} looks like a rate. The question is by which factor to multiply the tutorial's.")
    if np.any((accuracies < 0) | (accuracies > 1)):
        raise Hint("An accuracy lies between 0 and 1: the factor comes first, then what `run` returned for it.")
    order = np.argsort(factors)
    factors, accuracies = factors[order], accuracies[order]
    nearest = np.argmin(np.abs(accuracies - PRINTED))
    found = f"{factors[nearest]:g} times the rate gives {accuracies[nearest]:.2f}"
    if abs(accuracies[nearest] - PRINTED) <= SCATTER:
        return (
            f"with scaled pixels {found}, as near to the tutorial's {PRINTED} as another seed is. So {PRINTED} alone "
            "does not say how the pixels were scaled; only the default rate speaks for raw ones. A run at ten times "
            f"the rate could tell: compare `run(seed, rate_by=10)` with scaled pixels at {10 * factors[nearest]:g}."
        )
    below = accuracies < PRINTED
    if below.all() and factors[-1] < 500:
        raise Hint(f"All your accuracies are below {PRINTED}: {found}, the nearest. Go up, to 1000 if need be.")
    if not below.any() and factors[0] > 2:
        raise Hint(f"All your accuracies are above {PRINTED}: {found}, the nearest. Go down, to 1 if need be.")
    crossings = np.flatnonzero(np.diff(below))
    if len(crossings):
        place = crossings[np.argmin(factors[crossings + 1] / factors[crossings])]
        low, high = factors[place : place + 2]
        if high > 1.5 * low:
            raise Hint(f"Between {low:g} and {high:g} times the rate the accuracy passes {PRINTED}. Try between them.")
        return f"the accuracy passes the tutorial's {PRINTED} between {low:g} and {high:g} times the rate, by a jump."
    return (
        f"no factor from {factors[0]:g} to {factors[-1]:g} comes near the tutorial's {PRINTED} on these data and with "
        f"these parameters; {found}, the nearest. The other reading shows on the tutorial's own data."
    )
