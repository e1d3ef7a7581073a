"""Checks of chapter 9, Data splits, bias and variance, and the data of its exercises 9.4 and 9.5."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

SPEAKERS, TIMES = 40, 8  # of exercise 9.4
WHAT_TO_DO = {"data": "more data", "model": "another model", "mismatch": "data like the dev set's"}
RIGHT_ADVICE = {"P": "data", "Q": "model", "R": "mismatch"}  # the checks prove it by following it


@prediction(
    "9.1",
    {
        "worse": "the error to stay above that of the best smaller model",
        "same": "the same error as with the best smaller model",
        "better": "an error below that of the best smaller model",
    },
)
def beyond_the_data(measured: Any) -> Finding:
    """Decide how the largest model compares with the best one below the number of examples, from their two errors."""
    best_small, largest = (float(error) for error in measured)
    numbers = f"the best error up to there is {best_small:.3f}, and that of the largest model {largest:.3f}"
    if not np.isfinite(best_small + largest):
        return Finding(None, numbers, "there is nothing to compare")
    if largest > best_small + 0.02:
        return Finding("worse", numbers, "the largest model does worse")
    if largest < best_small - 0.02:
        return Finding("better", numbers, "the largest model does better, with ten times as many units as examples")
    return Finding("same", numbers, "they are about the same")


@exercise("9.2", kind="experiment")
def images_needed(answer: Any, rng: np.random.Generator) -> str:
    """Check the size of two test sets that tell accuracies near 0.9 apart that differ by 0.01."""
    count = float(as_array(answer, (), "The number of images"))
    if 6800 <= count <= 7300:  # p(1 - p) of 0.90 and 0.91 themselves give 6,876
        return (
            "the variances of two independent scores add, so SE² = 2 · 0.09 / n, and 2 SE = 0.01 at n = 7,200. On the "
            "*same* test images fewer would do: what both get right or wrong cancels."
        )
    mistakes = [
        (3600, "That is enough for one score. Here two scores scatter, each for itself: what do their variances do?"),
        (1800, "The variances add up to 2 · 0.09 / n; you seem to want *one* standard error, not two."),
        (900, "This takes one score and one standard error. There are two scores, and two standard errors."),
        (14400, "For the difference the variances add, not the standard errors."),
        (36, "2 SE is to be 0.01, not 0.1."),
    ]
    refuse_mistakes(count, mistakes, rtol=0.03, atol=0)
    raise Hint(f"It is not {count:g}. Which variance has the difference of two independent scores?")


@exercise("9.3", kind="code")
def k_fold(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(n, k, rng)` that returns pairs of index arrays, as `sklearn.model_selection.KFold` does."""
    for n, k in ((20, 5), (23, 4), (7, 7)):
        folds = _as_folds(call(answer, n, k, np.random.default_rng(1)), n, k)
        dev = np.concatenate([part for _, part in folds])
        if len(np.unique(dev)) < len(dev) or len(dev) != n:
            counts = np.bincount(dev, minlength=n)
            raise Hint(
                f"With n = {n} and k = {k} {np.sum(counts > 1)} examples are in several dev parts and "
                f"{np.sum(counts == 0)} in none: each belongs in exactly one."
            )
        for train, part in folds:
            if np.intersect1d(train, part).size:
                raise Hint("An example is in `train` and in `dev` of the same pair: that is a leak.")
            if sorted([*train, *part]) != list(range(n)):
                raise Hint(f"With n = {n} and k = {k} a pair holds {len(train)} + {len(part)} examples: use all.")
        sizes = [len(part) for _, part in folds]
        if max(sizes) - min(sizes) > 1:
            raise Hint(f"With n = {n} and k = {k} the dev parts have the sizes {sizes}: they may differ by one.")
    _judge_order(answer)
    return f"every example is left out once; {_score(answer)}"


def _as_folds(given: Any, n: int, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
    try:
        pairs = [tuple(np.asarray(part) for part in pair) for pair in given]
    except TypeError:
        raise Hint("Return a list of pairs (train, dev).") from None
    if len(pairs) != k or any(len(pair) != 2 for pair in pairs):
        raise Hint(f"For k = {k} there should be {k} pairs (train, dev); you return {len(pairs)} entries.")
    for part in (part for pair in pairs for part in pair):
        # an empty training part is an array of floats
        if part.ndim != 1 or (part.size and (part.dtype.kind not in "iu" or part.min() < 0 or part.max() >= n)):
            raise Hint(f"Each part should be a one-dimensional array of indices from 0 to {n - 1}.")
    return [(train.astype(int), dev.astype(int)) for train, dev in pairs]


def _judge_order(answer: Callable) -> None:
    """Refuse folds that follow the order of the file, or that do not come from the generator."""
    first, again, other = (
        np.concatenate([np.sort(dev) for _, dev in _as_folds(call(answer, 100, 5, np.random.default_rng(s)), 100, 5)])
        for s in (1, 1, 2)
    )
    if np.array_equal(first, np.arange(100)) or np.array_equal(first, np.arange(100).reshape(20, 5).T.ravel()):
        raise Hint("The folds follow the order of the file: sorted by class, a fold would hold a class. Shuffle first.")
    if not np.array_equal(first, again) or np.array_equal(first, other):
        raise Hint("Draw from the `rng` that you are given: the same generator, the same folds; another, others.")


def _score(answer: Callable) -> str:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    digits = load_digits()
    order = np.argsort(digits.target[:500], kind="stable")  # sorted by class
    x, y = digits.data[:500][order], digits.target[:500][order]
    model = KNeighborsClassifier(1)
    yours = cross_val_score(model, x, y, cv=_as_folds(call(answer, 500, 5, np.random.default_rng(0)), 500, 5)).mean()
    shuffled = cross_val_score(model, x, y, cv=KFold(5, shuffle=True, random_state=0)).mean()
    sorted_folds = cross_val_score(model, x, y, cv=KFold(5)).mean()
    if abs(yours - shuffled) > 0.06:
        raise Hint(f"On digits sorted by class your folds give {yours:.2f}, scikit-learn's shuffled {shuffled:.2f}.")
    return (
        f"on digits sorted by class your folds give {yours:.2f}, scikit-learn's {shuffled:.2f}, and those without a "
        f"shuffle {sorted_folds:.2f}."
    )


def recordings(rng: np.random.Generator, signal: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return recordings of exercise 9.4: speakers differ from each other far more than one speaker's recordings do.

    Args:
        rng: Draws voices, hands and noise.
        signal: How far the voices of the left-handed are shifted; 0 means that a voice says nothing about the hand.

    Returns:
        Properties of shape `(320, 5)`, whether the speaker is left-handed `(320,)`, and the speaker's number `(320,)`,
        in random order.
    """
    speaker = rng.permutation(np.repeat(np.arange(SPEAKERS), TIMES))
    left = rng.permutation(np.arange(SPEAKERS) % 2)
    voices = rng.standard_normal((SPEAKERS, 5)) + signal * left[:, None]
    x = voices[speaker] + 0.2 * rng.standard_normal((len(speaker), 5))
    return x, left[speaker], speaker


@exercise("9.4", kind="code")
def honest_score(answer: Any, rng: np.random.Generator) -> str:
    """Check a score that must find nothing where voices say nothing, and something where they do."""
    nothing, something = (
        np.mean(
            [
                float(as_array(call(answer, *recordings(draw, signal), draw), (), "The score"))
                for draw in (np.random.default_rng([9, number]) for number in range(30))
            ]
        )
        for signal in (0.0, 2.0)
    )
    ending = f"Over 30 draws your score is {nothing:.2f} where voices say nothing, and {something:.2f} where they do."
    if nothing > 0.6:
        raise Hint(
            "Whom does the nearest neighbour of a test recording belong to? Count how many of the speakers in the test "
            f"part are in the training part too. {ending}"
        )
    if nothing < 0.4:
        raise Hint(f"Guessing would score 0.5; lower than that is a fault too. {ending}")
    if not 0.8 < something <= 1:
        raise Hint(f"A score that finds nothing anywhere is not honest: train and test on *all* recordings. {ending}")
    return (
        f"where voices say nothing it is {nothing:.2f}, and where they do {something:.2f}. The first function knew "
        "the speakers. Split by what will be new: the person, the patient, the document, not the row."
    )


def _nearest(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(1).fit(x, y).predict


def _straight(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit(x, y).predict


def _rows(rng: np.random.Generator, n: int, waves: float, moved: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-1, 1, (n, 2))
    y = (x[:, 1] > 0.6 * np.sin(waves * x[:, 0])).astype(int)
    return x + np.array([moved, 0.0]), y


# How each team fits, its number of training rows, how wavy the true boundary is, and how far its dev data are moved.
_PROJECTS = {"P": (_nearest, 600, 20, 0.0), "Q": (_straight, 2000, 4, 0.0), "R": (_nearest, 2000, 4, 0.25)}


def project(name: str) -> tuple[Callable, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return a project of exercise 9.5.

    Args:
        name: P, Q or R.

    Returns:
        `fit`, which takes rows and labels and returns a function from rows to labels; training rows `(n, 2)`, their
        labels `(n,)`, dev rows `(1000, 2)` and their labels.

    Raises:
        ValueError: There is no such project.
    """
    if name not in _PROJECTS:
        raise ValueError(f"there are the projects P, Q and R; got {name!r}")
    rng = np.random.default_rng([9, ord(name)])
    fit, n, waves, moved = _PROJECTS[name]
    return fit, *_rows(rng, n, waves), *_rows(rng, 1000, waves, moved)


def _after(name: str, advice: str) -> tuple[float, float]:
    """Return a project's dev error before and after the advice is followed."""
    fit, x, y, x_dev, y_dev = project(name)
    _, n, waves, moved = _PROJECTS[name]
    rng = np.random.default_rng([9, 9, ord(name)])
    x_more, y_more = _rows(rng, 9 * n, waves)
    after = {
        "data": lambda: fit(np.concatenate([x, x_more]), np.concatenate([y, y_more])),
        "model": lambda: (_nearest if fit is _straight else _straight)(x, y),
        "mismatch": lambda: fit(*_rows(rng, n, waves, moved)),  # as many as they have, from where the dev data are
    }[advice]()
    before, now = (float(np.mean(model(x_dev) != y_dev)) for model in (fit(x, y), after))
    return before, now


@exercise("9.5", kind="experiment")
def advice(answer: Any, rng: np.random.Generator) -> str:
    """Check the advice to three teams by following it."""
    if not isinstance(answer, dict) or set(answer) != set(RIGHT_ADVICE):
        raise Hint('Store a word for each of the three, such as {"P": "data", "Q": "data", "R": "data"}.')
    for name, given in answer.items():
        word = str(given).strip().lower()
        if word not in WHAT_TO_DO:
            raise Hint(f"For {name} choose one of {', '.join(map(repr, WHAT_TO_DO))}; got {given!r}.")
        if word != RIGHT_ADVICE[name]:
            before, after = _after(name, word)
            look = {
                "P": "Compare its training error with that on a train-dev part.",
                "Q": "What is its training error?",
                "R": "Compare its dev error with that on a train-dev part.",
            }[name]
            raise Hint(
                f"{name} gets {WHAT_TO_DO[word]}, and its dev error goes from {before:.3f} to {after:.3f}. {look}"
            )
    gains = [_after(name, RIGHT_ADVICE[name]) for name in "PQR"]
    said = ", ".join(f"{name}'s from {a:.3f} to {b:.3f}" for name, (a, b) in zip("PQR", gains, strict=True))
    return (
        f"followed, the advice brings the dev error down, {said}. P's rises from training to train-dev, Q's is high on "
        "the training data already, and R's rises from train-dev to dev."
    )
