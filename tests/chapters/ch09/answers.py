"""Known answers to the exercises of chapter 9."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

PREDICTIONS = {
    "9.1": [
        ([0.32, 0.17], "better", "0.320, and that of the largest model 0.170, so the largest model does better"),
        ([0.32, 0.33], "same", "about the same"),
        ([0.32, 0.50], "worse", "does worse"),
        ([0.32, np.nan], None, "nothing to compare"),
    ]
}


def from_few(fits, truth):
    variance = np.mean(fits.var(axis=0, ddof=1))
    return np.mean((fits.mean(axis=0) - truth) ** 2) - variance / len(fits), variance


def from_pairs(fits, truth):
    """Written differently: products of two fits' distances from the truth, and half their squares."""
    pairs = [(one, other) for i, one in enumerate(fits) for other in fits[:i]]
    bias2 = np.mean([np.mean((one - truth) * (other - truth)) for one, other in pairs])
    return np.array([bias2, np.mean([np.mean((one - other) ** 2) / 2 for one, other in pairs])])


def naive(fits, truth):
    return np.mean((fits.mean(axis=0) - truth) ** 2), np.mean(fits.var(axis=0))


def variance_only(fits, truth):
    return naive(fits, truth)[0], from_few(fits, truth)[1]


def bias_by_the_naive_variance(fits, truth):
    return naive(fits, truth)[0] - np.mean(fits.var(axis=0)) / len(fits), from_few(fits, truth)[1]


def never_negative(fits, truth):
    bias2, variance = from_few(fits, truth)
    return max(bias2, 0), variance


def all_of_the_variance_off(fits, truth):
    bias2, variance = variance_only(fits, truth)
    return bias2 - variance, variance


def swapped(fits, truth):
    return from_few(fits, truth)[::-1]


def error_for_variance(fits, truth):
    return from_few(fits, truth)[0], np.mean((fits - truth) ** 2)


def per_point(fits, truth):
    return (fits.mean(axis=0) - truth) ** 2, fits.var(axis=0, ddof=1)


def scored(choose):
    """A score of a nearest neighbour with the training recordings that `choose` returns."""

    def score(x, y, speaker, rng):
        known = choose(x, y, speaker, rng)
        return KNeighborsClassifier(1).fit(x[known], y[known]).score(x[~known], y[~known])

    return score


def by_speaker(x, y, speaker, rng):
    return np.isin(speaker, rng.permutation(np.unique(speaker))[:20])


def by_row(x, y, speaker, rng):
    return rng.permutation(len(x)) < len(x) // 2


def stratified_by_speaker(x, y, speaker, rng):
    """Half of the recordings of everybody: worse than no care at all."""
    known = np.zeros(len(x), dtype=bool)
    for one in np.unique(speaker):
        known[rng.permutation(np.flatnonzero(speaker == one))[:4]] = True
    return known


def by_standardised_row(x, y, speaker, rng):
    return scored(by_row)((x - x.mean(axis=0)) / x.std(axis=0), y, speaker, rng)


def leave_one_speaker_out(x, y, speaker, rng):
    return np.mean([scored(lambda *_, one=one: speaker != one)(x, y, speaker, rng) for one in np.unique(speaker)])


def labels_turned(x, y, speaker, rng):
    return 1 - scored(by_row)(x, y, speaker, rng)


RIGHT = {
    "9.2": 2796,
    "9.3": from_few,
    "9.4": scored(by_speaker),
    "9.5": {"P": "data", "Q": "model", "R": "mismatch", "S": "model"},
}
ALSO_RIGHT = [  # written in another way
    ("9.2", np.float32(2796)),
    ("9.2", 2800),  # without the square of the mean
    ("9.3", from_pairs),
    ("9.4", leave_one_speaker_out),
    ("9.5", {"P": "Data ", "Q": "MODEL", "R": "mismatch", "S": "model"}),
]
WRONG = {
    "9.2": [
        (7200, "two test sets of their own"),
        (3600, "variance of one network's answers"),
        (699, "one\\* standard error"),
        (396, "a square knows no sign"),
        (28, "not 0.1"),
        (100, "Which variance"),
        ("many", "should be a number"),
    ],
    "9.3": [
        (naive, "what does one divide by"),
        (variance_only, "take off as much as it adds"),
        (bias_by_the_naive_variance, "take off as much as it adds"),
        (never_negative, "may well become negative"),
        (all_of_the_variance_off, "you take off too much"),
        (swapped, "squared bias comes first"),
        (error_for_variance, "your variance is"),
        (per_point, "shape"),
        (lambda fits, truth: None, "returns nothing yet"),
    ],
    "9.4": [
        (scored(by_row), "Whom does the nearest neighbour"),
        (scored(stratified_by_speaker), "Whom does the nearest neighbour"),
        (by_standardised_row, "Whom does the nearest neighbour"),
        (labels_turned, "lower than that is a fault"),
        (lambda x, y, speaker, rng: 0.5, "finds nothing anywhere"),
        (lambda x, y, speaker, rng: None, "returns nothing yet"),
        (0.5, "should be a function"),
    ],
    "9.5": [
        (RIGHT["9.5"] | {"P": "model"}, "P gets another model"),
        (RIGHT["9.5"] | {"P": "mismatch"}, "P gets data like the dev set's"),
        (RIGHT["9.5"] | {"Q": "data"}, "Q gets more data.*What is its training error"),
        (RIGHT["9.5"] | {"R": "data"}, "R gets more data.*train-dev"),
        (RIGHT["9.5"] | {"S": "data"}, "S gets more data.*learning curve"),
        (RIGHT["9.5"] | {"S": "mismatch"}, "S gets data like the dev set's"),
        (RIGHT["9.5"] | {"R": "shrug"}, "For R choose one of"),
        (["data", "model", "mismatch", "model"], "Store a dictionary with a word for each"),
    ],
}
