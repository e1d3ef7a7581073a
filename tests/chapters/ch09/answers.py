"""Known answers to the exercises of chapter 9."""

import numpy as np
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier

PREDICTIONS = {
    "9.1": [
        ([0.32, 0.17], "better", "0.320, and that of the largest model 0.170, so the largest model does better"),
        ([0.32, 0.33], "same", "about the same"),
        ([0.32, 0.50], "worse", "does worse"),
        ([0.32, np.nan], None, "nothing to compare"),
    ]
}


def k_fold(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(np.setdiff1d(np.arange(n), part), part) for part in parts]


def as_lists(n, k, rng):
    """Written differently: a generator of lists, dealt out like cards."""
    order = rng.permutation(n)
    for place in range(k):
        dev = order[place::k]
        yield [i for i in range(n) if i not in dev], list(dev)


def in_file_order(n, k, rng):
    return [(train, dev) for train, dev in KFold(k).split(np.zeros(n))]


def dealt_in_file_order(n, k, rng):
    return [(np.setdiff1d(np.arange(n), np.arange(n)[i::k]), np.arange(n)[i::k]) for i in range(k)]


def drawn_anew(n, k, rng):
    devs = [rng.permutation(n)[: n // k] for _ in range(k)]
    return [(np.setdiff1d(np.arange(n), dev), dev) for dev in devs]


def trained_on_all(n, k, rng):
    return [(np.arange(n), dev) for _, dev in k_fold(n, k, rng)]


def rest_in_the_last(n, k, rng):
    order, size = rng.permutation(n), n // k
    devs = [order[i * size : (i + 1) * size if i < k - 1 else n] for i in range(k)]
    return [(np.setdiff1d(np.arange(n), dev), dev) for dev in devs]


def one_left_out_of_training(n, k, rng):
    return [(train[1:], dev) for train, dev in k_fold(n, k, rng)]


def of_its_own_seed(n, k, rng):
    return k_fold(n, k, np.random.default_rng(0))


def unseeded(n, k, rng):
    return k_fold(n, k, np.random.default_rng())


def swapped(n, k, rng):
    return [(dev, train) for train, dev in k_fold(n, k, rng)]


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
    "9.2": 7200,
    "9.3": k_fold,
    "9.4": scored(by_speaker),
    "9.5": {"P": "data", "Q": "model", "R": "mismatch"},
}
WRONG = {
    "9.2": [
        (3600, "enough for one score"),
        (1800, "one\\* standard error, not two"),
        (900, "one score and one standard error"),
        (14400, "the variances add, not the standard errors"),
        (100, "Which variance"),
        ("many", "should be numbers"),
    ],
    "9.3": [
        (in_file_order, "follow the order of the file"),
        (dealt_in_file_order, "follow the order of the file"),
        (drawn_anew, "each belongs in exactly one"),
        (trained_on_all, "that is a leak"),
        (rest_in_the_last, "they may differ by one"),
        (one_left_out_of_training, "use all"),
        (of_its_own_seed, "Draw from the `rng`"),
        (unseeded, "Draw from the `rng`"),
        (swapped, "each belongs in exactly one"),
        (lambda n, k, rng: k_fold(n, k, rng)[:-1], "there should be 5 pairs"),
        (lambda n, k, rng: [(train, dev + 1) for train, dev in k_fold(n, k, rng)], "indices from 0 to 19"),
        (lambda n, k, rng: 5, "Return a list of pairs"),
        (lambda n, k, rng: None, "returns nothing yet"),
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
        ({"P": "model", "Q": "model", "R": "mismatch"}, "P gets another model"),
        ({"P": "mismatch", "Q": "model", "R": "mismatch"}, "P gets data like the dev set's"),
        ({"P": "data", "Q": "data", "R": "mismatch"}, "Q gets more data.*What is its training error"),
        ({"P": "data", "Q": "model", "R": "data"}, "R gets more data.*train-dev"),
        ({"P": "data", "Q": "model", "R": "shrug"}, "For R choose one of"),
        (["data", "model", "mismatch"], "Store a word for each"),
    ],
}
