"""Checks of chapter 9, Data splits, bias and variance, and the data of its exercises 9.4 and 9.5."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_words, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

SPEAKERS, TIMES = 40, 8  # of exercise 9.4
WHAT_TO_DO = {"data": "more data", "model": "another model", "mismatch": "data like the dev set's"}
RIGHT_ADVICE = {"P": "data", "Q": "model", "R": "mismatch", "S": "model"}  # the checks prove it by following it


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
    """Check the size of one test set on which two networks that differ by 0.01 are compared image by image."""
    count = float(as_array(answer, (), "The number of images"))
    if 2790 <= count <= 2805:
        return (
            "an image's difference d has variance 0.07 - 0.01² = 0.0699, so 2 SE = 0.01 at n = 2,796. On test sets "
            "of their own two networks with accuracies near 0.9 would need 7,200 images *each*: what both get right or "
            "wrong cancels here."
        )
    mistakes = [
        (7200, "That is for two test sets of their own, and accuracies near 0.9. Here most images say nothing: d = 0."),
        (3600, "0.09 is the variance of one network's answers. Which variance has d, which is -1, 0 or 1?"),
        (699, "You seem to want *one* standard error to be 0.01. Two are to be."),
        (700, "You seem to want *one* standard error to be 0.01. Two are to be."),
        (400, "E[d] is 0.01, but E[d²] adds both kinds of images: a square knows no sign."),
        (28, "2 SE is to be 0.01, not 0.1."),
    ]
    refuse_mistakes(count, mistakes, rtol=0.03, atol=0)
    raise Hint(f"It is not {count:g}. Which variance has d, which is -1 on 3 % of images, 1 on 4 % and else 0?")


@exercise("9.3", kind="code")
def from_few(answer: Any, rng: np.random.Generator) -> str:
    """Check squared bias and variance from five fits, which are to be right on average."""
    points = np.linspace(-1, 1, 20)
    truth, said = np.sin(3 * points), []
    for degree, m in ((1, 5), (11, 5), (11, 3)):
        basis = np.polynomial.legendre.legvander(points, degree)
        fit = (basis @ np.linalg.pinv(basis)).T  # targets @ fit are the fitted values
        sets = truth + 0.2 * rng.standard_normal((2000, m, 20))
        found = [call(answer, fits, truth) for fits in sets @ fit]
        bias2, variance = as_array(found, (2000, 2), "What it returned for 2,000 sets of fits").mean(axis=0)
        exact = np.mean((truth @ fit - truth) ** 2), 0.2**2 * (degree + 1) / 20
        _judge_mean(bias2, variance, *exact, m)
        said.append(f"degree {degree}, {m} fits: bias² {bias2:.4f} ({exact[0]:.4f}), variance {variance:.4f}")
    return f"means over 2,000 draws, and in brackets the exact bias²: {'; '.join(said)}."


def _judge_mean(bias2: float, variance: float, exact_bias2: float, exact_variance: float, m: int) -> None:
    if abs(bias2 - exact_variance) < 0.03 * exact_variance and abs(variance - exact_bias2) < 0.03 * exact_bias2 + 5e-4:
        raise Hint("The squared bias comes first, then the variance.")
    off = f"On average over 2,000 draws of {m} fits"
    if abs(variance - exact_variance * (1 - 1 / m)) < 0.03 * exact_variance:
        raise Hint(
            f"{off} your variance is {variance:.4f} and should be {exact_variance:.4f}. Distances from the mean of "
            "the *same* few fits are too short: what does one divide by?"
        )
    if abs(variance - exact_variance) > 0.03 * exact_variance:
        raise Hint(f"{off} your variance is {variance:.4f} and should be {exact_variance:.4f}.")
    if bias2 > exact_bias2 + 4e-4:
        raise Hint(
            f"{off} your bias² is {bias2:.4f} and should be {exact_bias2:.4f}. The mean fit has a variance of its own; "
            "take off as much as it adds on average. A single result may well become negative."
        )
    if bias2 < exact_bias2 - 4e-4:
        raise Hint(f"{off} your bias² is {bias2:.4f} and should be {exact_bias2:.4f}: you take off too much.")


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


def _rows(
    rng: np.random.Generator, n: int, waves: float, moved: float = 0.0, noise: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-1, 1, (n, 2 + noise))
    y = (x[:, 1] > 0.6 * np.sin(waves * x[:, 0])).astype(int)
    x[:, 0] += moved
    return x, y


# How each team fits, its number of training rows, how wavy the true boundary is, how far its dev data are moved, and
# how many of its columns say nothing.
_PROJECTS = {
    "P": (_nearest, 600, 20, 0.0, 0),
    "Q": (_straight, 2000, 4, 0.0, 0),
    "R": (_nearest, 2000, 4, 0.25, 0),
    "S": (_nearest, 2000, 0, 0.0, 40),
}


def project(name: str) -> tuple[Callable, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return a project of exercise 9.5.

    Args:
        name: P, Q, R or S.

    Returns:
        `fit`, which takes rows and labels and returns a function from rows to labels; training rows `(n, columns)`,
        their labels `(n,)`, dev rows `(1000, columns)` and their labels.

    Raises:
        ValueError: There is no such project.
    """
    if name not in _PROJECTS:
        raise ValueError(f"there are the projects P, Q, R and S; got {name!r}")
    rng = np.random.default_rng([9, ord(name)])
    fit, n, waves, moved, noise = _PROJECTS[name]
    return fit, *_rows(rng, n, waves, 0.0, noise), *_rows(rng, 1000, waves, moved, noise)


def _after(name: str, advice: str) -> tuple[float, float]:
    """Return a project's dev error before and after the advice is followed."""
    fit, x, y, x_dev, y_dev = project(name)
    _, n, waves, moved, noise = _PROJECTS[name]
    rng = np.random.default_rng([9, 9, ord(name)])
    x_more, y_more = _rows(rng, 9 * n, waves, 0.0, noise)
    after = {
        "data": lambda: fit(np.concatenate([x, x_more]), np.concatenate([y, y_more])),
        "model": lambda: (_nearest if fit is _straight else _straight)(x, y),
        "mismatch": lambda: fit(*_rows(rng, n, waves, moved, noise)),  # as many, from where the dev data are
    }[advice]()
    before, now = (float(np.mean(model(x_dev) != y_dev)) for model in (fit(x, y), after))
    return before, now


@exercise("9.5", kind="experiment")
def advice(answer: Any, rng: np.random.Generator) -> str:
    """Check the advice to four teams by following it."""
    for name, word in as_words(answer, RIGHT_ADVICE, WHAT_TO_DO).items():
        if word != RIGHT_ADVICE[name]:
            before, after = _after(name, word)
            look = {
                "P": "Compare its training error with that on a train-dev part, and draw its learning curve.",
                "Q": "What is its training error?",
                "R": "Compare its dev error with that on a train-dev part.",
                "S": "It has a gap. But draw its learning curve: how far would ten times the data bring it?",
            }[name]
            raise Hint(
                f"{name} gets {WHAT_TO_DO[word]}, and its dev error goes from {before:.3f} to {after:.3f}. {look}"
            )
    gains = [_after(name, RIGHT_ADVICE[name]) for name in RIGHT_ADVICE]
    said = ", ".join(f"{name}'s from {a:.3f} to {b:.3f}" for name, (a, b) in zip(RIGHT_ADVICE, gains, strict=True))
    return (
        f"followed, the advice brings the dev error down, {said}. P's rises from training to train-dev and falls "
        "with more rows, Q's is high on the training data already, R's rises from train-dev to dev. S has P's gap, but "
        "a flat learning curve."
    )
