"""Checks of chapter 3, Shallow and deep networks, and the networks of exercise 3.5."""

from itertools import pairwise
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "3.1",
    {
        "wide": "the one hidden layer to come closer",
        "deep": "the four hidden layers to come closer",
        "same": "no large difference",
    },
)
def closer_to_the_teeth(measured: Any) -> Finding:
    """Decide which of two networks has the smaller error, from the errors of their fits, wide before deep."""
    wide, deep = (float(np.mean(errors)) for errors in measured.values())
    names = list(measured)
    numbers = f"the mean error is {wide:.3f} with {names[0]} and {deep:.3f} with {names[1]}"
    if not np.isfinite([wide, deep]).all():
        return Finding(None, numbers, "one of them diverged, and there is nothing to compare")
    if max(wide, deep) < 1.5 * min(wide, deep):
        return Finding("same", numbers, "the larger is less than one and a half times the smaller")
    if wide < deep:
        return Finding("wide", numbers, "the wide network comes closer")
    return Finding("deep", numbers, "the deep network comes closer")


@exercise("3.2", kind="experiment")
def output_by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the output of a 2-2-1 network with ReLU units for one point."""
    value = float(as_array(answer, (), "The output"))
    mistakes = [
        (-0.5, "One of the z is negative. What does ReLU make of it?"),
        (2.5, "The second z is -1/2, and not 1/2: the point has x1 = 1, whose weight to this unit is -1."),
        (8.5, "You took a row of W1 for a unit. The weights of a unit are a column."),
        (2.0, "And the last bias?"),
        (1 / (1 + np.exp(-1.0)), "The output here has no sigmoid."),
    ]
    if not np.isclose(value, 1):
        refuse_mistakes(value, mistakes, rtol=1e-3)
        raise Hint(f"It is not {value:g}. First the two z, each from a column of W1 and its bias; then ReLU.")
    return (
        "z = (1, -1/2), so a = (1, 0): the second unit is off, and the output is 2 · 1 - 1. Five tents have 10 units; "
        "one hidden layer needs 2⁵ = 32."
    )


@exercise("3.3", kind="code")
def share_right(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(P, y)` that returns the share of right answers, P of shape (m, 1) and y of shape (m,)."""
    for ones in (0.1, 0.5):
        y = (rng.random(200) < ones).astype(float)
        P = np.where(rng.random(200) < 0.8, 0.2 + 0.6 * y, 0.8 - 0.6 * y)[:, None]
        given = (P.copy(), y.copy())
        share = float(as_array(call(answer, *given), (), "The share"))
        said = P[:, 0] > 0.5
        right = np.mean(said == (y == 1))
        everything = np.mean(said) * np.mean(y) + np.mean(~said) * np.mean(1 - y)
        mistakes = [
            (everything, "This still compares every point with every label: print the shape of `(P > 0.5) == y`."),
            (1 - right, "This is the share that is wrong."),
            (200 * right, "This is how many are right: take the mean."),
            (np.mean(said), "This is the share that the network calls 1, right or wrong."),
        ]
        if not np.isclose(share, right):
            refuse_mistakes(share, mistakes)
            raise Hint(f"Of 200 points {right:.3f} are right; your function says {share:.3f}.")
    return (
        "with both of one shape each point meets its own label. The faulty function says 0.9² + 0.1² = 0.82 of a "
        "perfect network where nine labels in ten are 0, and 0.5 of any network where half of them are."
    )


@exercise("3.4", kind="code")
def deep_gradients(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(X, Y, layers)` that returns the gradients of a deep network, against TensorFlow's tape."""
    for sizes in ([2, 4, 1], [3, 5, 4, 2, 1]):
        layers = [
            (rng.standard_normal(pair) / np.sqrt(pair[0]), rng.standard_normal(pair[1])) for pair in pairwise(sizes)
        ]
        X = rng.standard_normal((30, sizes[0]))
        Y = (rng.random((30, 1)) < 0.5).astype(float)
        given = call(answer, X.copy(), Y.copy(), [(W.copy(), b.copy()) for W, b in layers])
        if not isinstance(given, list | tuple) or len(given) != len(layers):
            raise Hint(f"Return a list of pairs (dW, db), one for each of the {len(layers)} layers.")
        expected = _by_tape(X, Y, layers)
        for number in range(len(layers), 0, -1):
            _judge_layer(given[number - 1], expected[number - 1], number, len(layers), len(X))
    return "with one hidden layer and with three the gradients are those of TensorFlow's tape."


def _by_tape(X: np.ndarray, Y: np.ndarray, layers: list) -> list[tuple[np.ndarray, np.ndarray]]:
    import tensorflow as tf  # and not Keras, whose backend may have no float64

    variables = [[tf.Variable(part) for part in layer] for layer in layers]
    with tf.GradientTape() as tape:
        A = tf.constant(X)
        for W, b in variables[:-1]:
            A = tf.tanh(A @ W + b)
        Z = A @ variables[-1][0] + variables[-1][1]
        cost = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(Y, Z))
    return [tuple(part.numpy() for part in layer) for layer in tape.gradient(cost, variables)]


def _judge_layer(given: Any, expected: tuple[np.ndarray, np.ndarray], number: int, count: int, m: int) -> None:
    """Raise the hint for one layer; those above it are right already."""
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Hint(f"For layer {number} return the pair (dW, db).")
    where = f"of layer {number} of {count}"
    for part, wanted, name in zip(given, expected, ("dW", "db"), strict=True):
        values = as_array(part, wanted.shape, f"The {name} {where}")
        if np.allclose(values, wanted, rtol=1e-6, atol=1e-9):
            continue
        mistakes = [
            (m * wanted, f"The {name} {where} is {m} times too large: the cost is the mean over {m} points."),
            (wanted / m, f"The {name} {where} is {m} times too small: divide by the number of points once."),
            (-wanted, f"The {name} {where} has the wrong sign: P - Y."),
            (wanted / np.where(wanted == 0, 1, wanted), f"The {name} {where} is all ones."),
        ]
        refuse_mistakes(values, mistakes, rtol=1e-6, atol=1e-9)
        if number == count:
            raise Hint(f"The {name} {where}, the last, is wrong: it is logistic regression on the activations below.")
        raise Hint(
            f"The layers above are right, and the {name} {where} is not. Its error is the δ of the layer above, times "
            "that layer's weights transposed, times the slope of tanh at this layer's own activations."
        )


def three_networks() -> dict[str, list[np.ndarray]]:
    """Return the trained networks of exercise 3.5.

    Returns:
        By name the weights `[W1, b1, W2, b2]` of shapes `(2, n)`, `(n,)`, `(n, 1)` and `(1,)`, for ReLU hidden units
        and a sigmoid output: trained on 400 points of the chapter's disc and ring, then rounded.
    """
    weights = {
        "A": (
            [[-2.65, 0.38, -1.69, -0.34, 1.63, 3.96], [3.09, 0.2, -3.14, 0.74, 2.3, 0.21]],
            [-0.63, 2.02, -0.89, 3.14, -1.24, -0.06],
            [-3.89, 1.99, -3.57, 2.93, -2.34, -2.8],
            2.35,
        ),
        "B": ([[0.48, -0.41, -0.99], [-3.01, -0.11, 3.21]], [-2.24, -2.48, -2.71], [-3.49, -0.66, -3.99], 1.61),
        "C": (
            [[-2.96, 3.66, -1.62, -0.1, -0.32], [-3.29, -1.01, 4.01, 0.15, -0.43]],
            [-0.2, 0.02, -0.77, -1.23, 4.08],
            [-3.76, -3.37, -3.6, -0.33, 3.89],
            1.78,
        ),
    }
    return {
        name: [np.array(W1), np.array(b1), np.array(W2)[:, None], np.array([b2])]
        for name, (W1, b1, W2, b2) in weights.items()
    }


@exercise("3.5", kind="experiment")
def spare(answer: Any, rng: np.random.Generator) -> str:
    """Check how many units of each of `three_networks` can go without a change of any answer."""
    networks = three_networks()
    if not isinstance(answer, dict) or set(answer) != set(networks):
        raise Hint('Store a number for each of the three, such as {"A": 1, "B": 1, "C": 1}.')
    radius = np.sqrt(np.append(rng.uniform(0, 1, 1000), rng.uniform(1.6**2, 2.6**2, 1000)))
    angle = rng.uniform(0, 2 * np.pi, 2000)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    for name, (W1, b1, _, _) in networks.items():
        count = as_count(answer[name], f"The number of {name}", least=0)
        on = np.mean(X @ W1 + b1 > 0, axis=0)
        never, always, bent = np.sum(on == 0), np.sum(on == 1), np.sum((on > 0) & (on < 1))
        if count == never:
            continue
        mistakes = [
            (never + always, f"In {name} a unit that is on for *all* points has no bend, and still adds to the score."),
            (bent, f"For {name} you counted the units that draw a line among the points. Which can go?"),
            (len(on), f"{name} has {len(on)} units. Take them out one at a time, and put each back."),
        ]
        refuse_mistakes(count, mistakes)
        raise Hint(f"For {name} it is not {count}: set one outgoing weight to 0, and compare all probabilities.")
    return (
        "one unit can go in B and one in C, the dead ones. Those that are on for all points have no bend, but tilt the "
        "score: without one of its two A loses a little, without the other a quarter, and C without its only one is "
        "nearly a coin. So B has two lines left and ends at `level[2]`. C has three bends and a tilt and is right more "
        "often than `level[3]` says; in section 3 three bends alone were, too. `level` counts tangent lines, and is no "
        "ceiling."
    )
