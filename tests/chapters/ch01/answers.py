"""Known answers to the exercises of chapter 1."""

import numpy as np


def weights_after(X, d, epochs):
    """The weights before the first and after every example."""
    rows = np.insert(np.asarray(X, dtype=float), 0, 1, axis=1)
    path = [np.zeros(rows.shape[1])]
    for _ in range(epochs):
        for x, desired in zip(rows, d, strict=True):
            path.append(path[-1] + (desired - (x @ path[-1] >= 0)) * x)
    return np.array(path)


def averaged(X, d, epochs):
    return weights_after(X, d, epochs)[1:].mean(axis=0)


def over_updates_only(X, d, epochs):
    path = weights_after(X, d, epochs)
    return path[1:][np.any(path[1:] != path[:-1], axis=1)].mean(axis=0)


def stopping_early(X, d, epochs):
    path = weights_after(X, d, epochs)
    return averaged(X, d, next((n for n in range(1, epochs) if np.ptp(path[len(X) * n :], axis=0).max() == 0), epochs))


def on_xor(step=1, start=(0, 0, 0), weights=None, mistakes=None):
    """What is measured on XOR by the perceptron rule, or made up."""
    if weights is None:
        X, d, W, weights, mistakes = [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]], [0, 1, 1, 0], np.array(start), [], []
        for _ in range(100):
            mistakes.append(0)
            for x, desired in zip(np.array(X), d, strict=True):
                if error := desired - int(x @ W >= 0):
                    W = W + step * error * x
                    weights.append(W)
                    mistakes[-1] += 1
    return {"weights": weights, "mistakes": mistakes}


WANDERING = np.random.default_rng(0).uniform(-1, 1, (200, 3))
PREDICTIONS = {
    "1.1": [
        (on_xor(), "cycle", "updates in 100 epochs.*the same 4 came again and again; no weight was ever larger than 1"),
        (on_xor(step=0.25, start=(0.1, -0.2, 0.7)), "cycle", "again and again"),
        (
            on_xor(weights=[[0, 0, 0], [-1, 0, 0]], mistakes=[1, 0]),
            "settle",
            "1 updates in 2 epochs.*without a mistake",
        ),
        (on_xor(weights=np.outer(np.arange(200), [1, -1, 2]), mistakes=[2] * 100), "grow", "larger than 398"),
        (on_xor(weights=WANDERING, mistakes=[2] * 100), "wander", "200 different.*wander"),
    ]
}
HIDDEN = np.vstack([[-0.5, -1.5, -2.5], np.ones((3, 3))])
OUTPUT = np.array([-0.5, 1, -1, 1])
RIGHT = {"1.2": averaged, "1.3": (HIDDEN, OUTPUT), "1.4": 42}
WRONG = {
    "1.2": [
        (lambda X, d, epochs: weights_after(X, d, epochs)[-1], "last weights"),
        (lambda X, d, epochs: weights_after(X, d, epochs)[1:].sum(axis=0), "You return the sum"),
        (lambda X, d, epochs: weights_after(X, d, epochs).mean(axis=0), "zero weights of the start"),
        (lambda X, d, epochs: weights_after(X, d, epochs)[:-1].mean(axis=0), "before the example is looked at"),
        (lambda X, d, epochs: np.roll(averaged(X, d, epochs), -1), "The bias comes first"),
        (lambda X, d, epochs: weights_after(X, d, epochs)[len(X) :: len(X)].mean(axis=0), "ends of the epochs"),
        (over_updates_only, "over the updates only"),
        (lambda X, d, epochs: averaged(X, d, 1), "first epoch"),
        (stopping_early, "Do not stop"),
        (lambda X, d, epochs: np.zeros(X.shape[1] + 1), "never move"),
        (lambda X, d, epochs: averaged(X, d, epochs)[1:], "should have shape"),
        (lambda X, d, epochs: averaged(X, d, epochs) + 1, "the average should be"),
        (lambda X, d, epochs: d.no_such_name, "raised AttributeError"),
    ],
    "1.3": [
        (HIDDEN, "should be a pair"),
        ((np.hstack([HIDDEN, HIDDEN[:, :2]]).T, OUTPUT), "transposed"),
        ((HIDDEN[1:], OUTPUT), "row of the biases is missing"),
        ((HIDDEN, OUTPUT[1:]), "its bias is missing"),
        ((HIDDEN, np.array([0.5, -1, 1, -1])), "Swap the signs"),
        ((HIDDEN, np.array([-0.5, 1, -1, 0])), "exactly one"),
        ((HIDDEN, np.array([-0.5, 1, 0, 0])), "of 8 rows are right; wrong: 011, 101, 110"),
        ((HIDDEN, np.zeros(4)), "answers 1 to everything"),
        (("hidden", "output"), "should be an array|should be numbers"),
        ((np.ones((4, 3)), np.ones((2, 2))), "W_output should have shape"),
    ],
    "1.4": [
        (20, "whatever their classes"),
        (30, "Take more"),
        (38, "Take more"),
        (46, "Take fewer"),
        (80, "Take fewer"),
        (41.5, "should be an integer"),
        ("forty", "should be numbers"),
    ],
}
