"""Checks of chapter 35, Word embeddings."""

from typing import Any

from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import Hint, as_array, as_squeezed, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

LISTS = ("gender", "plural", "tenses", "thou", "opposites")


@prediction("35.1", {name: f"the sum to win most in the list {name}" for name in LISTS})
def greatest_gain(measured: Any) -> Finding:
    """Decide for which list the sum wins most over doing nothing, from the difference of the two scores by list."""
    gains = {name: float(measured[name]) for name in LISTS if name in measured}
    if not gains:
        raise LookupError("no list")
    if len(gains) < 2 or not all(np.isfinite(gain) for gain in gains.values()):
        return Finding(None, f"{len(gains)} of the lists could be asked", "there is nothing to compare")
    best, second = sorted(gains, key=gains.__getitem__)[:-3:-1]
    numbers = (
        f"the sum answers {100 * gains[best]:+.0f} points more than doing nothing for {best}, and "
        f"{100 * gains[second]:+.0f} for {second}"
    )
    if absent := ", ".join(name for name in LISTS if name not in measured):
        numbers += f" (the text has too few pairs for {absent})"
    if gains[best] - gains[second] < 0.02:
        return Finding(None, numbers, f"{best} and {second} cannot be told apart")
    return Finding(best, numbers, f"it wins most for {best}")


@exercise("35.2", kind="experiment")
def ppmi_by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check PPMI and best product of a pair that meets 12 times in a table of 96, with sums of 24 and 16."""
    value, product = (float(one) for one in as_array(answer, (2,), "PPMI and product"))
    if not np.isclose(value, np.log(3), atol=0.006):
        mistakes = [
            (3, "This is the ratio of what is found to what chance expects; its logarithm is asked."),
            (np.log2(3), "This is the logarithm to the base 2. Take the natural one."),
            (np.log10(3), "This is the logarithm to the base 10. Take the natural one."),
            (np.log(12), "This is the logarithm of the count. How many meetings would chance give?"),
            (-np.log(3), "Turn the ratio over: what is found, divided by what chance expects."),
            (np.log(12 / 24 / 16), "The total of 96 is missing: chance expects 24 · 16 / 96 meetings."),
            (np.log(12 / 16), "Among the 16, how many would be this word's by chance? Its share of all is 24/96."),
            (np.log(12 / 24), "Among the 24, how many would be this company's by chance? Its share of all is 16/96."),
            (0, "PPMI is 0 for pairs that meet as often as chance expects, or less. How often is that here?"),
            (4, "This is how often they would meet by chance."),
        ]
        refuse_mistakes(value, mistakes, rtol=0, atol=0.006)
        raise Hint(f"It is not {value:.3g}. How many of the 96 would the two share by chance, given 24 and 16?")
    best = np.log(3 / 5)
    if not np.isclose(product, best, atol=0.006):
        mistakes = [
            (np.log(3), "That is the PMI. The five negatives of each real pair lower the product."),
            (0, "The product is not cut at 0: a pair may be called real in less than half of the cases."),
            (np.log(15), "More negatives push the two apart: subtract ln k."),
            (np.log(3) - 5, "The logarithm of k is subtracted, not k."),
            (3 / 5, "This is the ratio; the product is its logarithm."),
        ]
        refuse_mistakes(product, mistakes, rtol=0, atol=0.006)
        raise Hint(f"The product is not {product:.3g}. Where is the derivative of the cost by x = w · u zero?")
    return (
        "chance expects 24 · 16 / 96 = 4 meetings, the table has 12, and ln 3 = 1.099. The best product, ln 3 - ln 5, "
        "is negative: even this pair is more often a negative than real, 20 times against 12."
    )


@exercise("35.3", kind="code")
def descend(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(W, rows, gradient, rate)` that takes a step for each occurrence of a word in the batch."""
    for rows in ([1, 3], [2, 0, 2, 2, 4, 0], [5, 5, 5]):
        W, gradient, rate = rng.standard_normal((6, 4)), rng.standard_normal((len(rows), 4)), 0.3
        right, rows = W.copy(), np.array(rows)
        for row, part in zip(rows, gradient, strict=True):
            right[row] -= rate * part
        result = as_array(call(answer, W.copy(), rows.copy(), gradient.copy(), rate), W.shape, "The new matrix")
        if np.allclose(result, right, atol=1e-5):
            continue
        last, mean = W.copy(), right.copy()
        last[rows] -= rate * gradient
        for row in set(rows.tolist()):
            mean[row] = W[row] - rate * gradient[rows == row].mean(axis=0)
        mistakes = [
            (
                last,
                "That is the colleague's result. Which of its gradients does a word get that occurs three times in "
                "`rows`? Try `new[[0, 0]] -= 1`.",
            ),
            (W + (right - W) / len(rows), "The gradients of a batch add up here; do not divide by its length."),
            (mean, "A word that occurs three times gets the sum of its three gradients here, not their mean."),
            (2 * W - right, "The step goes against the gradient: subtract."),
            (W + (right - W) / rate, "The rate is missing."),
            (W, "The matrix has not changed. Return the new one."),
            (right - W, "This is the change alone; return the new matrix."),
        ]
        refuse_mistakes(result, mistakes, atol=1e-5)
        raise Hint(f"With the rows {rows.tolist()} the result is not that of one step after the other.")
    return (
        "`W[rows] -= …` reads all rows, subtracts, and writes them back, so of a word that occurs thirty times in the "
        "batch the last write alone stays. Rare words occur once, and never show it."
    )


@exercise("35.4", kind="code")
def cbow_gradients(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(c, w, v)` that returns the gradients of CBOW's loss for one window."""
    names = ("the words around", "the centre", "the negatives")
    for around, negatives in ((4, 3), (1, 5), (3, 1)):
        c, w, v = (rng.standard_normal(shape) for shape in ((around, 4), (4,), (negatives, 4)))
        result = call(answer, c.copy(), w.copy(), v.copy())
        if not isinstance(result, tuple | list) or len(result) != 3:
            raise Hint("Return three gradients: by c, by w and by v.")
        for name, given, part, right in zip(names, (c, w, v), result, _of_cbow(c, w, v), strict=True):
            if shape_of(part) == (4,) and name == names[0]:
                raise Hint("The gradient by c has a row for each word around, shape (n, d); yours has one for all.")
            written = as_squeezed(part, np.squeeze(given).shape, f"The gradient by {name}").reshape(given.shape)
            _compare_gradient(written, right, name, c, w, v)
    return "equal to central differences for one word around and for several, one negative and several."


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _of_cbow(c: np.ndarray, w: np.ndarray, v: np.ndarray) -> list[np.ndarray]:
    def loss() -> float:
        h = c.mean(axis=0)
        return float(-np.log(_sigmoid(h @ w)) - np.sum(np.log(_sigmoid(-v @ h))))

    return [central_differences(loss, array) for array in (c, w, v)]


def _compare_gradient(
    written: np.ndarray, right: np.ndarray, name: str, c: np.ndarray, w: np.ndarray, v: np.ndarray
) -> None:
    if np.allclose(written, right, atol=1e-4):
        return
    h = c.mean(axis=0)
    pull, push = _sigmoid(h @ w) - 1, _sigmoid(v @ h)
    total = c.sum(axis=0)
    mistakes = [(-right, f"The gradient by {name} has the wrong sign: it points to where the loss grows.")]
    if name == "the words around":
        rows = np.ones_like(c)
        mistakes += [
            (right * len(c), "A word around is one of n in the mean, so its share of the gradient is 1/n."),
            (rows * pull * w / len(c), "The gradient by c lacks the negatives' part."),
            (rows * (push @ v) / len(c), "The gradient by c lacks the centre's part."),
            (rows * (pull * w - push @ v) / len(c), "In the gradient by c the negatives' part has the wrong sign."),
        ]
    elif name == "the centre":
        mistakes += [
            (_sigmoid(h @ w) * h, "The derivative of -ln σ(x) is σ(x) - 1: a pull, not a push."),
            ((_sigmoid(total @ w) - 1) * total, "h is the mean of the words around, not their sum."),
        ]
    else:
        mistakes += [
            (np.outer(push - 1, h), "The derivative of -ln σ(-x) is σ(x): a push, not a pull."),
            (np.outer(push, h) / len(v), "The loss sums over the negatives; do not take their mean."),
        ]
    refuse_mistakes(written, mistakes, atol=1e-4)
    raise Hint(
        f"The gradient by {name} is {np.abs(written - right).max():.2g} off the central differences. Start with the "
        "derivatives by h · w and by h · v."
    )


@exercise("35.5", kind="code")
def neighbours_kept(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(rows, placed, n)` that returns the share of nearest neighbours that a map keeps."""
    for points, n in ((40, 10), (25, 3)):
        rows = rng.standard_normal((points, 6))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        placed = 0.7 * rows[:, :2] + 0.2 * rng.standard_normal((points, 2))
        similar = rows @ rows.T
        distance = np.linalg.norm(placed[:, None] - placed, axis=2)
        kept = as_array(call(answer, rows.copy(), placed.copy(), n), (), "The share")
        right = _kept(similar, -distance, n, itself=False)
        if np.isclose(kept, right, atol=1e-6):
            continue
        mistakes = [
            (_kept(similar, -distance, n, itself=True), "Each point is among its own neighbours in yours."),
            (
                (n - 1) / n * _kept(similar, -distance, n - 1, itself=False),
                "Yours compares one neighbour too few: leave the point itself out first, then take n.",
            ),
            (n * right, "This is the number of neighbours kept; the share of n is asked."),
            (100 * right, "This is a percentage; the share is asked, from 0 to 1."),
            (_kept(-similar, -distance, n, itself=False), "The nearest have the *largest* cosine."),
            (_kept(similar, distance, n, itself=False), "The nearest on the map have the *smallest* distance."),
            (_kept(similar, placed @ placed.T, n, itself=False), "On the map use the distance, not a product."),
            (_kept(similar, -distance, n, itself=False, ordered=True), "Compare the two sets, whatever their order."),
            (1 - right, "This is the share that the map loses."),
        ]
        refuse_mistakes(kept, mistakes, rtol=0, atol=1e-6)
        raise Hint(f"For {points} points and n = {n} the map keeps {right:.3f}; yours gives {kept:.3f}.")
    return (
        "places by chance keep about 10 of 299. Every map of t-SNE keeps far more, so near on it means something; the "
        "number also tells the words from the noise, whose neighbours do not fit on a plane."
    )


def _kept(similar: np.ndarray, closeness: np.ndarray, n: int, itself: bool, ordered: bool = False) -> float:
    tables = []
    for table in (similar, closeness):
        table = table.copy()
        if not itself:
            np.fill_diagonal(table, -np.inf)
        tables.append(np.argsort(-table, axis=1)[:, :n])
    if ordered:
        return float(np.mean(tables[0] == tables[1]))
    return float(np.mean([len({*x} & {*y}) / n for x, y in zip(*tables, strict=True)]))
