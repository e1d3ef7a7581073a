"""Known answers to the exercises of chapter 13."""

import numpy as np


def ends(healthy, twin):
    return {"healthy": healthy, "twin": twin}


PREDICTIONS = {
    "13.1": [
        (ends(0.0004, 0.014), "behind", "at 0.0004 .* at 0.014 .*the unit still has its price"),
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


def by_deviations(batches):
    count, center, squares = 0, 0.0, 0.0
    for batch in batches:
        for row in batch:
            count += 1
            away = row - center
            center = center + away / count
            squares = squares + away * (row - center)
    return center, squares / count


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


def scaled(series, days, first=None, *, power=1, varies=lambda windows: np.ptp(windows, axis=1) > 0):
    """`scaled_by_past`, or with a fault: `first` is the day that the first window scales."""
    windows = np.lib.stride_tricks.sliding_window_view(series, days)
    first = days if first is None else first
    windows = windows[: len(series) - first]
    sd = np.where(varies(windows), windows.std(axis=1), 1)
    return ((series[first:] - windows.mean(axis=1)) / sd**power)[-(len(series) - days) :]


def by_a_loop(series, days):
    values = []
    for day in range(days, len(series)):
        past = series[day - days : day]
        values.append((series[day] - np.mean(past)) / (np.std(past) if len(set(past)) > 1 else 1))
    return values


def the_colleagues(series, days):
    windows = np.lib.stride_tricks.sliding_window_view(series, days)
    return (series[: len(windows)] - windows.mean(axis=1)) / windows.std(axis=1)


def changes_the_series(series, days):
    result = scaled(series, days)
    series -= 1
    return result


RIGHT = {
    "13.2": 9.9,
    "13.3": for_raw,
    "13.4": by_deviations,
    "13.5": by_a_loop,
}
WRONG = {
    "13.2": [
        (98.01, "This is m²"),
        (9.95, "an entry of H"),
        (99.995, "ratio of the two entries"),
        (10, "root of the largest eigenvalue"),
        (-9.9, "was to be positive"),
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
        (by_sums, "not for times near 1.7 billion"),
        (read_twice, "only once"),
        (lambda batches: 3, "Return two arrays"),
    ],
    "13.5": [
        (the_colleagues, "you return one more"),
        (lambda series, days: the_colleagues(series, days)[:-1], "the colleague's leak"),
        (lambda series, days: the_colleagues(series, days)[1:], "the colleague's leak"),
        (lambda series, days: scaled(series, days, days - 1), "ends with the day itself"),
        (lambda series, days: (series[days:] - series.mean()) / series.std(), "still to come"),
        (lambda series, days: scaled(series, days, power=0), "Divide it by the standard deviation"),
        (lambda series, days: scaled(series, days, power=2), "take its root"),
        (lambda series, days: scaled(series, days, varies=lambda windows: windows.std(axis=1) > 0), "7 days at 0.1"),
        (lambda series, days: scaled(series, days, varies=lambda windows: True), "7 days at 7.0"),
        (changes_the_series, "changes the series"),
    ],
}
