"""Checks of chapter 30, RBF networks, and the mountain of exercise 30.4."""

from typing import Any

from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_count,
    as_squeezed,
    call,
    exercise,
    refuse_mistakes,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "30.1",
    {
        "falls": "the error to fall and to stay low",
        "rises": "the error to rise from the beginning",
        "valley": "the error to fall first, and then to rise",
        "level": "the error to change hardly",
    },
)
def online_over_width(measured: Any) -> Finding:
    """Decide what the error of the online network does over the width, from errors in the order of the widths."""
    errors = [float(error) for error in measured]
    first, last, lowest = errors[0], errors[-1], min(errors)
    numbers = (
        f"the error is {first:.2g} at the smallest width, {lowest:.2g} at the best and {last:.2g} at the largest one"
    )
    if not np.all(np.isfinite(errors)):
        return Finding(None, numbers, "there is nothing to compare")
    if max(errors) < 1.5 * lowest:
        return Finding("level", numbers, "the width makes hardly a difference")
    falls, rises = first > 1.5 * lowest, last > 1.5 * lowest
    if falls and rises:
        return Finding("valley", numbers, "the error falls and then rises; the text below says why")
    if falls:
        return Finding("falls", numbers, "the error falls and stays low")
    return Finding("rises", numbers, "the error rises from the beginning")


@exercise("30.2", kind="experiment")
def stopping(answer: Any, rng: np.random.Generator) -> str:
    """Check the passes until 1 % is left where s = 0.5, and the λ that is like 100 passes along flat directions."""
    if not isinstance(answer, dict) or set(answer) != {"passes", "strength"}:
        raise Hint('Store both answers, as {"passes": a number of passes, "strength": a λ}.')
    taken = float(as_squeezed(answer["passes"], (), "The number of passes"))
    right = np.log(100) / (0.01 * 0.5**2)
    if not np.isclose(taken, right, rtol=0, atol=4):
        mistakes = [
            (np.log(100) / (0.01 * 0.5), "It is s², not s, that a pass takes the share η of."),
            (np.log(100) / 0.5**2, "The learning rate is missing."),
            (1 / (0.01 * 0.5**2), "After so many passes 1/e of the way is left; 1 % is asked for."),
            (np.log10(100) / (0.01 * 0.5**2), "Take the natural logarithm."),
            (-np.log(0.99) / (0.01 * 0.5**2), "After so many passes 1 % of the way is done, and 99 % is left."),
        ]
        refuse_mistakes(taken, mistakes, rtol=0.01, atol=0)
        raise Hint(f"It is not {taken:.4g}. Solve e^(-ηs²T) = 0.01 for T.")
    strength = float(as_squeezed(answer["strength"], (), "The λ"))
    if not np.isclose(strength, 1, rtol=0, atol=0.02):
        mistakes = [
            (100, "The learning rate is missing."),
            (0.01, "The passes are missing."),
            (1e-4, "Is it ηT or η/T that counts? More passes go farther, like a *smaller* λ."),
            (1e4, "Is it ηT or η/T that counts?"),
        ]
        refuse_mistakes(strength, mistakes, rtol=0.01, atol=0)
        raise Hint(f"λ is not {strength:.4g}. For s → 0 the shares are s²/λ and ηs²T: set them equal.")
    return (
        f"ln 100 / (0.01 · 0.25) = {right:.0f} passes, and λ = 1/(ηT) = 1: to stop after 100 passes is, along flat "
        "directions, a strong ridge, a hundred times the 0.01 of section 5."
    )


@exercise("30.3", kind="code")
def gradients(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(X, y, centres, widths, w)` that returns the derivatives by `w`, `centres` and `widths`."""
    for examples, features, units in ((7, 1, 3), (9, 2, 4), (6, 3, 2)):
        X, y = rng.random((examples, features)), rng.standard_normal(examples)
        centres, widths = rng.random((units, features)), rng.uniform(0.4, 1.5, units)
        w = rng.uniform(0.5, 2, units + 1) * rng.choice([-1, 1], units + 1)
        given = call(answer, X.copy(), y.copy(), centres.copy(), widths.copy(), w.copy())
        if not isinstance(given, tuple | list) or len(given) != 3:
            raise Hint("Return three arrays: the derivatives by w, by centres and by widths.")

        def cost(X=X, y=y, centres=centres, widths=widths, w=w) -> float:
            squares = np.sum((X[:, None] - centres) ** 2, axis=-1)
            outputs = np.exp(-squares / (2 * widths**2)) @ w[:-1] + w[-1]
            return float(np.mean((outputs - y) ** 2) / 2)

        parts = {"w": w, "centres": centres, "widths": widths}
        for (name, array), part in zip(parts.items(), given, strict=True):
            expected = central_differences(cost, array)
            where = f"The derivative by `{name}`"
            found = as_squeezed(part, expected.squeeze().shape, where).reshape(expected.shape)
            if not np.allclose(found, expected, rtol=1e-5, atol=1e-7):
                _explain(name, found, expected, examples, widths, w)
                raise Hint(f"{where} differs from differences, by {np.abs(found - expected).max():.2g} at most.")
    return "with one, two and three features the three derivatives agree with differences of the cost."


def _explain(name: str, found: np.ndarray, expected: np.ndarray, n: int, widths: np.ndarray, w: np.ndarray) -> None:
    column = {"w": np.ones(1), "centres": widths[:, None], "widths": widths}[name]
    weights = {"w": np.ones(1), "centres": w[:-1, None], "widths": w[:-1]}[name]
    start = f"The derivative by `{name}`"
    mistakes = [
        (-expected, f"{start} has the wrong sign: the error is F - y, and the cost falls along minus the gradient."),
        (n * expected, f"{start} is {n} times too large, the number of examples: the cost is a mean."),
        (2 * expected, f"{start} is twice too large: the cost is half the mean squared error."),
        (expected / weights, f"{start} lacks a factor: what does a bump's answer count in the output?"),
        (expected * column, f"{start} lacks a factor 1/σ."),
        (expected * column**2, f"{start} lacks a factor 1/σ²: differentiate the exponent once more."),
        (expected * column**3, f"{start} lacks a factor 1/σ³: differentiate the exponent once more."),
    ]
    if name == "widths":
        mistakes.append((expected * widths, f"{start} is the one by the logarithm of the widths."))
    if np.linalg.norm(found - expected) > 0:
        refuse_mistakes(found, mistakes, rtol=1e-5, atol=1e-7)


def mountain(rng: np.random.Generator, examples: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw places on the mountain of exercise 30.4.

    Args:
        rng: What to draw with.
        examples: Number of places.

    Returns:
        `(X, y)`: altitude in metres and steepness, shape `(examples, 2)`, and the anomaly, shape `(examples,)`.
    """
    X = rng.random((examples, 2)) * [3000, 1]
    return X, _anomaly(X) + rng.uniform(-0.1, 0.1, examples)


def _anomaly(X: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * X[:, 0] / 3000) * np.cos(np.pi * X[:, 1])


@exercise("30.4", kind="code")
def mended(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(X, y, X_new)` that forecasts from features of very different scales."""
    X, y = mountain(rng, 400)
    new, _ = mountain(rng, 300)
    truth = _anomaly(new)
    given = as_squeezed(call(answer, X.copy(), y.copy(), new.copy()), (len(new),), "The outputs")
    error = float(np.mean((given - truth) ** 2))
    guess = float(truth.var())
    if error > 0.5 * guess:
        raise Hint(
            f"The error on new places is {error:.3f}, and a guess of the mean has {guess:.3f}. Two places 30 metres "
            "apart have steepness 0 and 1: which of the two differences counts in the distance?"
        )
    if error > 0.05:
        raise Hint(f"The error on new places is {error:.3f}: better than a guess, but 0.05 should be within reach.")
    steep = new[new[:, 1] > 0.7]
    for some, what in ((steep, "steep places alone"), (new[:1], "a single place")):
        again = as_squeezed(
            call(answer, X.copy(), y.copy(), some.copy()), () if len(some) == 1 else (len(some),), "They"
        )
        expected = given[new[:, 1] > 0.7] if some is steep else given[0]
        if not np.allclose(again, expected, atol=0.05):
            raise Hint(
                f"Asked about {what}, your function answers otherwise than about the same places among others: "
                "new places are to be scaled by the mean and the spread of the *training* set."
            )
    return (
        f"the error on new places is {error:.4f} instead of about {guess:.2f}. With metres in the distance the bumps "
        "were stripes, blind for steepness; scaled alike, both features count."
    )


LIMIT, UNITS = 0.01, 64


def _largest_error(k: int, target: np.ndarray) -> float:
    fine = np.linspace(0, 1, len(target))
    centres, width = np.linspace(0, 1, k), 1.5 / (k - 1)
    phi = np.column_stack([np.exp(-((fine[:, None] - centres) ** 2) / (2 * width**2)), np.ones(len(fine))])
    w = np.linalg.lstsq(phi, target, rcond=None)[0]
    return float(np.abs(phi @ w - target).max())


@exercise("30.5", kind="experiment")
def reach(answer: Any, rng: np.random.Generator) -> str:
    """Check the smallest number of bumps for a kink, and what they leave at a jump."""
    if not isinstance(answer, dict) or set(answer) != {"kink", "jump"}:
        raise Hint('Store both answers, as {"kink": a number of bumps, "jump": an error}.')
    fine = np.linspace(0, 1, 2001)
    kink, jump = np.abs(fine - 0.5), (fine >= 0.5).astype(float)
    k = as_count(answer["kink"], "The number of bumps", least=2)
    if k > 200:
        raise Hint(f"So many bumps are not needed at the kink; got {k}.")
    if (error := _largest_error(k, kink)) >= LIMIT:
        raise Hint(f"With {k} bumps the largest error at the kink is {error:.5f}, not below {LIMIT:g}.")
    smallest = next(fewer for fewer in range(2, k + 1) if _largest_error(fewer, kink) < LIMIT)
    if smallest < k:
        raise Hint(f"{k} bumps are enough at the kink, but fewer are too.")
    left = float(as_array(answer["jump"], (), "The error at the jump"))
    right = _largest_error(UNITS, jump)
    if not np.isclose(left, right, atol=0.015):
        mistakes = [
            (lambda value: 0 <= value < 0.1, "That is a mean, or the error of a smooth target: take the largest one."),
            (2 * right, "Is your jump one from -1 to 1? It should go from 0 to 1."),
        ]
        refuse_mistakes(left, mistakes, rtol=0.02, atol=0)
        raise Hint(f"At the jump {UNITS} bumps do not leave {left:.3g}: is it the largest absolute error?")
    return (
        f"{k} bumps bring the kink below {LIMIT:g}, and {UNITS} leave {right:.2f} at the jump. With 512 the error on "
        "these points falls below 0.4, but only since nobody looks between the two points beside the jump. A sum of "
        "bumps is continuous, and a jump of height 1 leaves every continuous function an error of at least 1/2 "
        "somewhere near it, with any number of bumps: the theorem of section 5 is about continuous functions."
    )
