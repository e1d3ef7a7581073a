"""Known answers to the exercises of chapter 35."""

import numpy as np


def gains(**changed):
    return {"gender": 0.02, "plural": 0.02, "tenses": 0.07, "thou": 0.26, "opposites": -0.05} | changed


PREDICTIONS = {
    "35.1": [
        (
            gains(),
            "thou",
            r"\+26 points more than doing nothing for thou, and \+7 for tenses, so it wins most for thou",
        ),
        (gains(gender=0.4), "gender", "so it wins most for gender"),
        (gains(plural=0.4), "plural", "so it wins most for plural"),
        (gains(tenses=0.4), "tenses", "so it wins most for tenses"),
        (gains(opposites=0.4), "opposites", "so it wins most for opposites"),
        (
            {"plural": 0.1, "tenses": 0.4},
            "tenses",
            r"\(the text has too few pairs for gender, thou, opposites\), so it",
        ),
        (gains(tenses=0.25), None, "thou and tenses cannot be told apart"),
        (gains(thou=np.nan), None, "nothing to compare"),
        ({"plural": 0.1}, None, "1 of the lists could be asked, so there is nothing to compare"),
    ]
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step_by_step(W, rows, gradient, rate):
    new = np.array(W, "float32")
    for row, part in zip(rows, gradient, strict=True):
        new[row] = new[row] - rate * part
    return new.tolist()


def colleague(W, rows, gradient, rate):
    new = W.copy()
    new[rows] -= rate * gradient
    return new


def by_the_mean(W, rows, gradient, rate):
    new = W.copy()
    for row in set(rows.tolist()):
        new[row] -= rate * gradient[rows == row].mean(axis=0)
    return new


def cbow(c, w, v, averaged=True, negatives=1.0, flat=False):
    h = np.mean(c, axis=0)
    pull, push = sigmoid(h @ w) - 1, sigmoid(v @ h)
    by_h = pull * w + negatives * push @ v
    by_c = by_h / len(c) if averaged else by_h
    return by_c if flat else np.tile(by_c, (len(c), 1)), pull * h, np.outer(push, h)


def of_the_sum(c, w, v):
    by_c, _, by_v = cbow(c, w, v)
    total = np.sum(c, axis=0)
    return by_c, (sigmoid(total @ w) - 1) * total, by_v


def pushed_centre(c, w, v):
    by_c, _, by_v = cbow(c, w, v)
    h = np.mean(c, axis=0)
    return by_c, sigmoid(h @ w) * h, by_v


def pulled_negatives(c, w, v):
    by_c, by_w, _ = cbow(c, w, v)
    h = np.mean(c, axis=0)
    return by_c, by_w, np.outer(sigmoid(v @ h) - 1, h)


def column_for_the_centre(c, w, v):
    by_c, by_w, by_v = cbow(c, w, v)
    return [by_c.tolist(), by_w[:, None], by_v]


def without_negatives(c, w, v):
    return cbow(c, w, v, negatives=0)


def mean_of_the_negatives(c, w, v):
    by_c, by_w, by_v = cbow(c, w, v)
    return by_c, by_w, by_v / len(v)


def kept(rows, placed, n=10, itself=False, percent=False, product=False):
    similar = rows @ rows.T
    near = placed @ placed.T if product else -np.linalg.norm(placed[:, None] - placed, axis=2)
    first = 0 if itself else 1
    total = 0
    for i in range(len(rows)):
        there = sorted(range(len(rows)), key=lambda j, i=i: (j != i, -similar[i, j]))[first : n + first]
        here = sorted(range(len(rows)), key=lambda j, i=i: (j != i, -near[i, j]))[first : n + first]
        total += len(set(there) & set(here)) / n
    return (100 if percent else 1) * total / len(rows)


RIGHT = {"35.2": (np.float32(1.0986), -0.511), "35.3": step_by_step, "35.4": column_for_the_centre, "35.5": kept}
WRONG = {
    "35.2": [
        ([3, -0.511], "its logarithm is asked"),
        ([1.585, 0], "to the base 2"),
        ([0.477, 0], "to the base 10"),
        ([np.log(12), 0], "the logarithm of the count"),
        ([-1.0986, 0], "Turn the ratio over"),
        ([np.log(12 / 24 / 16), 0], "The total of 96 is missing"),
        ([np.log(0.75), 0], "Among the 16"),
        ([np.log(0.5), 0], "Among the 24"),
        ([0, 0], "PPMI is 0 for pairs"),
        ([4, 0], "by chance"),
        ([2, 0], "It is not 2"),
        ([1.0986, 1.0986], "lower the product"),
        ([1.0986, 0], "not cut at 0"),
        ([1.0986, np.log(15)], "subtract ln k"),
        ([1.0986, np.log(3) - 5], "not k"),
        ([1.0986, 0.6], "This is the ratio"),
        ([1.0986, -3], "The product is not -3"),
        ("three", "should be numbers"),
        ([[1.0], [1.0, 2.0]], "should be numbers"),
        (1.0986, r"should have shape \(2,\)"),
    ],
    "35.3": [
        (colleague, "That is the colleague's result"),
        (by_the_mean, "not their mean"),
        (lambda W, rows, gradient, rate: step_by_step(W, rows, gradient / len(rows), rate), "divide by its length"),
        (lambda W, rows, gradient, rate: step_by_step(W, rows, -gradient, rate), "subtract"),
        (lambda W, rows, gradient, rate: step_by_step(W, rows, gradient, 1), "The rate is missing"),
        (lambda W, rows, gradient, rate: W, "has not changed"),
        (lambda W, *given: np.array(step_by_step(W, *given)) - W, "the change alone"),
        (lambda W, *given: W + 1, "not that of one step after the other"),
        (lambda W, *given: W[0], "should have shape"),
        (lambda W, *given: [[1.0], [1.0, 2.0]], "should be numbers"),
        (lambda W, *given: None, "returns nothing yet"),
        (lambda W: W, "raised TypeError"),
        (3, "should be a function"),
    ],
    "35.4": [
        (lambda c, w, v: cbow(c, w, v, averaged=False), "its share of the gradient is 1/n"),
        (without_negatives, "lacks the negatives' part"),
        (lambda c, w, v: cbow(c, w, v, negatives=-1), "the negatives' part has the wrong sign"),
        (lambda c, w, v: cbow(c, w, v, flat=True), "has a row for each word around"),
        (lambda c, w, v: [-part for part in cbow(c, w, v)], "has the wrong sign"),
        (of_the_sum, "not their sum"),
        (pushed_centre, "a pull, not a push"),
        (pulled_negatives, "a push, not a pull"),
        (mean_of_the_negatives, "do not take their mean"),
        (lambda c, w, v: [1.1 * part for part in cbow(c, w, v)], "off the central differences"),
        (lambda c, w, v: cbow(c, w, v)[:2], "Return three gradients"),
        (lambda c, w, v: cbow(c, w, v)[::-1], "should have shape|off the central|words around|each word around"),
        (lambda c, w, v: (np.tile(w, (len(c), 1)), [[1.0], [1.0, 2.0]], v), "words around is"),
        (lambda c, w, v: ("a", "b", "c"), "should be numbers"),
        (lambda c, w, v: None, "returns nothing yet"),
    ],
    "35.5": [
        (lambda *given: kept(*given, itself=True), "among its own neighbours"),
        (lambda rows, placed, n: (n - 1) / n * kept(rows, placed, n - 1), "one neighbour too few"),
        (lambda rows, placed, n: n * kept(rows, placed, n), "number of neighbours kept"),
        (lambda *given: kept(*given, percent=True), "a percentage"),
        (lambda rows, placed, n: kept(-rows, placed, n) and kept(1j * rows, placed, n), "largest|raised"),
        (lambda *given: kept(*given, product=True), "not a product"),
        (lambda *given: 1 - kept(*given), "share that the map loses"),
        (lambda *given: 0.5, "the map keeps"),
        (lambda *given: [0.5, 0.4], "should be a single number"),
        (lambda *given: [[1.0], [1.0, 2.0]], "should be a number"),
        (lambda *given: None, "returns nothing yet"),
    ],
}
