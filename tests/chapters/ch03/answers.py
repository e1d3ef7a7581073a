"""Known answers to the exercises of chapter 3."""

from course_utils.chapters.ch03.checks import three_networks

import numpy as np


def errors(wide, deep):
    return {"one layer of 160": wide, "four layers of 11": deep}


PREDICTIONS = {
    "3.1": [
        (errors([0.06, 0.08], [0.2, 0.15]), "wide", "0.070 with one layer of 160 .*the wide network comes closer"),
        (errors([0.2, 0.2], [0.01, 0.02]), "deep", "the deep network comes closer"),
        (errors([0.2, 0.2], [0.25, 0.2]), "same", "less than one and a half times"),
        (errors([np.nan, 0.2], [0.2, 0.2]), None, "diverged"),
    ]
}


def backward(X, Y, layers, slope=lambda A, here: 1 - A[here] ** 2, scale=1.0, output_slope=False, activate=np.tanh):
    """The gradients of a deep network, or those of a known mistake."""
    A = [X]
    for W, b in layers[:-1]:
        A.append(activate(A[-1] @ W + b))
    W, b = layers[-1]
    P = 1 / (1 + np.exp(-(A[-1] @ W + b)))
    delta = scale * (P - Y) / len(X)
    if output_slope:
        delta = delta * P * (1 - P)
    found = []
    for number in range(len(layers) - 1, -1, -1):
        found.insert(0, (A[number].T @ delta, delta.sum(axis=0)))
        if number > 0:
            delta = delta @ layers[number][0].T * slope(A, number)
    return found


def no_slope(X, Y, layers):
    return backward(X, Y, layers, slope=lambda A, here: 1)


def summed(X, Y, layers):
    return backward(X, Y, layers, scale=len(X))


def divided_twice(X, Y, layers):
    return backward(X, Y, layers, scale=1 / len(X))


def downhill(X, Y, layers):
    return backward(X, Y, layers, scale=-1)


def with_output_slope(X, Y, layers):
    return backward(X, Y, layers, output_slope=True)


def mean_bias(X, Y, layers):
    return [(dW, db / len(X)) for dW, db in backward(X, Y, layers)]


RIGHT = {
    "3.2": 1,
    "3.3": lambda P, y: np.mean((P > 0.5) == y[:, None]),
    "3.4": backward,
    "3.5": {"A": 0, "B": 1, "C": 1},
}
WRONG = {
    "3.2": [
        (-0.5, "What does ReLU make of it"),
        (2.5, "whose weight to this unit is -1"),
        (8.5, "The weights of a unit are a column"),
        (2, "the last bias"),
        (0.7311, "has no sigmoid"),
        (7, "First the two z"),
    ],
    "3.3": [
        (lambda P, y: np.mean((P > 0.5) == y), "compares every point with every label"),
        (lambda P, y: np.mean((P[:, 0] > 0.5) != y), "the share that is wrong"),
        (lambda P, y: np.sum((P[:, 0] > 0.5) == y), "take the mean"),
        (lambda P, y: np.mean(P > 0.5), "right or wrong"),
        (lambda P, y: np.mean(P[:, 0] == y), "your function says"),
        (lambda P, y: (P[:, 0] > 0.5) == y, "should be a single number"),
    ],
    "3.4": [
        (no_slope, "The layers above are right"),
        (summed, "30 times too large"),
        (divided_twice, "30 times too small"),
        (downhill, "the wrong sign"),
        (with_output_slope, "it is logistic regression"),
        (mean_bias, "db of layer 2 of 2 is 30 times too small"),
        (lambda X, Y, layers: backward(X, Y, layers)[::-1], "should have shape"),
        (lambda X, Y, layers: backward(X, Y, layers)[-1], "should have shape|Return a list|return the pair"),
        (lambda X, Y, layers: None, "returns nothing yet"),
    ],
    "3.5": [
        ({"A": 2, "B": 1, "C": 2}, "on for .all. points"),
        ({"A": 0, "B": 1, "C": 2}, "on for .all. points"),
        ({"A": 4, "B": 2, "C": 3}, "For A you counted"),
        ({"A": 6, "B": 3, "C": 5}, "A has 6 units"),
        ({"A": 1, "B": 1, "C": 1}, "For A it is not 1"),
        ({"A": 0}, "Store a number for each"),
    ],
}
assert set(RIGHT["3.5"]) == set(three_networks())
