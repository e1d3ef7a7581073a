"""Known answers to the exercises of chapter 6."""

import numpy as np


def bests(cross, squared):
    return {"cross-entropy": np.array([cross, cross]), "squared error": np.array([squared, squared])}


PREDICTIONS = {
    "6.1": [
        (bests(0.93, 0.92), "close", "0.920 with squared error and 0.930 with .* nothing drags"),
        (bests(0.93, 0.5), "far", "stays far behind"),
        (bests(0.85, 0.92), "ahead", "squared error is ahead"),
        (bests(0.93, 0.86), None, "behind, and not far"),
        (bests(0.1, 0.1), None, "neither of them learned"),
        (bests(np.nan, np.nan), None, "neither of them learned"),
    ]
}


def log_softmax(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


def right(Z, Y):
    return -(Y * log_softmax(Z)).sum(axis=1).mean(), (np.exp(log_softmax(Z)) - Y) / len(Z)


def without_shift(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -(Y * np.log(P)).sum(axis=1).mean(), (P - Y) / len(Z)


def through_probabilities(Z, Y):
    P = np.exp(log_softmax(Z))
    return -(Y * np.log(P)).sum(axis=1).mean(), (P - Y) / len(Z)


def clipped(Z, Y):
    P = np.exp(log_softmax(Z))
    return -(Y * np.log(np.maximum(P, 1e-7))).sum(axis=1).mean(), (P - Y) / len(Z)


def changes_its_argument(Z, Y):
    Z -= Z.max(axis=1, keepdims=True)
    return right(Z, Y)


def one_hot_only(Z, Y):
    return -log_softmax(Z)[np.arange(len(Z)), Y.argmax(axis=1)].mean(), right(Z, Y)[1]


def changed(loss=1, derivative=1):
    return lambda Z, Y: (loss * right(Z, Y)[0], derivative * right(Z, Y)[1])


FOUND = {"A": "softmax twice", "B": "bits", "C": "healthy", "D": "overflow"}
RIGHT = {"6.2": (0.875, 0.0198), "6.3": right, "6.4": FOUND, "6.5": 0.3}
WRONG = {
    "6.2": [
        ((2.625, 0.0198), "length of the wrong code"),
        ((1.75, 0.0198), "This is the entropy"),
        ((-0.875, 0.0198), "The sign: the wrong code"),
        ((0.875 * np.log(2), 0.0198), "These are nats"),
        ((0.5, 0.0198), "frequent ones count more"),
        ((1.5, 0.0198), "Weigh the length"),
        ((0.875, 0.02), "three digits"),
        ((0.875, 0.0099), "Both classes are in the sum"),
        ((0.875, -0.0198), "their quotient is not"),
        ((0.875, -0.0196), "Divide it by that of cross-entropy"),
        ((0.875, 0.0396), "one half in front"),
        ((0.875, 50.5), "The other way round"),
        ((0.875, 0.5), "use the chain rule"),
        (0.875, "should have shape"),
        ("two", "should be numbers"),
    ],
    "6.3": [
        (without_shift, "Is a large score subtracted"),
        (through_probabilities, "taken of a sum that cannot be 0"),
        (clipped, "A lower bound on the probabilities"),
        (changes_its_argument, "changes the scores"),
        (one_hot_only, "Targets may be soft"),
        (lambda Z, Y: (-log_softmax(Z).sum(axis=1).mean(), right(Z, Y)[1]), "The targets are missing"),
        (lambda Z, Y: (right(Z, Y)[0] * len(Z), right(Z, Y)[1]), "not their sum"),
        (changed(loss=1 / 5), "not by that of the classes"),
        (changed(loss=-1), "never negative"),
        (changed(loss=1 / np.log(2)), "natural logarithm"),
        (changed(loss=2), "minus the sum of Y times ln softmax"),
        (changed(derivative=8), "divide by their number"),
        (changed(derivative=-1), "must go down"),
        (changed(derivative=1 / 5), "by the number of rows alone"),
        (changed(derivative=2), "not right yet"),
        (lambda Z, Y: right(Z, Y)[0], "Return two things"),
        (lambda Z, Y: ("low", right(Z, Y)[1]), "The mean loss should be a number; got 'low'"),
        (lambda Z, Y: None, "returns nothing yet"),
    ],
    "6.4": [
        (FOUND | {"A": "healthy"}, "A is not 'healthy'.* still says 1.461"),
        (FOUND | {"B": "labels dropped"}, "B is not 'labels dropped'.* says 3.322"),
        (FOUND | {"C": "overflow"}, "C is not 'overflow'.* 0.000 for a lead of 2,000"),
        (FOUND | {"D": "healthy"}, "D is not 'healthy'.* at 2,000 D says nan"),
        (FOUND | {"A": "sick"}, "choose one of"),
        (FOUND | {"A": ...}, "A still waits for a word"),
        ("A", "Store a dictionary with a word for each"),
    ],
    "6.5": [
        (0.03, "The same rate moves"),
        (0.003, "wrong direction"),
        (3.0, "too much"),
        (0.1, "By which factor"),
        (-1, "positive"),
    ],
}
