"""Checks of chapter 21, Structuring projects."""

from collections.abc import Mapping
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "21.1",
    {
        "below": "to win less than the ceiling",
        "reach": "to win about the ceiling",
        "above": "to win more than the ceiling",
    },
)
def against_the_ceiling(measured: Any) -> Finding:
    """Compare what mending a kind of image won with the share of the error that it made."""
    won, ceiling = 100 * float(measured["won"]), 100 * float(measured["ceiling"])
    numbers = f"the ceiling is {ceiling:.2f} points, and {won:.2f} were won"
    if not np.isfinite(won) or ceiling <= 0:
        return Finding(None, numbers, "there is nothing to compare")
    if won > 1.1 * ceiling:
        reason = "more went away than those images' own mistakes: the table below shows among which"
        return Finding("above", numbers, "more was won than the ceiling", reason)
    if won < 0.9 * ceiling:
        return Finding("below", numbers, "less was won than the ceiling")
    return Finding("reach", numbers, "about the ceiling was won")


def entries(answer: Any, names: tuple[str, ...]) -> list[Any]:
    """Return the entries of a dictionary that must have these keys, and a value for each.

    Args:
        answer: What the student stored.
        names: The keys.

    Returns:
        The values, in the order of the names.

    Raises:
        Hint: It is not a dictionary with these keys, or a value is still a placeholder.
    """
    if not isinstance(answer, Mapping) or set(answer) != set(names):
        raise Hint("Store a dictionary with the keys " + " and ".join(repr(name) for name in names) + ".")
    values = [answer[name] for name in names]
    for name, value in zip(names, values, strict=True):
        if value is None or value is ...:
            raise Hint(f"The entry {name!r} waits for your answer.")
    return values


@exercise("21.2", kind="experiment")
def seen_by_users(answer: Any, rng: np.random.Generator) -> str:
    """Check precision and F1 at 2 % eights, from a report on as many eights as others."""
    given = entries(answer, ("precision_seen", "f1_seen"))
    precision, f1 = (
        float(as_array(value, (), name)) for value, name in zip(given, ("The precision", "F1"), strict=True)
    )
    found, false = 0.87 * 2000, 0.045 * 98_000
    right, right_f1 = found / (found + false), 2 * found / (found + 2000 + false)
    if abs(precision - right) > 0.002:
        mistakes = [
            (870 / 915, "That is the report's own precision. Of 100,000 images, how many are eights, how many others?"),
            (
                found / (found + 0.045 * 100_000),
                "False alarms come from the 98,000 others alone, not from all images.",
            ),
            (0.02 * 870 / 915, "Precision does not shrink in proportion: count found eights and false alarms anew."),
            (lambda value: value > 1, "Give a share between 0 and 1, not a percentage."),
        ]
        refuse_mistakes(precision, mistakes, rtol=0, atol=0.002)
        raise Hint(f"The precision is not {precision:.3g}. Count alarms among 2,000 eights and among 98,000 others.")
    if abs(f1 - right_f1) > 0.003:
        mistakes = [
            ((right + 0.87) / 2, "This is the ordinary mean of precision and recall; F1 is the harmonic one."),
            (2 * 0.87 * (870 / 915) / (0.87 + 870 / 915), "This is F1 with the report's precision. Take the users'."),
        ]
        refuse_mistakes(f1, mistakes, rtol=0, atol=0.006)
        raise Hint(f"The precision is right, and F1 is not {f1:.3g}: which recall do the users see?")
    return (
        f"1,740 eights found and 4,410 false alarms make a precision of {right:.3f} and an F1 of {right_f1:.3f}. "
        "Recall and the share of false alarms among the others carry over, because each looks at one class alone."
    )


@exercise("21.3", kind="code")
def precision_recall(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(scores, truth)` against scikit-learn's precision-recall curve."""
    for n, share in ((40, 0.3), (300, 0.05), (25, 0.9)):
        scores = rng.permutation(n) / n + rng.uniform(0, 0.5 / n, n)
        truth = (rng.random(n) < share).astype(int)
        truth[:2] = 0, 1  # at least one of each
        result = call(answer, scores.copy(), truth.copy())
        if not isinstance(result, tuple | list | np.ndarray) or len(result) != 2:
            raise Hint("Return two arrays, precision and recall: `return precision, recall`.")
        given = [as_squeezed(part, (n,), name) for part, name in zip(result, ("Precision", "Recall"), strict=True)]
        _compare_with_scikit_learn(given, scores, truth)
    return "for three sets of scores both curves are those of scikit-learn."


def _compare_with_scikit_learn(given: list[np.ndarray], scores: np.ndarray, truth: np.ndarray) -> None:
    from sklearn.metrics import precision_recall_curve

    def curve(scores: np.ndarray, truth: np.ndarray) -> list[np.ndarray]:
        # from the lowest threshold on, and with an end point that belongs to no threshold
        precision, recall, _ = precision_recall_curve(truth, scores)
        return [precision[:-1][::-1], recall[:-1][::-1]]

    n, positives = len(truth), truth.sum()
    hits = np.cumsum(truth[np.argsort(-scores)])
    right = [hits / np.arange(1, n + 1), hits / positives]
    assert all(set(np.round(a, 9)) >= set(np.round(b, 9)) for a, b in zip(right, curve(scores, truth), strict=True))
    if all(np.allclose(one, other) for one, other in zip(given, right, strict=True)):
        return
    upwards = np.cumsum(truth[np.argsort(scores)])
    unsorted = np.cumsum(truth)
    known = [
        (right[::-1], "The two are in the wrong order: precision first."),
        ([upwards / np.arange(1, n + 1), upwards / positives], "The *highest* scores are the first alarms."),
        ([unsorted / np.arange(1, n + 1), unsorted / positives], "Sort the images by their score first."),
        ([right[0][::-1], right[1][::-1]], "Begin with the single highest score, k = 1, and end with all images."),
    ]
    for wrong, hint in known:
        if all(np.allclose(one, other) for one, other in zip(given, wrong, strict=True)):
            raise Hint(hint)
    if not np.allclose(given[0], right[0]):
        mistakes = [
            (hits / np.arange(n).clip(1), "Divide by the number of alarms k, which begins at 1."),
            (hits / n, "Precision divides by the number of alarms so far, not by that of all images."),
        ]
        refuse_mistakes(given[0], mistakes)
        raise Hint("Precision is not right: of the k highest scores, which share has truth 1?")
    mistakes = [
        (hits / (n - positives), "Recall divides by the number of positives, not of the others."),
        (hits / n, "Recall divides by the number of positives, not of all images."),
    ]
    refuse_mistakes(given[1], mistakes)
    raise Hint("Precision is right, and recall is not: which share of all positives is among the k highest scores?")


@exercise("21.4", kind="experiment")
def fault(answer: Any, rng: np.random.Generator) -> str:
    """Check which of four plans does not fit the largest gap, and which gap does."""
    project, gap = (str(value).strip().lower() for value in entries(answer, ("project", "gap")))
    gap = {"bias": "avoidable bias"}.get(gap.replace("_", " "), gap.replace("_", " "))
    hints = {
        "lungs": "Of two groups of people the better one bounds what is possible: 0.5 %, so bias is the largest gap.",
        "signs": "From 6.4 to 44.4 % is the largest rise, and it is a mismatch: images from the cameras fit.",
        "letters": "From 1.2 to 9 % is the largest rise, and it is variance: more images fit.",
    }
    if project != "cars":
        raise Hint(hints.get(project, f"There is no project {project!r}: it is one of lungs, cars, signs, letters."))
    if gap not in ("avoidable bias", "variance", "mismatch"):
        raise Hint("A gap is 'avoidable bias', 'variance' or 'mismatch'.")
    if gap == "avoidable bias":
        raise Hint("Even the better group of people errs on 10 % there. How much of the 11 % can be avoided?")
    if gap == "mismatch":
        raise Hint("Dev minus train-dev is 0.5 points there. Is that the largest of the three?")
    return (
        "even the better group of people errs on 10 %, so only 1 point is known to be avoidable, and the variance of "
        "1.5 is the largest gap. A high error alone asks for nothing."
    )


@exercise("21.5", kind="code")
def highest_threshold(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(scores, truth, least)` that returns the highest threshold with at least this recall."""
    for n, least in ((60, 0.8), (60, 0.5), (200, 0.75), (200, 1.0), (31, 0.9)):
        truth = (rng.random(n) < 0.4).astype(int)
        truth[:2] = 0, 1
        scores = rng.standard_normal(n) + truth
        threshold = float(as_array(call(answer, scores.copy(), truth.copy(), least), (), "The threshold"))
        of_positives = np.sort(scores[truth == 1])
        reached = float(np.mean(of_positives >= threshold))
        ending = f"(With {len(of_positives)} positives and a limit of {least:g}, yours has a recall of {reached:.3f}.)"
        best = max(t for t in of_positives if np.mean(of_positives >= t) >= least - 1e-9)
        if np.isclose(threshold, best):
            continue
        if np.isclose(threshold, np.sort(scores)[::-1][int(np.ceil(least * n)) - 1]):
            raise Hint(f"Recall looks at the positives alone, not at all images. {ending}")
        if of_positives[0] < threshold < of_positives[-1] and not np.any(np.isclose(of_positives, threshold)):
            raise Hint(f"The highest threshold that keeps a limit is the score of a positive, none between. {ending}")
        if reached < least - 1e-9:
            raise Hint(f"The limit is not kept. {ending}")
        raise Hint(f"The limit is kept, but a higher threshold keeps it too, with fewer alarms. {ending}")
    return (
        "in five trials the limit is kept, and no higher threshold would keep it. On the other halves the recall falls "
        "short about as often as not: a limit that must hold has to be set higher where the threshold is chosen."
    )
