"""Known answers to the exercises of chapter 4."""

from course_utils.chapters.ch04.checks import FAULTS

import numpy as np


def rates(before, after):
    return {"0 to 1": before, "inverted": after}


PREDICTIONS = {
    "4.1": [
        (rates(0.05, 0.0032), "smaller", "from 0.05 to 0.0032, a factor of 0.064, so it falls, because .* longer mean"),
        (rates(0.05, 0.049), "same", "it stays"),
        (rates(0.05, 0.4), "larger", "it grows"),
        (rates(0.05, 0.035), None, "none of the choices fits"),
    ]
}


def gradients(parameters, X, Y):
    W1, b1, W2, b2 = parameters
    hidden = np.maximum(0, X @ W1 + b1)
    delta2 = (hidden @ W2 + b2 - Y) / len(X)
    delta1 = (delta2 @ W2.T) * (hidden > 0)
    return X.T @ delta1, delta1.sum(axis=0), hidden.T @ delta2, delta2.sum(axis=0)


def stepped(parameters, X, Y, rate, batches):
    for rows in batches:
        slopes = gradients(parameters, X[rows], Y[rows])
        parameters = [p - rate * g for p, g in zip(parameters, slopes, strict=True)]
    return parameters


def cut(order, batch):
    return [order[first : first + batch] for first in range(0, len(order), batch)]


def epoch(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, cut(order, batch))


def in_place(parameters, X, Y, rate, batch, order):
    for rows in cut(order, batch):
        for p, g in zip(parameters, gradients(parameters, X[rows], Y[rows]), strict=True):
            p -= rate * g
    return parameters


def last_dropped(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, cut(order, batch)[:-1])


def order_ignored(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, cut(np.arange(len(X)), batch))


def summed(parameters, X, Y, rate, batch, order):
    for rows in cut(order, batch):
        parameters = stepped(parameters, X, Y, rate * len(rows), [rows])
    return parameters


def divided_by_batch(parameters, X, Y, rate, batch, order):
    for rows in cut(order, batch):
        parameters = stepped(parameters, X, Y, rate * len(rows) / batch, [rows])
    return parameters


def all_at_once(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, [order])


def one_by_one(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, cut(order, 1))


def returned_too_early(parameters, X, Y, rate, batch, order):
    return stepped(parameters, X, Y, rate, cut(order, batch)[:1])


def uphill(parameters, X, Y, rate, batch, order):
    return epoch(parameters, X, Y, -rate, batch, order)


def twice(parameters, X, Y, rate, batch, order):
    return epoch(epoch(parameters, X, Y, rate, batch, order), X, Y, rate, batch, order)


RIGHT = {
    "4.2": 1152,
    "4.3": 2 / 7,
    "4.4": epoch,
    "4.5": FAULTS,
}
ALSO_RIGHT = [("4.4", in_place)]  # written in another way
WRONG = {
    "4.2": [
        (192, "How does noise depend on the batch"),
        (32 * 6**0.5, "falls with the root of the size"),
        (288, "has a noise of 1"),
        (36, "By this factor"),
        (32 / 36, "more images, not fewer"),
        (64, "A batch of 64 has a noise of 2.1"),
        (0, "A minibatch of 0 images"),
        ("many", "should be a number"),
    ],
    "4.3": [
        (1 / 6, "finishes the steep direction in one step"),
        (1 / 3, "That is the border"),
        (1, "right for the flat direction alone"),
        (0.5, "grows or stands still"),
        (0, "grows or stands still"),
        (0.2, "can still be made smaller. At 0.2 the two factors are 0.200 and 0.800"),
        ([0.2, 0.3], "should be a single number"),
    ],
    "4.4": [
        (last_dropped, "The last minibatch is missing"),
        (order_ignored, "in the order given"),
        (summed, "instead of averaging them"),
        (divided_by_batch, "already averages over the rows"),
        (all_at_once, "one step with all examples"),
        (one_by_one, "a step for each example"),
        (returned_too_early, "return inside of the loop"),
        (uphill, "lead uphill"),
        (lambda parameters, *rest: parameters, "have not changed"),
        (twice, "differ by up to"),
        (lambda parameters, *rest: parameters[:2], "a list of four arrays"),
        (lambda *rest: None, "returns nothing yet"),
    ],
    "4.5": [
        (FAULTS | {"A": "rate"}, "not 'rate' with A. With 2/λ"),
        (FAULTS | {"B": "sum"}, "not 'sum' with B. With 2/λ"),
        (FAULTS | {"C": "rate"}, "not 'rate' with C. With 2/λ"),
        (FAULTS | {"D": "sum"}, "not 'sum' with D. .* a thousandth of it multiply the cost by 1.0292"),
        (FAULTS | {"A": "noise"}, "For A choose one of"),
        ({"A": "sum"}, "Store a dictionary with a word for each"),
        ("sign", "Store a dictionary with a word for each"),
    ],
}
