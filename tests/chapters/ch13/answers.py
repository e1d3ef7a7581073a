"""Known answers to the exercises of chapter 13."""

import numpy as np


def ends(healthy, twin):
    return {"healthy": healthy, "twin": twin}


PREDICTIONS = {
    "13.1": [
        (ends(0.0004, 0.014), "behind", "at 0.0004 .* at 0.014 .*learned and stayed behind"),
        (ends(0.0004, 1.1), "fails", "did not learn"),
        (ends(0.0004, np.nan), "fails", "at nan on the twin's"),
        (ends(0.0004, 0.0005), "same", "no difference worth mentioning"),
        (ends(1.0, 1.1), None, "even the healthy table was not learned"),
    ]
}


def for_raw(kernel, bias, mean, sd, *, power=1, sign=1, old_bias=1):
    raw = kernel / sd[:, None] ** power
    return raw, old_bias * bias - sign * mean @ raw


def by_sums(batches, less=0):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count, total, squares = count + len(batch), total + batch.sum(axis=0), squares + (batch**2).sum(axis=0)
    mean = total / count
    return mean, (squares / count - mean**2) * count / (count - less)


def of_parts(mean_of, variance_of):
    """A `fit_in_batches` from the list of all batches."""

    def fit_in_batches(batches):
        parts = list(batches)
        return mean_of(parts), variance_of(parts)

    return fit_in_batches


def mean(parts):
    return np.concatenate(parts).mean(axis=0)


def mean_of_means(parts):
    return np.mean([part.mean(axis=0) for part in parts], axis=0)


def variance(parts):
    return np.concatenate(parts).var(axis=0)


def within(parts):
    return sum(len(part) * part.var(axis=0) for part in parts) / sum(map(len, parts))


def read_twice(batches):
    parts = [(len(batch), batch.sum(axis=0)) for batch in batches]
    center = sum(total for _, total in parts) / sum(rows for rows, _ in parts)
    return center, sum((((batch - center) ** 2).sum(axis=0) for batch in batches), np.zeros(3))


def prepare(x_train, x_new, by=None):
    by = x_train if by is None else by
    mean, sd = by.mean(axis=0), by.std(axis=0)
    sd = np.where(sd > 0, sd, 1)
    return (x_train - mean) / sd, (x_new - mean) / sd


def in_place(x_train, x_new):
    mean, sd = x_train.mean(axis=0), x_train.std(axis=0)
    sd[sd == 0] = 1
    x_train -= mean
    x_train /= sd
    x_new -= mean
    x_new /= sd
    return x_train, x_new


def as_the_colleague(x_train, x_new):
    x_train, x_new = x_train.astype(float), x_new.astype(float)
    x_train -= x_train.mean(axis=0)
    x_train /= np.maximum(x_train.std(axis=0), 1e-9)
    x_new -= x_train.mean(axis=0)
    x_new /= np.where(x_train.std(axis=0) > 0, x_train.std(axis=0), 1)
    return x_train, x_new


def without_a_floor(x_train, x_new):
    with np.errstate(all="ignore"):
        return tuple((x - x_train.mean(axis=0)) / x_train.std(axis=0) for x in (x_train, x_new))


def own_statistics(x_train, x_new):
    return prepare(x_train, x_new)[0], prepare(x_new, x_new)[0]


def only_centred(x_train, x_new):
    return x_train - x_train.mean(axis=0), x_new - x_train.mean(axis=0)


def left_as_it_is(x_train, x_new):
    mean, sd = x_train.mean(axis=0), x_train.std(axis=0)
    mean, sd = np.where(sd > 0, mean, 0), np.where(sd > 0, sd, 1)
    return (x_train - mean) / sd, (x_new - mean) / sd


RIGHT = {
    "13.2": 118.99,
    "13.3": for_raw,
    "13.4": by_sums,
    "13.5": prepare,
}
WRONG = {
    "13.2": [
        (10, "ratio of the two entries"),
        (10.908, "Divide it by the smallest"),
        (0.0917, "Divide the largest by it"),
        (0.0084, "Upside down"),
        (11, "sum of the eigenvalues"),
        (1, "after centring"),
        (9, "square of the mean"),
        (50, "It is not 50"),
    ],
    "13.3": [
        (lambda kernel, bias, mean, sd: (kernel, bias), "has not changed"),
        (lambda *given: for_raw(*given, power=-1), "must be smaller by it"),
        (lambda *given: for_raw(*given, power=2), "Divide by sd once"),
        (lambda *given: for_raw(*given, sign=0), "also subtracts the mean"),
        (lambda *given: for_raw(*given, sign=-1), "look at the sign"),
        (lambda *given: for_raw(*given, old_bias=0), "old bias is still needed"),
        (lambda kernel, bias, mean, sd: (kernel / sd[:, None], bias - mean @ kernel), "divided by sd, too"),
        (lambda kernel, bias, mean, sd: kernel / sd[:, None], "Return two arrays"),
        (lambda kernel, bias, mean, sd: ((kernel / sd[:, None]).T, bias), "transposed"),
    ],
    "13.4": [
        (of_parts(mean_of_means, variance), "must count more"),
        (of_parts(mean, within), "differ from each other"),
        (of_parts(mean, lambda parts: np.mean([part.var(axis=0) for part in parts], axis=0)), "counts every batch"),
        (lambda batches: by_sums(batches, less=1), "less one"),
        (of_parts(mean, lambda parts: np.concatenate(parts).std(axis=0)), "return the variance"),
        (of_parts(mean, lambda parts: (np.concatenate(parts) ** 2).mean(axis=0)), "the mean square"),
        (of_parts(lambda parts: parts[-1].mean(axis=0), variance), "last batch alone"),
        (read_twice, "only once"),
        (lambda batches: 3, "Return two arrays"),
    ],
    "13.5": [
        (as_the_colleague, "comes back unscaled"),
        (own_statistics, "its own statistics"),
        (without_a_floor, "not finite"),
        (in_place, "still changes the arrays"),
        (only_centred, "not divided"),
        (left_as_it_is, "subtract its mean all the same"),
        (lambda x_train, x_new: prepare(x_train, x_new, np.concatenate([x_train, x_new])), "of the raw training set"),
        (lambda x_train, x_new: prepare(x_train, x_new)[0], "Return two arrays"),
    ],
}
