"""Known answers to the exercises of chapter 02."""

import numpy as np

PREDICTIONS = {
    "2.1": [
        ({1000: [0.08, 0.12], 100_000: [0.3, 1.0]}, "rises", "0.100 after 1,000 steps and 0.650 after 100,000"),
        ({1000: [0.1, 0.2], 100_000: [0.1, 0.21]}, "same", "stayed within a tenth"),
        ({1000: [0.1, 0.2], 100_000: [0.05, 0.1]}, "falls", "fallen further"),
        ({1000: [0.1, 0.2], 100_000: [0.05, np.nan]}, None, "overflowed"),
    ]
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost(X, y, w, b):
    a = sigmoid(X @ w + b)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def mended(X, y, w, b):
    return cost(X, np.reshape(y, -1), w, b)


def only_columns(X, y, w, b):
    a = sigmoid(X @ w + b)[:, None]
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def summed(X, y, w, b):
    return len(X) * mended(X, y, w, b)


def upside_down(X, y, w, b):
    return mended(X, 1 - y, w, b)


def without_minus(X, y, w, b):
    return -mended(X, y, w, b)


def squared(X, y, w, b):
    return np.mean((sigmoid(X @ w + b) - np.reshape(y, -1)) ** 2)


def penalized(penalty=lambda w, c, m: w / (c * m), bias=lambda b, c, m: 0, steps=10_000, give=lambda w, b: (w, b)):
    """A `fit` with this derivative of its penalty."""

    def fit(X, y, C):
        w, b, m = np.zeros(X.shape[1]), 0.0, len(y)
        for _ in range(steps):
            delta = (sigmoid(X @ w + b) - y) / m
            w, b = w - X.T @ delta - penalty(w, C, m), b - delta.sum() - bias(b, C, m)
        return give(w, b)

    return fit


RIGHT = {"2.2": [0.75, 1.386, 0.75, 0.923], "2.3": mended, "2.4": [1.0, 0.038], "2.5": penalized()}
WRONG = {
    "2.2": [
        ([0.25, 1.386, 0.25, 0.923], "probability of \\*benign\\*"),
        ([3, 1.386, 0.75, 0.923], "are the odds"),
        ([0.9, 1.386, 0.75, 0.923], "odds of 3 to 1"),
        ([0.75, 0.288, 0.75, 0.923], "what a \\*malignant\\* tumour would cost"),
        ([0.75, 0.602, 0.75, 0.923], "to base 10"),
        ([0.75, 2, 0.75, 0.923], "to base 2"),
        ([0.75, -1.386, 0.75, 0.923], "A loss is positive"),
        ([0.75, 0.281, 0.75, 0.923], "That is the squared error"),
        ([0.75, 1.39, 0.75, 0.9], "a_second is not 0.9"),
        ([0.75, 1, 0.75, 0.923], "Which probability did the neuron give"),
        ([0.75, 1.386, -0.25, 0.923], "right for a malignant tumour"),
        ([0.75, 1.386, -0.75, 0.923], "The sign"),
        ([0.75, 1.386, 0.141, 0.923], "cancels against"),
        ([0.75, 1.386, 4, 0.923], "One factor is missing"),
        ([0.75, 1.386, 0.5, 0.923], "what was said minus what was true"),
        ([0.75, 1.386, 0.75, 0.857], "double twice"),
        ([0.75, 1.386, 0.75, 0.875], "\\*multiplies\\* the odds"),
        ([0.75, 1.386, 0.75, 0.429], "you divided them"),
        ([0.75, 1.386, 0.75, 12], "Which probability has these odds"),
        ([0.75, 1.386, 0.75, 0.812], "added to z"),
        ([0.75, 1.386, 0.75, 0.5], "What do two deviations add"),
        ([0.75, 1.386, 0.75], "should have shape"),
    ],
    "2.3": [
        (cost, "still meets every label"),
        (only_columns, "still meets every label"),
        (summed, "The sum in place of the mean"),
        (without_minus, "a cost is positive"),
        (upside_down, "changed places"),
        (squared, "not the mean of the losses"),
        (lambda X, y, w, b: X @ w + b, "should be a single number"),
        (lambda X, y, w, b: None, "returns nothing yet"),
    ],
    "2.4": [
        ([1e4, 0.04], "too bold"),
        ([10, 0.04], "too bold"),
        ([0.01, 0.04], "too timid"),
        ([1e-4, 0.04], "too timid"),
        ([3, 0.04], "one of the powers of ten"),
        ([-1, 0.04], "must be positive"),
        ([1, 0.125], "weight them"),
        ([1, 21.9], "Divide by"),
        ([1, 0.0175], "a tenth of it is asked"),
        ([1, 0.3], "probabilities, not z"),
        (1.0, "should have shape"),
    ],
    "2.5": [
        (penalized(lambda w, c, m: w / c), "a mean over m"),
        (penalized(lambda w, c, m: 2 * w / (c * m)), "Twice the penalty"),
        (penalized(lambda w, c, m: w / (2 * c * m)), "Half the penalty"),
        (penalized(bias=lambda b, c, m: b / (c * m)), "The bias is free"),
        (penalized(lambda w, c, m: 0), "There is no penalty in it"),
        (penalized(steps=20), "not the minimum"),
        (penalized(give=lambda w, b: w), "return w, b"),
        (penalized(give=lambda w, b: (w[:, None], b)), "should have shape"),
        (lambda X, y, C: None, "returns nothing yet"),
    ],
}
