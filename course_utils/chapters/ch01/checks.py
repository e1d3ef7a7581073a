"""Checks of chapter 1, The perceptron."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

GATES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
LEANS = 0.65  # share of results from which on one weight counts as the larger one in most of them


@prediction(
    "1.1",
    {
        "w1": "w1 to be the larger weight in most results",
        "w2": "w2 to be the larger weight in most results",
        "even": "each weight to be the larger one about equally often",
    },
)
def larger_weight(measured: Any) -> Finding:
    """Decide which weight is the larger one, from the final weights `[b, w1, w2]` of many starts, shape `(n, 3)`."""
    ends = np.array(measured, dtype=float)
    first = np.mean(ends[:, 1] > ends[:, 2])
    numbers = f"w1 is the larger one in {np.sum(ends[:, 1] > ends[:, 2])} of {len(ends)} results"
    if 1 - LEANS < first < LEANS:
        return Finding("even", numbers, "the lines show no clear preference")
    if first <= 1 - LEANS:
        return Finding("w2", numbers, "the lines prefer x2")
    return Finding(
        "w1",
        numbers,
        "the lines prefer x1, though the problem and the starts do not",
        "the order of the rows does: after (1, 1) has raised both weights, the row 01 comes before the row 10, so w2 "
        "is lowered first, and often that is enough",
    )


@exercise("1.2", kind="code")
def or_by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check `(mistakes of each epoch, [b, w1, w2], bound)` for OR from zero weights."""
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise Hint("The answer should be three things: by_hand = [mistakes of each epoch], [b, w1, w2], bound.")
    epochs = (shape_of(answer[0]) or (0,))[0]
    mistakes = as_array(answer[0], (epochs,), "The list of mistakes").tolist()
    if mistakes == [2, 2]:
        raise Hint(
            "After two epochs the row 00 still has z = 0 and is answered 1. Go on until an epoch has no mistake."
        )
    if mistakes == [2, 2, 1]:
        raise Hint("Count the last epoch too, the one without a mistake.")
    if mistakes[:1] == [1]:
        raise Hint("At z = 0 the neuron fires, so with zero weights the row 00 is answered 1, a mistake.")
    if mistakes != [2, 2, 1, 0]:
        raise Hint(
            f"{mistakes} are not the mistakes of the epochs. Write z, the answer and the new weights for each row."
        )
    weights = as_array(answer[1], (3,), "The weights")
    if np.allclose(weights, [1, 1, -1]):
        raise Hint("The bias comes first: [b, w1, w2].")
    if not np.allclose(weights, [-1, 1, 1]):
        raise Hint("The mistakes are right, the weights at the end are not: add up the updates of the five mistakes.")
    bound = float(as_array(answer[2], (), "The bound"))
    mistaken = [
        (18, "The rows have a 1 in front: the longest is (1, 1, 1)."),
        (np.sqrt(27), "This is R/γ. The bound is its square."),
        (3, "The margin γ belongs to weights of length 1: divide [-1, 2, 2] by its length first."),
        (5, "These are the mistakes that were made. The theorem allows more."),
    ]
    refuse_mistakes(bound, mistaken, rtol=1e-3)
    if not np.isclose(bound, 27, rtol=1e-3):
        raise Hint(
            f"The bound is (R/γ)², with R² = 3 and γ the smallest distance s u·x of the four rows; got {bound:g}."
        )
    return "OR takes five mistakes in three epochs, and γ = 1/3 and R² = 3 allow 27."


@exercise("1.3", kind="code")
def prepared(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(fours, nines)` that puts the images of two classes together for training."""
    counts = rng.integers(60, 90, 2)
    keys = rng.permutation(1000)[: counts.sum()].astype(float)  # a number that tells the rows apart
    fours, nines = np.split(np.column_stack([keys, -keys]), [counts[0]])
    result = call(answer, fours, nines)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Hint("The function should return two things, the rows and their desired outputs.")
    X, d = as_array(result[0], (len(keys), 2), "The rows"), as_array(result[1], (len(keys),), "The desired outputs")
    if sorted(X[:, 0]) != sorted(keys) or not np.array_equal(X[:, 1], -X[:, 0]):
        raise Hint("Each row of the two arrays should come once, as it is.")
    right = np.isin(X[:, 0], nines[:, 0]).astype(int)
    longest = max(len(run) for run in np.split(d, np.flatnonzero(np.diff(d)) + 1))
    if longest >= counts.min():
        raise Hint(
            "The rows are still sorted by class. After a few 4s the neuron answers 4 to everything, makes no mistake "
            "any more, and has forgotten the 9s."
        )
    if np.array_equal(d, 1 - right):
        raise Hint("The desired outputs are exchanged: 0 for the first array, 1 for the second.")
    if not np.array_equal(d, right):
        raise Hint(f"{np.sum(d != right)} rows have the desired output of another row: move rows and outputs together.")
    if longest > 30:
        raise Hint(f"There are still {longest} rows of one class after one another.")
    return (
        "the classes are mixed. Sorted, the neuron soon answers 4 to all the 4s, and after a few mistakes 9 to all "
        "the 9s: few mistakes during an epoch, and useless weights at its end. Mixed, about 0.96 of the test images "
        "are right."
    )


@exercise("1.4", kind="code")
def rule_without_weights(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(K, d, epochs)` that returns mistakes per example and per epoch, from inner products alone."""
    cases = [(GATES, np.array([0, 0, 0, 1]), 100), (GATES, np.array([0, 1, 1, 0]), 3)]
    for _ in range(3):
        X = rng.standard_normal((12, 3))
        cases.append((X, (X @ rng.standard_normal(3) >= 0.2).astype(int), 5))
    for X, d, epochs in cases:
        rows = np.insert(X, 0, 1, axis=1)
        right = _counts(rows, d, epochs)
        counts, mistakes = _two(call(answer, rows @ rows.T, d.copy(), epochs))
        counts = as_array(counts, (len(d),), "The counts")
        if not np.array_equal(counts, right):
            mistaken = [
                ((2 * d - 1) * right, "Your counts have signs. Count every mistake with +1; the sign belongs to z."),
                (_counts(rows, d, 1), "These are the counts of the first epoch."),
                (_counts(rows, d, epochs, fires_at_zero=False), "At z = 0 the neuron fires."),
                (_counts(rows, d, epochs, batch=True), "Add a count at once: the next example already sees it."),
                (_counts(rows, d, epochs, signed=False), "In z each count has its sign: z = sum of s[j] c[j] K[i, j]."),
                (0, "Your counts stay at 0, but with z = 0 the neuron fires, which is a mistake for class 0."),
            ]
            refuse_mistakes(counts, mistaken)
            raise Hint(f"For {len(d)} rows the counts should be {right.tolist()}; yours are {counts.tolist()}.")
        made = as_array(mistakes, (shape_of(mistakes) or (0,)), "The list of mistakes").tolist()
        each = [_counts(rows, d, number).sum() for number in range(1, epochs + 1)]
        expected = np.diff(each, prepend=0).tolist()
        expected = expected[: expected.index(0) + 1] if 0 in expected else expected
        if made == expected[:-1]:
            raise Hint("Count the last epoch too, the one without a mistake.")
        if made != expected:
            raise Hint(f"The counts are right; the mistakes of the epochs should be {expected}, not {made}.")
    squared = (np.insert(GATES, 0, 1, axis=1) @ np.insert(GATES, 0, 1, axis=1).T) ** 2
    counts, mistakes = _two(call(answer, squared, np.array([0, 1, 1, 0]), 100))
    counts = as_array(counts, (4,), "The counts")
    z = squared @ (np.array([-1, 1, 1, -1]) * counts)
    if not np.array_equal(z >= 0, [False, True, True, False]):
        raise Hint("With another K your function goes wrong: it should use the inner products through K only.")
    return (
        f"the same rule without weights. With squared inner products it learns even XOR, in {len(mistakes)} epochs: "
        "the square is an inner product of all products of two inputs, which have a plane, and nobody had to write "
        "them down: the kernel trick."
    )


def _two(returned: Any) -> tuple[Any, Any]:
    """Return the counts and the mistakes of each epoch, or say that there should be two things."""
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise Hint("The function should return two things: the counts, and the list of the mistakes of each epoch.")
    return returned[0], returned[1]


def _counts(
    rows: np.ndarray, d: np.ndarray, epochs: int, fires_at_zero: bool = True, batch: bool = False, signed: bool = True
) -> np.ndarray:
    """Return how often each row is got wrong, by the rule with weights or by a known mistake in it."""
    W, counts = np.zeros(rows.shape[1]), np.zeros(len(d), dtype=int)
    for _ in range(epochs):
        seen, before = W, counts.sum()
        for i, (x, desired) in enumerate(zip(rows, d, strict=True)):
            z = x @ (seen if batch else W)
            if (z >= 0 if fires_at_zero else z > 0) != desired:
                W = W + (2 * desired - 1 if signed else 1) * x
                counts[i] += 1
        if counts.sum() == before:
            break
    return counts


@exercise("1.5", kind="experiment")
def exactly_one(answer: Any, rng: np.random.Generator) -> str:
    """Check `(most, W_hidden, W_output)`: rows that one neuron gets right, and a network for exactly one of three."""
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise Hint("The answer should be three things: exactly_one = (most, W_hidden, W_output).")
    most = as_count(answer[0], "The number of rows")
    if most == 8:
        raise Hint("A plane for all eight rows would be one for 000, 100, 010 and 110 too, and these four are XOR.")
    if most == 6:
        raise Hint("Six is what one neuron gets right of *an odd number of ones*. Here it can do better.")
    if most != 7:
        raise Hint(
            f"Not {most}. Ask `find_line` about every subset of the eight rows, and take the largest that has one."
        )
    shape = shape_of(answer[1])
    if not shape:
        raise Hint("W_hidden should be an array of shape (4, k).")
    units = shape[-1]
    if len(shape) == 2 and shape[0] != 4 and shape[1] == 4:
        raise Hint(f"W_hidden has shape {shape}: it is transposed. One column for each hidden neuron.")
    if len(shape) == 2 and shape[0] == 3:
        raise Hint("W_hidden has three rows: the row of the biases is missing. It comes first.")
    W_hidden = as_array(answer[1], (4, units), "W_hidden")
    if shape_of(answer[2]) == (units,):
        raise Hint(f"W_output has {units} numbers for {units} hidden neurons: its bias is missing. It comes first.")
    W_output = as_array(answer[2], (units + 1,), "W_output")
    X = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    ones = np.ones((8, 1))
    hidden = np.hstack([ones, X]) @ W_hidden >= 0
    given = (np.hstack([ones, hidden]) @ W_output >= 0).astype(int)
    desired = (X.sum(axis=1) == 1).astype(int)
    if np.array_equal(given, 1 - desired):
        raise Hint("Your network answers the opposite. Swap the signs of W_output.")
    if given.min() == given.max():
        raise Hint(f"Your network answers {given[0]} to everything.")
    if np.array_equal(given, X.sum(axis=1) % 2):
        raise Hint("Your network answers 1 for *an odd number*. Three ones are not exactly one.")
    wrong = X[given != desired]
    if len(wrong):
        rows = ", ".join("".join(map(str, row)) for row in wrong)
        raise Hint(
            f"{8 - len(wrong)} of 8 rows are right; wrong: {rows}. Look at what the hidden neurons answer there."
        )
    return (
        f"7 rows without a hidden layer, all 8 with {units} hidden neurons. Why not 8 at once: among the rows are 000, "
        "100, 010 and 110, which are XOR, and the middle of its ones is the middle of its zeros."
    )
