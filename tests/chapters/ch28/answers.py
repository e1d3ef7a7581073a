"""Known answers to the exercises of chapter 28."""

import numpy as np
from keras import ops


def auc(**harmed):
    return {"none": 1.0, "shift": 0.7, "turn": 0.89, "light": 0.74, "mood": 0.99, "noise": 1.0, "all": 0.58} | harmed


PREDICTIONS = {
    "28.1": [
        (auc(), "shift", "shift alone is 0.700, and with light alone 0.740, so the shift harms .*same place"),
        (auc(light=0.6), "light", "so the light harms the pixels most"),
        (auc(turn=0.6), "turn", "so the turn harms"),
        (auc(mood=0.6), "mood", "so the mood harms"),
        (auc(noise=0.6), "noise", "so the noise harms"),
        (auc(light=0.705), None, "cannot be told apart"),
        (auc(light=np.nan), None, "nothing to compare"),
    ]
}


def distances(f, g):
    return np.sum((f[:, None] - g) ** 2, axis=2)


def accepted(encodings, who, threshold, pairs=lambda who, d: np.triu_indices(len(who), 1)):
    d = distances(encodings, encodings)
    i, j = pairs(who, d)
    close, same = d[i, j] <= threshold, who[i] == who[j]
    return np.mean(close[same]), np.mean(close[~same])


def different_with_itself(encodings, who, threshold):
    d, same = distances(encodings, encodings), who[:, None] == who
    np.fill_diagonal(same, False)
    return np.mean(d[same] <= threshold), np.mean(d[~same] <= threshold)


def with_itself(encodings, who, threshold):
    return accepted(encodings, who, threshold, lambda who, d: np.nonzero(np.ones_like(d)))


def without_equal_pictures(encodings, who, threshold):
    return accepted(encodings, who, threshold, lambda who, d: np.nonzero(d > 1e-9))


def both_orders(encodings, who, threshold):
    return np.float32(accepted(encodings, who, threshold, lambda who, d: np.nonzero(~np.eye(len(d), dtype=bool))))


def of_all_pairs(encodings, who, threshold):
    i, j = np.triu_indices(len(who), 1)
    close, same = distances(encodings, encodings)[i, j] <= threshold, who[i] == who[j]
    return np.mean(close & same), np.mean(close & ~same)


def contrastive_cost(who, f, same_cost=lambda d: d, lack=lambda d: ops.relu(1 - ops.sqrt(d + 1e-9)) ** 2, mean=True):
    d = ops.maximum(2 - 2 * f @ ops.transpose(f), 0)
    same = ops.cast(ops.equal(who, ops.transpose(who)), "float32")
    other = 1 - ops.eye(f.shape[0])
    costs = ops.sum(other * (same * same_cost(d) + (1 - same) * lack(d)))
    return costs / ops.sum(other) if mean else costs


def over_the_table(who, f):
    return contrastive_cost(who, f) * (1 - 1 / f.shape[0])


def in_numpy(who, f):
    who, f = np.asarray(who), np.asarray(f)
    return float(contrastive_cost(who, f))


def steep_root(who, f):
    return contrastive_cost(who, f, lack=lambda d: ops.relu(1 - ops.sqrt(d)) ** 2)


def places_changed(who, f):
    return contrastive_cost(who, f, same_cost=lambda d: ops.relu(1 - ops.sqrt(d + 1e-9)) ** 2, lack=lambda d: d)


def strangers_let_in(faces, rows, threshold, decide=np.min):
    return np.mean(decide(distances(faces, rows), axis=1) <= threshold)


def independent(faces, rows, threshold):
    return 1 - (1 - np.mean(distances(faces, rows) <= threshold)) ** len(rows)


RIGHT = {
    "28.2": (1.65, 1.125),
    "28.3": both_orders,
    "28.4": contrastive_cost,
    "28.5": strangers_let_in,
}
WRONG = {
    "28.2": [
        ((1.125, 1.65), "the triplets come first"),
        ((1.45, 1.125), "where is the maximum with 0"),
        ((2.2, 1.125), "Divide by the number of all triplets"),
        ([13.2, 1.125], "the mean is asked"),
        ((1.5, 1.125), "margin of the triplets is missing"),
        ((0.825, 1.125), "there are eight triplets"),
        ((0.2, 1.125), "List its negatives"),
        ((6 / 8 * (3**0.5 - 0.8), 1.125), "not their roots"),
        ((3, 1.125), "write down the eight differences"),
        ((1.65, 7 / 6), "where is the maximum with 0"),
        ((1.65, 6.75), "This is the sum over the pairs"),
        ((1.65, 1.25), "is squared"),
        (np.array([1.65, (2 * 3**0.5 + 0.75) / 6]), "not its root"),
        ((1.65, 3.1875), "one mean over all six pairs"),
        ((1.65, 1), "The different pairs are missing"),
        ((1.65, 2), "write down the six distances"),
        (1.65, r"should have shape \(2,\)"),
        ([[1.65], [1.1, 1.2]], "should be numbers"),
        ("much", "should be numbers"),
    ],
    "28.3": [
        (with_itself, "Which entries of the table belong to no pair"),
        (different_with_itself, "need not be a different one"),
        (without_equal_pictures, "but not two equal pictures"),
        (lambda *given: accepted(*given)[::-1], "comes first"),
        (lambda *given: 1 - np.array(accepted(*given)), "at most the threshold"),
        (of_all_pairs, "not by all"),
        (lambda *given: (0.5, 0.5), "Count each pair of two different pictures"),
        (lambda *given: 0.5, r"should have shape \(2,\)"),
        (lambda *given: [[0.5], [0.5, 1]], "should be numbers"),
        (lambda *given: None, "returns nothing yet"),
        (0.3, "should be a function"),
    ],
    "28.4": [
        (over_the_table, "a picture with itself is no pair"),
        (lambda who, f: contrastive_cost(who, f, mean=False), "This is the sum over the pairs, each in both orders"),
        (lambda who, f: contrastive_cost(who, f, mean=False) / 2, "This is the sum over the pairs; the mean"),
        (lambda who, f: contrastive_cost(who, f, lack=lambda d: ops.relu(1 - d) ** 2), "take the root"),
        (lambda who, f: contrastive_cost(who, f, lack=lambda d: ops.relu(1 - ops.sqrt(d + 1e-9))), "is squared"),
        (lambda who, f: contrastive_cost(who, f, lack=lambda d: (1 - ops.sqrt(d + 1e-9)) ** 2), "the maximum with 0"),
        (lambda who, f: contrastive_cost(who, f, same_cost=lambda d: ops.sqrt(d + 1e-9)), "not its root"),
        (places_changed, "have changed places"),
        (steep_root, "its gradient is not finite"),
        (in_numpy, "cannot differentiate it"),
        (lambda who, f: 2 * contrastive_cost(who, f), "loops give"),
        (lambda who, f: ops.ones((3,)), "Return one number"),
        (lambda who, f: "little", "should be a number"),
        (lambda who, f: [[1.0], [1.0, 2.0]], "Return one number"),
        (lambda who, f: None, "returns nothing yet"),
    ],
    "28.5": [
        (lambda faces, rows, threshold: np.mean(distances(faces, rows) <= threshold), "if \\*any\\* row is close"),
        (lambda *given: 40 * strangers_let_in(*given), "This is the number of strangers"),
        (lambda *given: strangers_let_in(*given, decide=np.max), "One row within the threshold is enough"),
        (lambda faces, rows, threshold: strangers_let_in(rows, faces, threshold), "share of the rows"),
        (lambda *given: 1 - strangers_let_in(*given), "stays outside"),
        (lambda faces, rows, threshold: strangers_let_in(faces, rows, threshold**2), "do not take the root"),
        (independent, "what independent comparisons would give"),
        (lambda *given: 0.123, "Of 40 faces"),
        (lambda *given: [0.1, 0.2], "should be a single number"),
    ],
}
