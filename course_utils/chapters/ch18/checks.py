"""Checks of chapter 18, Babysitting a training, and the patient of exercise 18.4."""

from collections.abc import Sequence
from typing import Any

from course_utils.checks.exercises import Hint, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

Weights = Sequence[np.ndarray]
NAMES = ("W1", "b1", "W2", "b2")
SCALE = 64  # by which exercise 18.3 divides the pixels


@prediction(
    "18.1",
    {
        "learned": "the loss to fall below 0.1",
        "slowly": "the loss to end between 0.1 and 2.2",
        "stuck": "the loss to stay above 2.2",
        "overflow": "the loss to overflow",
    },
)
def unit_pixels(measured: Any) -> Finding:
    """Decide what the loss on twenty images of unit scale did, from its whole curve."""
    first, last = float(measured[0]), float(measured[-1])
    numbers = f"the loss went from {first:.3f} to {last:.3f} in {len(measured)} steps"
    if not np.isfinite(last):
        return Finding("overflow", numbers, "it overflowed")
    if last < 0.1:
        return Finding("learned", numbers, "the images are learned by heart")
    if last < 2.2:
        return Finding("slowly", numbers, "it ends between 0.1 and 2.2")
    if last > 1.1 * first:
        return Finding(None, numbers, "it rose, which is none of the choices")
    return Finding("stuck", numbers, "it stays above 2.2")


@exercise("18.2", kind="experiment")
def first_cost(answer: Any, rng: np.random.Generator) -> str:
    """Check the cost before the first step of 100 classes and 10,000 weights of 0.01 with λ = 10."""
    value = float(as_squeezed(answer, (), "The cost"))
    loss, penalty = np.log(100), 0.5 * 10 * 10_000 * 0.01**2
    mistakes = [
        (np.log(10) + penalty, "The penalty is right; this network has 100 classes, not 10."),
        (loss + 2 * penalty, "The penalty has the factor 1/2."),
        (loss, "This is the loss alone. What does the penalty add?"),
        (penalty, "This is the penalty alone. What does guessing among 100 classes cost?"),
        (loss + 0.5 * 10 * 10_000 * 0.01, "The penalty sums squares: the mean square of a weight is 0.01²."),
        (np.log10(100) + penalty, "The logarithm is the natural one."),
    ]
    if not np.isclose(value, loss + penalty, atol=0.006, rtol=0):
        refuse_mistakes(value, mistakes, atol=0.006, rtol=0)
        raise Hint(
            f"It is not {value:.4g}: the loss of guessing, and λ/2 times the number of weights times their square."
        )
    return f"ln 100 = {loss:.3f}, and the penalty adds {penalty:g}."


def _backward(weights: Weights, X: np.ndarray, y: np.ndarray, masked: bool = True) -> tuple[float, list[np.ndarray]]:
    W1, b1, W2, b2 = weights
    hidden = np.maximum(X @ W1 + b1, 0)
    scores = hidden @ W2 + b2
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    picked = np.arange(len(y))
    loss = float(-np.log(probabilities[picked, y]).mean())
    probabilities[picked, y] -= 1
    above = probabilities / len(y)
    below = above @ W2.T
    if masked:
        below = below * (hidden > 0)
    return loss, [X.T @ below, below.sum(axis=0), hidden.T @ above, above.sum(axis=0)]


def patient(weights: Weights, X: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return the loss of a two-layer network and its gradients, of which some are wrong (exercise 18.4).

    Args:
        weights: W1 `(inputs, units)`, b1 `(units,)`, W2 `(units, classes)`, b2 `(classes,)`.
        X: Inputs, `(batch, inputs)`.
        y: Labels, `(batch,)`.

    Returns:
        The mean loss over the batch, and four gradients with the shapes of the weights.
    """
    return _backward(weights, X, y, masked=False)


@exercise("18.3", kind="experiment")
def factors_of_w1(answer: Any, rng: np.random.Generator) -> str:
    """Check the factors for the start and the rate of W1 that make up for pixels divided by 64."""
    start, rate = as_squeezed(answer, (2,), "The two factors")
    X, y = 3 * rng.standard_normal((12, 5)), rng.integers(4, size=12)
    weights = [0.3 * rng.standard_normal(shape) for shape in ((5, 7), (7,), (7, 4), (4,))]
    scaled = [start * weights[0], *weights[1:]]
    losses = []
    for _ in range(10):
        (here, gradients), (there, others) = _backward(weights, X, y), _backward(scaled, X / SCALE, y)
        losses.append((here, there))
        weights = [w - 0.1 * g for w, g in zip(weights, gradients, strict=True)]
        rates = (0.1 * rate, 0.1, 0.1, 0.1)
        scaled = [w - r * g for w, r, g in zip(scaled, rates, others, strict=True)]
    (first, first_scaled), (last, last_scaled) = losses[0], losses[-1]
    if not np.isclose(first, first_scaled, rtol=1e-6):
        refuse_mistakes(start, [(1 / SCALE, "The pixels became smaller. In which direction must W1 go?")])
        raise Hint(
            f"With {start:g} times the W1 the loss before the first step is {first_scaled:.4f} instead of {first:.4f}."
        )
    if not np.isclose(last, last_scaled, rtol=1e-6):
        mistakes = [
            (1, "The start is right. But the gradient of W1 holds the pixels as a factor."),
            (SCALE, "This makes up for the smaller gradient alone. By how much did W1 itself grow?"),
            (1 / SCALE, "The gradient of W1 is 64 times smaller now. In which direction must its rate go?"),
            (1 / SCALE**2, "The size is right. In which direction must the rate go?"),
            (SCALE**3, "The gradient holds the pixels once, and W1 has grown once."),
        ]
        ending = f"(After nine steps the loss is {last_scaled:.4f} instead of {last:.4f}.)"
        refuse_mistakes(rate, mistakes, ending=ending)
        raise Hint(f"The start is right; the rate is not. {ending}")
    return (
        f"{SCALE} for the start, and {SCALE} · {SCALE} for the rate: the gradient is {SCALE} times smaller, and the "
        f"step must be {SCALE} times larger. No single rate does it while the others keep their start; "
        f"with both W1 and W2 {SCALE**0.5:g} times larger one rate, {SCALE} times larger, does, but for the biases."
    )


@exercise("18.4", kind="experiment")
def ill(answer: Any, rng: np.random.Generator) -> str:
    """Check the names of the arrays whose gradients are wrong in `patient`."""
    given = [answer] if isinstance(answer, str) else answer
    if not isinstance(given, set | frozenset | list | tuple) or not all(isinstance(name, str) for name in given):
        raise Hint('Store the names as a set, such as {"W2", "b2"}.')
    names = {name.strip().lower() for name in given}
    if unknown := names - {name.lower() for name in NAMES}:
        raise Hint(f"The arrays are called {', '.join(NAMES)}; got {', '.join(sorted(unknown))}.")
    if names & {"w2", "b2"}:
        kept = "W2" if "w2" in names else "b2"
        raise Hint(
            f"The gradient of {kept} agrees with the differences of the loss to many digits. Is your h too large?"
        )
    if names != {"w1", "b1"}:
        raise Hint(f"{len(names)} of {len(NAMES)} is not all: compare the gradient of every array, and every entry.")
    return (
        "both lie below the ReLU. Its slope, the factor (H > 0), is missing: units that are switched off learn as if "
        "they were on. Twenty images are learned by heart all the same."
    )


@exercise("18.5", kind="code")
def keras_range_test(answer: Any, rng: np.random.Generator) -> str:
    """Check a range test `(model, batches, low, high)` on a linear model against a loop in NumPy."""
    import keras

    batches = [(rng.standard_normal((20, 3)).astype("float32"), rng.standard_normal((20, 1)) + 2) for _ in range(12)]
    start = rng.standard_normal((3, 1)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.25), "mse")
    for low, high in ((1e-4, 0.01), (1e-3, 1e4)):  # the first never leaves three times its start, the second does
        model.set_weights([start])
        model.optimizer.learning_rate = 0.25
        given = call(answer, model, batches, low, high)
        rates, losses = _replay(start, batches, low, high)
        _judge_range_test(given, rates, losses, len(batches))
        if not np.allclose(model.get_weights()[0], start):
            raise Hint("The model has other weights than before: keep them, and give them back at the end.")
        if not np.isclose(float(model.optimizer.learning_rate), 0.25):
            raise Hint("The optimizer has another rate than before: keep it, and give it back at the end.")
    return "rates, losses and the step at which it stops are those of a loop in NumPy, and the model is as it was."


def _replay(start: np.ndarray, batches: list, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    w, losses = start.astype(float), []
    rates = np.geomspace(low, high, len(batches))
    for rate, (X, y) in zip(rates, batches, strict=True):
        error = X @ w - y
        losses.append(np.mean(error**2))
        if not losses[-1] <= 3 * losses[0]:
            break
        w = w - rate * 2 * X.T @ error / len(X)
    return rates[: len(losses)], np.array(losses)


def _judge_range_test(given: Any, rates: np.ndarray, losses: np.ndarray, batches: int) -> None:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Hint("Return two lists, the rates and the losses.")
    count = len(losses)
    named = list(zip(given, ("rates", "losses"), strict=True))
    for values, name in named:
        length = len(values) if hasattr(values, "__len__") else None
        if length == count:
            continue
        if length == batches:
            raise Hint(f"Your test took all {batches} steps; the loss is above three times the first after {count}.")
        if length == count - 1:
            raise Hint(f"The {name} of the last step are missing: the one whose loss is too large belongs to them.")
        raise Hint(f"Return a list of {count} {name} in this test; got {length or type(values).__name__}.")
    used, found = (as_squeezed(values, (count,), f"The list of {name}") for values, name in named)
    if not np.allclose(used, rates, rtol=1e-3):
        mistakes = [
            (
                np.linspace(rates[0], used[-1], count),
                "Your rates grow by a constant summand, not by a constant factor.",
            ),
            (
                lambda values: count > 2 and np.allclose(values[1:] / values[:-1], values[1] / values[0], rtol=1e-3),
                f"The factor is constant, but not right: {batches} rates have {batches - 1} factors between them.",
            ),
        ]
        refuse_mistakes(used, mistakes, rtol=1e-3)
        raise Hint(f"Rate {int(np.argmax(~np.isclose(used, rates, rtol=1e-3))) + 1} of {count} is not right.")
    if not np.allclose(found, losses, rtol=1e-3):
        place = int(np.argmax(~np.isclose(found, losses, rtol=1e-3))) + 1
        raise Hint(
            f"The rates are right; up to step {place - 1} the losses are too. Loss {place} should be "
            f"{losses[place - 1]:.4g} and is {found[place - 1]:.4g}. Is the rate set before the step, in the optimizer?"
        )
