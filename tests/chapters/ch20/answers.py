"""Known answers to the exercises of chapter 20."""

from course_utils.chapters.ch20.checks import WARD_A, WARD_B

import numpy as np


def fresh(*accuracies, healthy=0.91):
    names = ("C1", "C2", "C3", "C4", "C5")
    return {"healthy": healthy} | dict(zip(names, accuracies, strict=True))


PREDICTIONS = {
    "20.3": [
        (fresh(0.91, 0.80, 0.91, 0.91, 0.91), "one", "C2 on 0.800.* so C2 is clearly worse"),
        (fresh(0.91, 0.90, 0.91, 0.91, 0.91), "none", "so no network is clearly worse"),
        (fresh(0.91, 0.80, 0.01, 0.91, 0.31), "some", "so C2, C3, C5 are clearly worse"),
        (fresh(0.5, 0.5, 0.01, 0.5, 0.31), "all", "so C1, C2, C3, C4, C5 are clearly worse"),
        (fresh(0.91, 0.80, 0.91, 0.91, np.nan), None, "C5 has no accuracy"),
    ]
}


def diagnose(sheet):
    seen, new = sheet["training accuracy"], sheet["validation accuracy"]
    if sheet["first loss"] > 10:
        return "pixels not scaled"
    if sheet["ratio"] == 0:
        return "gradients not applied"
    if seen < 0.3:
        return "labels shuffled"
    if sheet["last loss"] > 1:
        return "rate too low"
    if new < 0.05:
        return "labels shifted by one"
    return "too few training images" if seen - new > 0.1 else "healthy"


def difference(a, b):
    return np.mean(b) - np.mean(a), np.sqrt(np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b))


def as_column(a, b):
    return np.array(difference(list(a), list(b)), dtype="float32")[:, None]


def with_error(error):
    """The right difference, beside an error computed from the standard deviations and the numbers of runs."""
    return lambda a, b: (b.mean() - a.mean(), error(np.array([a.std(ddof=1), b.std(ddof=1)]), len(a), len(b)))


def by_the_last_loss(sheet):
    if sheet["last loss"] < 0.1:
        return "too few training images"
    return "healthy" if sheet["last loss"] < 1 else "rate too low" if sheet["last loss"] < 2.1 else "labels shuffled"


def by_the_validation(sheet):
    new = sheet["validation accuracy"]
    if new > 0.85:
        return "healthy"
    return "too few training images" if new > 0.6 else "rate too low" if new > 0.2 else "labels shuffled"


def ratio_first(sheet):
    return "gradients not applied" if sheet["ratio"] == 0 else diagnose(sheet)


RIGHT = {
    "20.1": {case: word.upper() for case, word in WARD_A.items()},
    "20.2": dict(WARD_B),
    "20.4": as_column,
    "20.5": diagnose,
}
WRONG = {
    "20.1": [
        (
            WARD_A | {"A2": "rate too high", "A3": "all weights zero"},
            "5 of 7 are right. A2 is not .* how many units",
        ),
        (WARD_A | {"A6": "rate too high"}, "6 of 7 .* very first loss"),
        (WARD_A | {"A4": "first layer frozen"}, "compare the gradient norm with ratio W1"),
        (WARD_A | {"A7": "bad luck"}, "For A7 choose one of .*'bad luck'"),
        (WARD_A | {"A7": [1, [2, 3]]}, "For A7 choose one of"),
        ({"A1": "rate too low"}, "a word for each of A1, A2"),
        ("rate too low", "a word for each of A1, A2"),
    ],
    "20.2": [
        (WARD_B | {"B4": "rate too low"}, "4 of 5 are right. B4 .* so often"),
        (
            WARD_B | {"B2": "softmax twice", "B4": "first layer frozen"},
            "3 of 5 are right. B2 .* ratio W2",
        ),
        (WARD_B | {"B5": "rate too low"}, "images with their labels"),
        (WARD_B | {"B1": None}, "B1 still waits for a word"),
        ([*WARD_B.values()], "a word for each of B1"),
    ],
    "20.4": [
        (lambda a, b: difference(b, a), "positive where `b` is better"),
        (lambda a, b: (b.max() - a.max(), difference(a, b)[1]), "compares the best runs"),
        (lambda a, b: (np.median(b) - np.median(a), 0), "medians"),
        (lambda a, b: (0, difference(a, b)[1]), "difference of the means is"),
        (with_error(lambda s, n, m: np.sqrt(np.sum(s**2))), "two \\*single\\* runs. The difference is right"),
        (with_error(lambda s, n, m: np.sum(s**2 / [n, m])), "This is the variance"),
        (with_error(lambda s, n, m: np.sum(s / np.sqrt([n, m]))), "standard errors do not"),
        (lambda a, b: (difference(a, b)[0], np.sqrt(a.var() / len(a) + b.var() / len(b))), "ddof=1"),
        (with_error(lambda s, n, m: np.sqrt(np.sum(s**2) / (n + m))), "number of its own runs"),
        (with_error(lambda s, n, m: 0), "The difference is right. For 6 and 6 runs"),
        (lambda a, b: np.mean(b) - np.mean(a), "The difference with its standard error"),
        (lambda a, b: [[1, 2], [3]], "should be numbers"),
        (lambda a, b: "half a point", "should be numbers"),
        (lambda a, b: None, "returns nothing yet"),
        (0.5, "should be a function"),
    ],
    "20.5": [
        (by_the_last_loss, "of 14 are right. You call this one"),
        (by_the_validation, "of 14 are right. You call this one"),
        (ratio_first, "12 of 14 are right.*before the first step"),
        (lambda sheet: "healthy", "2 of 14 are right.*says so exactly"),
        (lambda sheet: "ill", "Return one of the seven words"),
        (lambda sheet: ["healthy"], "Return one of the seven words"),
        (lambda sheet: None, "returns nothing yet"),
        (lambda sheet: sheet["loss"], "raised KeyError"),
        ("healthy", "should be a function"),
    ],
}
