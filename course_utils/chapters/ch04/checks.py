"""Checks of chapter 4, Gradient descent, and the four programs of exercise 4.5."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_words, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

FAULTS = {"A": "sum", "B": "rate", "C": "stale", "D": "sign"}
EXAMPLES, FEATURES, OUTPUTS = 50, 6, 3  # of the programs' linear model


@prediction(
    "4.1",
    {
        "same": "the largest rate to stay about where it is",
        "smaller": "the largest rate to fall to less than half",
        "larger": "the largest rate to grow to more than twice as much",
    },
)
def inverted_inputs(measured: Any) -> Finding:
    """Decide what inverting the images does to the largest rate, from the rates measured by version of the inputs."""
    before, after = float(measured["0 to 1"]), float(measured["inverted"])
    ratio = after / before
    numbers = f"the largest rate went from {before:.3g} to {after:.3g}, a factor of {ratio:.2g}"
    if ratio < 0.5:
        return Finding("smaller", numbers, "it falls", "inverted images are nearly all white, and share a longer mean")
    if ratio > 2:
        return Finding("larger", numbers, "it grows")
    if 0.8 < ratio < 1.25:
        return Finding("same", numbers, "it stays about where it is")
    return Finding(None, numbers, "none of the choices fits")


@exercise("4.2", kind="experiment")
def images_for_less_noise(answer: Any, rng: np.random.Generator) -> str:
    """Check how many images bring a noise of 3, with 32 images, down to one half."""
    images = float(as_array(answer, (), "The number of images"))
    if not np.isclose(images, 1152):
        mistakes = [
            (192, "That is six times the images for a sixth of the noise. How does noise depend on the batch?"),
            (32 * 6**0.5, "The square root goes with the batch: it is the noise that falls with the root of the size."),
            (288, "That batch has a noise of 1. Asked is one half."),
            (36, "By this factor the batch must grow. Asked is its size."),
            (32 / 36, "Less noise takes more images, not fewer."),
        ]
        refuse_mistakes(images, mistakes)
        if images <= 0:
            raise Hint(f"A minibatch of {images:g} images?")
        raise Hint(f"A batch of {images:g} has a noise of {3 * np.sqrt(32 / images):.2g}, and it should be 0.5.")
    return "a sixth of the noise takes 6² = 36 times the images, 32 · 36."


@exercise("4.3", kind="experiment")
def best_for_a_ravine(answer: Any, rng: np.random.Generator) -> str:
    """Check the rate at which the larger of the factors |1 - 6η| and |1 - η| is smallest."""
    rate = float(as_array(answer, (), "The rate"))
    factors = abs(1 - 6 * rate), abs(1 - rate)
    if not np.isclose(rate, 2 / 7, rtol=0.01):
        ending = f"At {rate:.4g} the two factors are {factors[0]:.3f} and {factors[1]:.3f} in absolute value."
        mistakes = [
            (1 / 6, "That rate finishes the steep direction in one step, and leaves the flat one waiting."),
            (1 / 3, "That is the border: there the steep direction jumps to and fro for ever."),
            (1.0, "That rate is right for the flat direction alone."),
        ]
        refuse_mistakes(rate, mistakes, rtol=0.01, ending=ending)
        if rate > 1 / 3 or rate <= 0:
            raise Hint(f"There a direction grows or stands still. {ending}")
        raise Hint(f"The larger of the two can still be made smaller. {ending}")
    return "there both factors are 5/7 in absolute value, one of them negative: 2 / (6 + 1), border and ravine in one."


def _gradients(parameters: Any, X: np.ndarray, Y: np.ndarray) -> list[np.ndarray]:
    W1, b1, W2, b2 = parameters
    hidden = np.maximum(0, X @ W1 + b1)
    delta2 = (hidden @ W2 + b2 - Y) / len(X)
    delta1 = (delta2 @ W2.T) * (hidden > 0)
    return [X.T @ delta1, delta1.sum(axis=0), hidden.T @ delta2, delta2.sum(axis=0)]


def _steps(parameters: Any, X: np.ndarray, Y: np.ndarray, rate: float, batches: Any, scale: Any = None) -> np.ndarray:
    for rows in batches:
        factor = rate if scale is None else rate * scale(len(rows))
        slopes = _gradients(parameters, X[rows], Y[rows])
        parameters = [p - factor * g for p, g in zip(parameters, slopes, strict=True)]
    return np.concatenate([p.ravel() for p in parameters])


@exercise("4.4", kind="code")
def one_epoch(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(parameters, X, Y, rate, batch, order)` against an epoch of Keras' `SGD`."""
    examples, sizes, rate, batch = 58, (12, 9, 4), 0.1, 16
    X = rng.standard_normal((examples, sizes[0])).astype("float32")
    Y = np.eye(sizes[2], dtype="float32")[rng.integers(sizes[2], size=examples)]
    parameters = [
        part.astype("float32")
        for n_in, n_out in pairwise(sizes)
        for part in (rng.standard_normal((n_in, n_out)) / np.sqrt(n_in), np.zeros(n_out))
    ]
    order = rng.permutation(examples)
    given = call(answer, [part.copy() for part in parameters], X, Y, rate, batch, order.copy())
    shapes = [part.shape for part in parameters]
    if not isinstance(given, list | tuple) or [shape_of(part) for part in given] != shapes:
        raise Hint("Return the parameters W1, b1, W2, b2 after the epoch, a list of four arrays with their shapes.")
    result = np.concatenate([as_array(part, np.shape(part), "The parameters").ravel() for part in given])
    keras_result = _epoch_of_keras(parameters, X[order], Y[order], rate, batch)
    if not np.allclose(result, keras_result, atol=1e-5):
        _refuse_epochs(result, parameters, X, Y, rate, batch, order)
        apart = np.abs(result - keras_result).max()
        raise Hint(f"After one epoch your parameters and those of Keras differ by up to {apart:.2g}.")
    return f"{examples} examples in batches of {batch}, the last one of {examples % batch}: the same as Keras' SGD."


def _refuse_epochs(
    result: np.ndarray, parameters: list, X: np.ndarray, Y: np.ndarray, rate: float, batch: int, order: np.ndarray
) -> None:
    cut = [order[first : first + batch] for first in range(0, len(order), batch)]
    in_file = [np.sort(order)[first : first + batch] for first in range(0, len(order), batch)]
    example = [[row] for row in order]

    def after(batches: Any, scale: Any = None) -> np.ndarray:
        return _steps(parameters, X, Y, rate, batches, scale)

    mistakes = [
        (np.concatenate([p.ravel() for p in parameters]), "The parameters have not changed."),
        (after(cut[:-1]), "The last minibatch is missing: it is smaller, and is used too."),
        (after(in_file), "You took the rows as they lie. Take them in the order given."),
        (
            after(cut, lambda size: size),
            "Your steps are too large: they add the gradients of a minibatch instead of averaging them.",
        ),
        (
            after(cut, lambda size: size / batch),
            "All but the last step are right. `gradients` already averages over the rows that it gets.",
        ),
        (after([order]), "You took one step with all examples. Cut them into minibatches."),
        (after(example), "You took a step for each example. Cut them into minibatches."),
        (after(cut[:1]), "You took one step: does your function return inside of the loop?"),
        (after(cut, lambda _: -1), "Your steps lead uphill."),
    ]
    refuse_mistakes(result, mistakes, atol=1e-5)


def _epoch_of_keras(parameters: list[np.ndarray], X: np.ndarray, Y: np.ndarray, rate: float, batch: int) -> np.ndarray:
    import keras

    n_in, n_hidden = parameters[0].shape
    hidden, output = keras.layers.Dense(n_hidden, activation="relu"), keras.layers.Dense(Y.shape[1])
    model = keras.Sequential([keras.Input((n_in,)), hidden, output])
    model.set_weights(parameters)
    model.compile(
        keras.optimizers.SGD(rate),
        lambda y, a: keras.ops.sum(keras.ops.square(y - a), axis=-1) / 2,
        run_eagerly=True,  # four steps are not worth compiling
    )
    model.fit(X, Y, batch_size=batch, shuffle=False, verbose=0)
    return np.concatenate([part.ravel() for part in model.get_weights()])


def sick_descent(name: str) -> tuple[Callable[[float, int], list[float]], np.ndarray]:
    """Return a programmer's gradient descent of exercise 4.5, and the inputs of its linear model.

    Args:
        name: A, B, C or D.

    Returns:
        A function of `(rate, steps)` that returns the cost before the first step and after each, and the inputs,
        `(examples, features)`.

    Raises:
        ValueError: There is no such programmer.
    """
    if name not in FAULTS:
        raise ValueError(f"there are the programs A, B, C and D; got {name!r}")
    rng = np.random.default_rng([4, ord(name)])
    X = rng.standard_normal((EXAMPLES, FEATURES)) * np.linspace(0.5, 2, FEATURES)
    Y = X @ rng.standard_normal((FEATURES, OUTPUTS)) + 0.3 * rng.standard_normal((EXAMPLES, OUTPUTS))
    fault = FAULTS[name]
    factor = {"sum": EXAMPLES, "sign": -1}.get(fault, 1)

    def run(rate: float, steps: int) -> list[float]:
        W = np.zeros((FEATURES, OUTPUTS))
        first = X.T @ (X @ W - Y) / EXAMPLES
        costs = []
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(steps + 1):
                costs.append(float(np.mean(np.sum((X @ W - Y) ** 2, axis=1)) / 2))
                slope = first if fault == "stale" else X.T @ (X @ W - Y) / EXAMPLES
                W = W - rate * factor * slope
        return costs

    return run, X


@exercise("4.5", kind="experiment")
def diagnosis(answer: Any, rng: np.random.Generator) -> str:
    """Check the diagnoses of the four programs, and say of the first wrong one what a run shows."""
    for name, said in as_words(answer, FAULTS, FAULTS.values()).items():
        if said != FAULTS[name]:
            raise Hint(f"It is not {said!r} with {name}. {_evidence(name)}")
    return (
        "A's border is 50 times lower than 2/λ, the number of its examples; B's is where it should be; C's cost falls, "
        "turns and grows as a square, since it walks along a straight line; D's grows at every rate."
    )


def _evidence(name: str) -> str:
    run, X = sick_descent(name)
    border = 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    tiny, half = run(border / 1000, 10), run(border / 2, 200)
    return (
        f"With 2/λ = {border:.3g}, ten steps at a thousandth of it multiply the cost by {tiny[-1] / tiny[0]:.4f}. At "
        f"half of it, the first hundred steps multiply it by {half[100] / half[0]:.2g}, "
        f"the next hundred by {half[200] / half[100]:.2g}."
    )
