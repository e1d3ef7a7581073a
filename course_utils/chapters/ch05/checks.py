"""Checks of chapter 5, Backpropagation."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

PRINTED = 0.32  # the test accuracy that the book prints
SCATTER = 0.07  # seeds differ by several hundredths


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
    """Decide which change lifts the book's experiment the most from the accuracies of three seeds for each."""
    changes = {  # as the notebook names its variants
        "rate": "rate × 10",
        "pixels": "pixels / 255",
        "biases": "biases from 0",
        "weights": "first weights / 255",
    }
    reasons = {
        "rate": "the training is stopped early on its way, and ten times the rate goes ten times as far",
        "weights": "with first weights 255 times smaller the hidden units start where their sigmoids have a slope, "
        "and the raw pixels still make for large gradients",
    }
    seeds = {option: np.array(measured[name], dtype=float) for option, name in changes.items()}
    unchanged = np.array(measured["as in the book"], dtype=float)
    medians = ", ".join(f"{np.median(values):.2f} ({changes[option]})" for option, values in seeds.items())
    numbers = f"the median accuracies are {np.median(unchanged):.2f} as in the book, {medians}"
    second, best = sorted(seeds, key=lambda option: np.median(seeds[option]))[-2:]
    if seeds[best].min() <= unchanged.max():
        return Finding(None, numbers, "no change lifts the accuracy by more than another seed does")
    if seeds[best].min() <= seeds[second].max():
        both = f"*{changes[best]}* and *{changes[second]}*"
        return Finding(None, numbers, f"{both} are ahead, and their seeds overlap: which of the two is better is open")
    return Finding(best, numbers, f"*{changes[best]}* lifts it the most, with each of the seeds", reasons.get(best, ""))


@exercise("5.2", kind="code")
def relu_block(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(dA, Z, A_before, W)` that returns `(dA_before, dW, db)` of a ReLU layer."""
    examples, inputs, units = 7, 4, 3
    A_before, W = rng.standard_normal((examples, inputs)), rng.standard_normal((inputs, units))
    b, dA = rng.standard_normal(units), rng.standard_normal((examples, units))
    Z = A_before @ W + b
    result = call(answer, dA.copy(), Z.copy(), A_before.copy(), W.copy())
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise Hint("Return three arrays: dA_before, dW, db.")
    shapes = {"dA_before": (examples, inputs), "dW": (inputs, units), "db": (units,)}
    if shape_of(result[2]) == (1, units):
        raise Hint("db should have shape (units,), one number per unit: leave keepdims out.")
    if shape_of(result[2]) == (examples,):
        raise Hint("db has one number per example: take the mean over the examples, which are the rows (axis 0).")
    found = {name: as_array(part, shape, name) for part, (name, shape) in zip(result, shapes.items(), strict=True)}

    # Difference quotients of the losses for each parameter and input; the losses' derivatives by A are dA.
    def losses(A_before: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.sum(np.maximum(0, A_before @ W + b) * dA, axis=1)

    def turned(array: np.ndarray, of: Any) -> np.ndarray:
        quotients = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            step = np.zeros_like(array)
            step[place] = 1e-6
            quotients[place] = (of(array + step) - of(array - step)) / 2e-6
        return quotients

    right = {
        "dA_before": turned(A_before, lambda array: losses(array, W, b).sum()),
        "dW": turned(W, lambda array: losses(A_before, array, b).mean()),
        "db": turned(b, lambda array: losses(A_before, W, array).mean()),
    }

    def same(ours: np.ndarray, theirs: np.ndarray) -> bool:
        return np.allclose(ours, theirs, atol=1e-6)

    if same(found["db"], dA.mean(axis=0)) or same(found["dA_before"], dA @ W.T):
        raise Hint("The slope of ReLU is missing: where z is negative, nothing passes back.")
    if same(found["db"], (dA * np.maximum(0, Z)).mean(axis=0)):
        raise Hint("You multiply by the activation; the chain rule asks for the slope of ReLU, which is 1 or 0.")
    for name in ("dW", "db"):
        if same(found[name], examples * right[name]):
            raise Hint(f"Your {name} is the sum over the examples; it should be their mean.")
    if same(found["dA_before"], right["dA_before"] / examples):
        raise Hint("dA_before belongs to each example on its own: only dW and db are means.")
    for name, part in found.items():
        if same(part, -right[name]):
            raise Hint(f"Your {name} has the wrong sign: a block returns derivatives, not steps.")
        if not same(part, right[name]):
            raise Hint(
                f"Your {name} differs from the difference quotients by up to {np.abs(part - right[name]).max():.2g}."
            )
    return "all three agree with difference quotients; a deep network is a chain of such blocks."


@exercise("5.3", kind="code")
def softmax_delta(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(Z, Y)` with the error signals of softmax and cross-entropy, one row per example."""
    Z, Y = 2 * rng.standard_normal((6, 4)), np.eye(4)[[0, 1, 2, 3, 0, 1]]
    delta = as_array(call(answer, Z.copy(), Y.copy()), Z.shape, "The error signals")

    def losses(Z: np.ndarray) -> np.ndarray:
        return np.log(np.sum(np.exp(Z), axis=1)) - np.sum(Y * Z, axis=1)

    right = np.zeros_like(Z)
    for column, step in enumerate(1e-5 * np.eye(4)):
        right[:, column] = (losses(Z + step) - losses(Z - step)) / 2e-5
    softmax, exponentials, sigmoid = right + Y, np.exp(Z), 1 / (1 + np.exp(-Z))
    mistakes = [
        (softmax, "These are the outputs of the softmax themselves. What does the target do to the error signal?"),
        (-right, "The sign is wrong: an output that is too large needs a positive derivative."),
        (right * softmax * (1 - softmax), "The slope has cancelled here; you multiply by it once more."),
        (right / len(Z), "These are divided by the number of examples: each row is one example's own."),
        (sigmoid - Y, "These are sigmoid outputs. A softmax divides by the sum over the row."),
        (exponentials / exponentials.sum() - Y, "The sum runs over the whole array; it belongs to each row (axis 1)."),
        (exponentials / exponentials.sum(axis=0) - Y, "The sum runs over the examples; the classes are axis 1."),
        (exponentials - Y, "The exponentials are not divided by their sum yet."),
    ]
    refuse_mistakes(delta, mistakes, atol=1e-7)
    if not np.allclose(delta, right, atol=1e-7):
        raise Hint(
            "They differ from the derivatives of the loss by up to "
            f"{np.abs(delta - right).max():.2g}. Write down the derivative of ln(sum of exp) by one z."
        )
    large, target, share = np.array([[1000.0, 999.0, -1000.0]]), np.array([[0.0, 1.0, 0.0]]), np.exp([[0, -1, -2000]])
    with np.errstate(all="ignore"):
        of_large = np.asarray(call(answer, large, target.copy()), dtype=float)
    if not np.all(np.isfinite(of_large)):
        raise Hint("For a z of 1000 the result is not finite: subtract each row's largest z before the exponential.")
    if not np.allclose(of_large, share / share.sum() - target, atol=1e-7):
        raise Hint(
            "For z of 1000 and 999 the result is finite but wrong: subtract each row's largest z instead of clipping "
            "or replacing NaN."
        )
    return "softmax minus target, for large z too: the slope cancels, as it does for sigmoid and cross-entropy."


@exercise("5.4", kind="experiment")
def other_reading(answer: Any, rng: np.random.Generator) -> str:
    """Check a mapping from factors on the rate to the test accuracies that scaled pixels reached with them."""
    if not isinstance(answer, dict) or len(answer) < 2:
        raise Hint("Keep what you tried in a mapping from factor to accuracy, two or more: {10: run(…), 30: run(…)}.")
    factors = as_array(list(answer), (len(answer),), "The factors")
    accuracies = as_array(list(answer.values()), (len(answer),), "The accuracies")
    if np.any(factors <= 0):
        raise Hint(f"A factor on the rate is positive; got {factors.min():g}.")
    if factors.max() < 0.1:
        raise Hint(f"{factors.max():g} looks like a rate. The question is by which factor to multiply the book's.")
    if np.any((accuracies < 0) | (accuracies > 1)):
        raise Hint("An accuracy lies between 0 and 1: the factor comes first, then what `run` returned for it.")
    order = np.argsort(factors)
    factors, accuracies = factors[order], accuracies[order]
    nearest = np.argmin(np.abs(accuracies - PRINTED))
    found = f"{factors[nearest]:g} times the rate gives {accuracies[nearest]:.2f}"
    if abs(accuracies[nearest] - PRINTED) <= SCATTER:
        return (
            f"with scaled pixels {found}, as near to the book's {PRINTED} as another seed is. So {PRINTED} alone does "
            "not say how the pixels were scaled; only the default rate speaks for raw ones."
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
        return f"the accuracy passes the book's {PRINTED} between {low:g} and {high:g} times the rate, by a jump."
    return (
        f"no factor from {factors[0]:g} to {factors[-1]:g} comes near the book's {PRINTED} on these data and with "
        f"these parameters; {found}, the nearest. The other reading shows on the book's own data."
    )
