"""Known answers to the exercises of chapter 21."""

import numpy as np

PREDICTIONS = {
    "21.1": [
        ({"won": 0.032, "ceiling": 0.02}, "above", "2.00 points, and 3.20 were won, so more .*own mistakes"),
        ({"won": 0.0204, "ceiling": 0.02}, "reach", "about the ceiling"),
        ({"won": 0.011, "ceiling": 0.02}, "below", "less was won"),
        ({"won": np.nan, "ceiling": 0.02}, None, "nothing to compare"),
    ]
}


def precision_recall(scores, truth, sign=-1, part=lambda precision, recall: (precision, recall)):
    hits = np.cumsum(truth[np.argsort(sign * scores)])
    return part(hits / np.arange(1, len(hits) + 1), hits / hits[-1])


def by_the_others(scores, truth):
    hits = np.cumsum(truth[np.argsort(-scores)])
    return hits / np.arange(1, len(hits) + 1), hits / np.sum(truth == 0)


def not_sorted(scores, truth):
    return precision_recall(-np.arange(len(scores)), truth)


def by_all_images(scores, truth):
    hits = np.cumsum(truth[np.argsort(-scores)])
    return hits / len(hits), hits / hits[-1]


def highest_threshold(scores, truth, least):
    for threshold in np.sort(scores[truth == 1])[::-1]:
        if np.mean(scores[truth == 1] >= threshold) >= least - 1e-9:
            return threshold
    return None


def seen(precision, f1):
    return {"precision_seen": precision, "f1_seen": f1}


def fault(project, gap):
    return {"project": project, "gap": gap}


RIGHT = {
    "21.2": seen(0.283, 0.427),
    "21.3": precision_recall,
    "21.4": fault("cars", "variance"),
    "21.5": highest_threshold,
}
WRONG = {
    "21.2": [
        (seen(0.951, 0.909), "the report's own precision"),
        (seen(0.279, 0.42), "98,000 others alone"),
        (seen(0.019, 0.037), "does not shrink in proportion"),
        (seen(28.3, 42.7), "not a percentage"),
        (seen(0.283, 0.576), "the harmonic one"),
        (seen(0.283, 0.909), "with the report's precision"),
        (seen(0.283, 0.1), "which recall do the users see"),
        (seen([1, [2]], 0.1), "should be a number"),
        (seen(0.283, ...), "waits for your answer"),
        ("0.283", "Store a dictionary"),
        ([0.283, 0.427], "Store a dictionary"),
    ],
    "21.3": [
        (lambda scores, truth: precision_recall(scores, truth, sign=1), r"The \*highest\* scores"),
        (by_the_others, "number of positives, not of the others"),
        (not_sorted, "Sort the images"),
        (by_all_images, "not by that of all images"),
        (lambda scores, truth: precision_recall(scores, truth, part=lambda p, r: (r, p)), "precision first"),
        (lambda scores, truth: precision_recall(scores, truth, part=lambda p, r: (p[::-1], r[::-1])), "k = 1"),
        (lambda scores, truth: precision_recall(scores, truth)[0], "Return two arrays"),
        (lambda scores, truth: ([1, [2, 3]], [1]), "should be numbers"),
        (lambda scores, truth: None, "returns nothing yet"),
    ],
    "21.4": [
        (fault("lungs", "variance"), "the better one bounds"),
        (fault("signs", "variance"), "it is a mismatch"),
        (fault("letters", "variance"), "more images fit"),
        (fault("cars", "avoidable bias"), "can be avoided"),
        (fault("cars", "mismatch"), "Is that the largest"),
        (fault("cars", 3), "A gap is"),
        (fault("dogs", "variance"), "no project"),
        ("cars", "Store a dictionary"),
    ],
    "21.5": [
        (lambda scores, truth, least: scores.min(), "a higher threshold keeps it too"),
        (lambda scores, truth, least: scores.max() + 1, "The limit is not kept"),
        (
            lambda scores, truth, least: np.quantile(scores[truth == 1], 1 - least),
            "the score of a positive, none between",
        ),
        (
            lambda scores, truth, least: np.sort(scores)[::-1][max(0, int(np.ceil(least * len(scores))) - 1)],
            "positives alone",
        ),
        (lambda scores, truth, least: [[1], [2, 3]], "should be a number"),
        (lambda scores, truth, least: None, "returns nothing yet"),
    ],
}
