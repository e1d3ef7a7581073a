"""Checks of chapter 28, Face verification."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

MARGIN = 0.2  # of exercise 28.2


@prediction(
    "28.1",
    {
        "shift": "the shift to harm the pixels most",
        "turn": "the turn to harm the pixels most",
        "light": "the light to harm the pixels most",
        "mood": "the mood to harm the pixels most",
        "noise": "the noise to harm the pixels most",
    },
)
def most_harmful(measured: Any) -> Finding:
    """Decide which cause alone leaves the lowest AUC, from the AUC by cause."""
    causes = ("shift", "turn", "light", "mood", "noise")
    if not all(np.isfinite(measured[cause]) for cause in causes):
        return Finding(None, "an AUC is no number", "there is nothing to compare")
    worst, second, *_ = sorted((float(measured[cause]), cause) for cause in causes)
    numbers = f"the AUC with {worst[1]} alone is {worst[0]:.3f}, and with {second[1]} alone {second[0]:.3f}"
    if second[0] - worst[0] < 0.01:
        return Finding(None, numbers, f"{worst[1]} and {second[1]} cannot be told apart")
    reason = ""
    if worst[1] == "shift":
        reason = (
            "a pixel is compared with the pixel at the same place, which after a shift shows another part of the face"
        )
    return Finding(worst[1], numbers, f"the {worst[1]} harms the pixels most", reason)


@exercise("28.2", kind="experiment")
def mean_costs(answer: Any, rng: np.random.Generator) -> str:
    """Check the mean costs of the eight triplets and of the six pairs of four points on a circle."""
    triplets, pairs = as_array(answer, (2,), "The two mean costs").astype(float)
    if np.isclose(triplets, 1.125, atol=0.006) and np.isclose(pairs, 1.65, atol=0.006):
        raise Hint("Both numbers are there, in the wrong order: the triplets come first.")
    if not np.isclose(triplets, 1.65, atol=0.006):
        mistakes = [
            (1.45, "Some triplets cost nothing, but none costs less than nothing: where is the maximum with 0?"),
            (2.2, "This is the mean over those triplets that cost something. Divide by the number of all triplets."),
            (13.2, "This is the sum over the triplets; the mean is asked."),
            (1.5, "The margin of the triplets is missing."),
            (1.65 / 2, "An anchor and its positive may change places: there are eight triplets, not sixteen or four."),
            (
                0.2,
                "Each picture is an anchor in turn, and has one positive, at squared distance 3. List its negatives.",
            ),
            (6 / 8 * (3**0.5 - 1 + MARGIN), "The cost takes the squared distances as they are, not their roots."),
        ]
        refuse_mistakes(triplets, mistakes, rtol=0, atol=0.006)
        raise Hint(
            f"The triplets do not cost {triplets:g}. Each of the four points is an anchor with one positive, 3 away, "
            "and two negatives: write down the eight differences first."
        )
    if not np.isclose(pairs, 1.125, atol=0.006):
        mistakes = [
            (7 / 6, "A different pair farther apart than m costs nothing: where is the maximum with 0?"),
            (6.75, "The triplets are right. This is the sum over the pairs; the mean is asked."),
            (7.5 / 6, "What a different pair lacks is squared: max(0, m - √d)²."),
            (
                (2 * 3**0.5 + 0.75) / 6,
                "A same pair costs the squared distance d, not its root.",
            ),
            (3 + 0.75 / 4, "Take one mean over all six pairs, not one over each kind."),
            (1.0, "The different pairs are missing: three of the four are nearer than m."),
        ]
        refuse_mistakes(pairs, mistakes, rtol=0, atol=0.006)
        raise Hint(
            f"The triplets are right, but the pairs do not cost {pairs:g}. Four points make six pairs, two of them of "
            "one person each: write down the six distances first."
        )
    return (
        "six of the eight triplets cost 3 - 1 + 0.2 = 2.2, and two, whose negative lies opposite, cost nothing. The "
        "two same pairs cost 3 each, three different ones (1.5 - 1)² = 0.25, and the one that lies opposite nothing."
    )


@exercise("28.3", kind="code")
def accepted(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(encodings, who, threshold)` that returns the accepted shares of same and different pairs."""
    who = rng.permutation(np.repeat(np.arange(6), [2, 3, 4, 5, 2, 4]))
    encodings = rng.standard_normal((len(who), 3)) + 0.7 * who[:, None] * np.array([1.0, 0.3, 0.0])
    twin_of = int(np.flatnonzero(who == who[0])[1])
    encodings[twin_of] = encodings[0]  # two equal pictures are a pair like any other
    distances = np.sum((encodings[:, None] - encodings) ** 2, axis=2)
    i, j = np.triu_indices(len(who), 1)
    same = who[i] == who[j]
    for threshold in np.quantile(distances[i, j], [0.05, 0.3, 0.7]):
        close = distances[i, j] <= threshold
        right = np.array([np.mean(close[same]), np.mean(close[~same])])
        # a matrix product may move a distance by a little, and no pair may lie on the threshold for that
        shares = as_array(call(answer, encodings.copy(), who.copy(), threshold + 1e-9), (2,), "The two shares")
        if np.allclose(shares, right, atol=1e-6):
            continue
        every = who[:, None] == who
        apart = distances[i, j] > 1e-9
        mistakes = [
            (
                [np.mean(distances[every] <= threshold), right[1]],
                "The share of the same pairs is too large, as the colleague's is. Which entries of the table "
                "belong to no pair?",
            ),
            (
                [right[0], np.mean(distances[~(every & ~np.eye(len(who), dtype=bool))] <= threshold)],
                "The share of the same pairs is right. But what is not a same pair need not be a different one: which "
                "entries of the table belong to no pair?",
            ),
            (
                [np.mean(close[same & apart]), right[1]],
                "Leave out each picture with itself, but not two equal pictures: ask for their places, not for a "
                "distance of 0.",
            ),
            (right[::-1], "The share of the same pairs comes first, then that of the different ones."),
            (1 - right, "A pair is accepted if its distance is at most the threshold."),
            (
                [np.sum(close & same) / len(i), np.sum(close & ~same) / len(i)],
                "Divide by the number of same pairs, and by the number of different pairs, not by all.",
            ),
        ]
        refuse_mistakes(shares, mistakes, rtol=0, atol=1e-6)
        raise Hint(
            f"For {len(who)} pictures the shares are {right[0]:.3f} and {right[1]:.3f}; yours are {shares[0]:.3f} and "
            f"{shares[1]:.3f}. Count each pair of two different pictures."
        )
    return (
        "a picture is no pair with itself. Its distance of 0 is below any threshold, and with four pictures of each "
        "person a quarter of the colleague's same pairs were of that kind."
    )


@exercise("28.4", kind="code")
def contrastive_cost(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(who, f)` that returns the mean contrastive cost over the pairs of a batch, with m = 1."""
    for people, each, spread in ((4, 3, 1.0), (3, 5, 0.3), (5, 2, 0.6)):
        who = np.repeat(np.arange(people, dtype="float32"), each)[:, None]
        f = np.eye(6)[0] + spread * rng.standard_normal((people * each, 6))
        f = (f / np.linalg.norm(f, axis=1, keepdims=True)).astype("float32")
        result = call(answer, who, f)
        if shape_of(_as_numpy(result)) != ():
            raise Hint(f"Return one number, the mean over all pairs; yours has shape {shape_of(_as_numpy(result))}.")
        _compare_cost(float(as_array(_as_numpy(result), (), "The cost")), who[:, 0], f.astype(float))
    _require_gradient(answer)
    return "equal to loops over all pairs, and its gradient is finite even where two encodings are equal."


def _as_numpy(result: Any) -> Any:
    import keras

    return keras.ops.convert_to_numpy(result) if keras.ops.is_tensor(result) else result


def _compare_cost(value: float, who: np.ndarray, f: np.ndarray) -> None:
    d = np.sum((f[:, None] - f) ** 2, axis=2)
    same, other = who[:, None] == who, ~np.eye(len(who), dtype=bool)
    pull, push = same * d, ~same * np.maximum(0, 1 - np.sqrt(d)) ** 2
    right = np.sum(pull + push) / np.sum(other)
    if np.isclose(value, right, rtol=1e-3, atol=1e-5):
        return
    mistakes = [
        (np.mean(pull + push), "You divide by all entries of the table; a picture with itself is no pair."),
        (np.sum(pull + push), "This is the sum over the pairs, each in both orders; the mean is asked."),
        (np.sum(pull + push) / 2, "This is the sum over the pairs; the mean is asked."),
        (
            np.sum(pull + ~same * np.maximum(0, 1 - d) ** 2) / np.sum(other),
            "A different pair costs max(0, m - √d)²: take the root of the squared distance first.",
        ),
        (
            np.sum(pull + ~same * np.maximum(0, 1 - np.sqrt(d))) / np.sum(other),
            "What a different pair lacks is squared: max(0, m - √d)².",
        ),
        (
            np.sum(pull + ~same * (1 - np.sqrt(d)) ** 2) / np.sum(other),
            "Different pairs farther apart than m cost nothing: where is the maximum with 0?",
        ),
        (
            np.sum(same * np.sqrt(d) + push) / np.sum(other),
            "A same pair costs the squared distance d, not its root.",
        ),
        (
            np.sum(~same * d + (same & other) * np.maximum(0, 1 - np.sqrt(d)) ** 2) / np.sum(other),
            "Same and different have changed places: it is the same pairs that are pulled together.",
        ),
        (
            np.sum(pull + push) / np.sum(other) + np.sum(~other) / np.sum(other),
            "A picture with itself counts as a different pair in yours.",
        ),
    ]
    refuse_mistakes(value, mistakes, rtol=1e-3, atol=1e-5)
    raise Hint(f"For {len(who)} pictures of {len(set(who))} people loops give {right:.4f}; yours gives {value:.4f}.")


def _require_gradient(answer: Any) -> None:
    from course_utils.backend import loss_and_gradients

    import keras

    # unit vectors along the axes: their distances come out without rounding, those of equal ones as exactly 0
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False, kernel_initializer="identity")])
    model.add(keras.layers.UnitNormalization())
    x = np.float32([[1, 0], [1, 0], [0, 1], [1, 0], [-1, 0], [0, -1]])
    try:
        model.compile(loss=answer)
        _, gradients = loss_and_gradients(model)(x, np.repeat(np.arange(3, dtype="float32"), 2)[:, None])
    except Exception as error:
        raise Hint(
            f"The cost is right, but Keras cannot differentiate it ({type(error).__name__}): use functions of "
            "`keras.ops` throughout."
        ) from error
    flat = np.concatenate([np.ravel(gradient) for gradient in gradients])
    if not np.all(np.isfinite(flat)):
        raise Hint(
            "The cost is right, but its gradient is not finite: the slope of the root at 0 is infinite, and each "
            "picture is at distance 0 from itself. Add a tiny number under the root."
        )
    if not np.any(flat):
        raise Hint("The cost is right, but its gradient is 0: use functions of `keras.ops` throughout.")


@exercise("28.5", kind="code")
def strangers_let_in(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(faces, rows, threshold)` that returns the share of the faces within reach of any row."""
    faces, rows = rng.standard_normal((40, 3)), rng.standard_normal((15, 3))
    d = np.sum((faces[:, None] - rows) ** 2, axis=2)
    for threshold in (np.quantile(d, 0.01), np.quantile(d, 0.05), np.quantile(d, 0.4)):
        share = as_array(call(answer, faces.copy(), rows.copy(), threshold + 1e-9), (), "The share")
        right = np.mean(d.min(axis=1) <= threshold)
        if np.isclose(share, right, atol=1e-6):
            continue
        mistakes = [
            (np.mean(d <= threshold), "This is the share of all pairs. A stranger passes if *any* row is close."),
            (np.sum(d.min(axis=1) <= threshold), "This is the number of strangers; the share is asked."),
            (np.mean(d.max(axis=1) <= threshold), "One row within the threshold is enough: which row decides?"),
            (np.mean(d.min(axis=0) <= threshold), "This is the share of the rows that some stranger fits."),
            (1 - right, "This is the share that stays outside."),
            (
                np.mean(np.sqrt(d.min(axis=1)) <= threshold),
                "The threshold is one for squared distances; do not take the root.",
            ),
            (
                1 - (1 - np.mean(d <= threshold)) ** len(rows),
                "This is what independent comparisons would give. Count what these strangers do.",
            ),
        ]
        refuse_mistakes(share, mistakes, rtol=0, atol=1e-6)
        raise Hint(f"Of 40 faces {right:.1%} are within the threshold of one of 15 rows; yours gives {share:.1%}.")
    return (
        "with 100 rows and exactly 1 % for each comparison, independent comparisons would let in 1 - 0.99¹⁰⁰ = 63 %, "
        "and more if the threshold accepts more than 1 % of these. Comparisons of one face with many rows are not "
        "independent. Still far more pass than the 1 % that was promised for one comparison."
    )
