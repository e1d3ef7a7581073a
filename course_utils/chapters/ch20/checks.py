"""Checks of chapter 20, The loss-curve clinic."""

from typing import Any

from course_utils.chapters.ch20.clinic import NUMBERS
from course_utils.checks.exercises import Hint, as_squeezed, as_words, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

CLEARLY = 0.05  # of accuracy
WARD_A = {
    "A1": "rate too low",
    "A2": "all weights zero",
    "A3": "rate too high",
    "A4": "gradients not applied",
    "A5": "weights too small",
    "A6": "pixels not scaled",
    "A7": "sign error",
}
WARD_B = {
    "B1": "sorted by label",
    "B2": "first layer frozen",
    "B3": "squared error",
    "B4": "softmax twice",
    "B5": "labels shuffled",
}
DECOYS_A = ("first layer frozen", "labels shuffled")
DECOYS_B = ("labels shifted by one", "rate too low", "weights too small")
LOOK_AT = {
    "A1": "compare ratio W1 with the healthy one, and ask whether the training accuracy rises.",
    "A2": "what is the gradient norm of the first step, and how many units are silent before any step could kill them?",
    "A3": "look at the first losses: where does it start, and what happens next?",
    "A4": "compare the gradient norm with ratio W1. Which of them is as in a healthy training?",
    "A5": "does it reach the others in the end? Compare the first gradient norms.",
    "A6": "look at the very first loss, before any step was taken. What should a network pay that knows nothing?",
    "A7": "look at the first losses. Does it jump up and down, or climb?",
    "B1": "look at the loss without averaging, over more than one pass.",
    "B2": "compare ratio W1 with ratio W2.",
    "B3": "look at the first loss. What should a network pay that knows nothing?",
    "B4": "compare the training accuracy with the loss: does a network that is right so often have to pay so much?",
    "B5": "look at the training accuracy, and at the images with their labels.",
}


def _require_diagnoses(answer: Any, truth: dict[str, str], decoys: tuple[str, ...]) -> None:
    given = as_words(answer, truth, sorted({*truth.values(), *decoys}))
    wrong = [case for case in truth if given[case] != truth[case]]
    if wrong:
        right = len(truth) - len(wrong)
        raise Hint(f"{right} of {len(truth)} are right. {wrong[0]} is not {given[wrong[0]]!r}: {LOOK_AT[wrong[0]]}")


@exercise("20.1", kind="experiment")
def ward_a(answer: Any, rng: np.random.Generator) -> str:
    """Check the diagnoses of the patients whose loss does not fall as it should."""
    _require_diagnoses(answer, WARD_A, DECOYS_A)
    return "all seven. Now look at the instruments of your choice beside those of the next figure."


@exercise("20.2", kind="experiment")
def ward_b(answer: Any, rng: np.random.Generator) -> str:
    """Check the diagnoses of the patients whose loss falls and should fall further."""
    _require_diagnoses(answer, WARD_B, DECOYS_B)
    return "all five. To train longer helps several of them, and it is no diagnosis."


@prediction(
    "20.3",
    {
        "none": "none of the five networks to be clearly worse on fresh images",
        "one": "one of the five networks to be clearly worse on fresh images",
        "some": "two to four of the five networks to be clearly worse on fresh images",
        "all": "all five networks to be clearly worse on fresh images",
    },
)
def ill_networks(measured: Any) -> Finding:
    """Count the networks that are clearly worse than the healthy one, from accuracies on fresh images by name."""
    healthy = float(measured["healthy"])
    behind = {name: healthy - float(measured[name]) for name in ("C1", "C2", "C3", "C4", "C5")}
    unknown = [name for name, gap in behind.items() if not np.isfinite(gap)]
    if unknown:
        return Finding(None, f"{', '.join(unknown)} has no accuracy", "there is nothing to compare")
    ill = [name for name, gap in behind.items() if gap > CLEARLY]
    numbers = f"the healthy network is right on {healthy:.3f} of the fresh images and " + ", ".join(
        f"{name} on {healthy - gap:.3f}" for name, gap in behind.items()
    )
    option = {0: "none", 1: "one", 5: "all"}.get(len(ill), "some")
    said = (
        f"{', '.join(ill)} {'is' if len(ill) == 1 else 'are'} clearly worse" if ill else "no network is clearly worse"
    )
    return Finding(option, numbers, said)


@exercise("20.4", kind="code")
def finding(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(a, b)` that returns the difference of two means of runs and its standard error."""
    for n, m in ((6, 6), (5, 9), (30, 4)):
        a, b = rng.normal(0.91, 0.003, n), rng.normal(0.914, 0.006, m)
        got = as_squeezed(call(answer, a.copy(), b.copy()), (2,), "The difference with its standard error")
        gap, spreads, counts = b.mean() - a.mean(), np.array([a.std(ddof=1), b.std(ddof=1)]), np.array([n, m])
        if not np.isclose(got[0], gap, rtol=1e-3, atol=1e-9):
            mistakes = [
                (-gap, "It should be the mean of `b` less that of `a`, so that it is positive where `b` is better."),
                (abs(gap), "Keep the sign of the difference: it says which of the two is better."),
                (b.max() - a.max(), "This compares the best runs. The more runs one has, the better the best is."),
                (np.median(b) - np.median(a), "This is the difference of the medians."),
            ]
            refuse_mistakes(got[0], mistakes, rtol=1e-3, atol=1e-9)
            raise Hint(f"For {n} and {m} runs the difference of the means is {gap:.5f}; yours is {got[0]:.5f}.")
        variances = spreads**2 / counts
        right = np.sqrt(variances.sum())
        if not np.isclose(got[1], right, rtol=1e-3):
            without = spreads * np.sqrt((counts - 1) / counts)
            mistakes = [
                (np.sqrt(np.sum(spreads**2)), "This is the spread of the difference of two *single* runs."),
                (variances.sum(), "This is the variance; its root is the standard error."),
                (np.sqrt(variances).sum(), "Variances of independent means add up, and standard errors do not."),
                (np.sqrt(np.sum(without**2 / counts)), "Divide the squared deviations by n - 1: use `ddof=1`."),
                (np.sqrt(np.sum(spreads**2) / (n + m)), "Each variance is divided by the number of its own runs."),
            ]
            refuse_mistakes(got[1], mistakes, rtol=1e-3, atol=0, ending="The difference is right.")
            raise Hint(
                f"The difference is right. For {n} and {m} runs its error is {right:.5f}; yours is {got[1]:.5f}."
            )
    return (
        "a difference below twice its standard error could well be chance; far above, it is a finding if the runs are "
        "independent."
    )


FAULTS = (
    "healthy",
    "gradients not applied",
    "rate too low",
    "pixels not scaled",
    "labels shuffled",
    "labels shifted by one",
    "too few training images",
)
# Trainings of the notebook's own code with the seeds 11 and 12; test_seeds.py runs them again.
ADMISSIONS: list[tuple[str, tuple[float, ...]]] = [
    ("healthy", (2.46, 0.235, 0.00575, 0.936, 0.903)),
    ("gradients not applied", (2.46, 2.41, 0, 0.104, 0.0905)),
    ("rate too low", (2.46, 1.93, 0.000123, 0.464, 0.439)),
    ("pixels not scaled", (183, 2.3, 0, 0.106, 0.105)),
    ("labels shuffled", (2.41, 2.23, 0.00603, 0.204, 0.098)),
    ("labels shifted by one", (2.37, 0.232, 0.0057, 0.938, 0.0095)),
    ("too few training images", (2.4, 0.0139, 0.000692, 1, 0.785)),
    ("healthy", (2.41, 0.24, 0.00589, 0.944, 0.92)),
    ("gradients not applied", (2.41, 2.43, 0, 0.062, 0.0765)),
    ("rate too low", (2.41, 1.9, 0.000126, 0.488, 0.491)),
    ("pixels not scaled", (165, 2.3, 0, 0.106, 0.114)),
    ("labels shuffled", (2.35, 2.23, 0.00606, 0.198, 0.101)),
    ("labels shifted by one", (2.31, 0.24, 0.00583, 0.938, 0.0055)),
    ("too few training images", (2.43, 0.0148, 0.000757, 1, 0.799)),
]
WHY = {
    "healthy": "Nothing is far from what you have seen of a healthy training.",
    "gradients not applied": "Weights that never move have one number that says so exactly.",
    "rate too low": "It learns, and its steps are small. What is its last loss?",
    "pixels not scaled": "What should a network pay before the first step?",
    "labels shuffled": "Its steps are of a healthy size, and still it is hardly right on its own training images.",
    "labels shifted by one": "Worse than guessing: what does that prove?",
    "too few training images": "Compare what it knows of its training images with what it knows of others.",
}


@exercise("20.5", kind="code")
def physician(answer: Any, rng: np.random.Generator) -> str:
    """Check a function that diagnoses a training from five numbers, on trainings with other seeds."""
    right = 0
    wrong: list[tuple[str, str, dict[str, float]]] = []
    for place in rng.permutation(len(ADMISSIONS)):
        truth, values = ADMISSIONS[place]
        sheet = dict(zip(NUMBERS, values, strict=True))
        word = call(answer, dict(sheet))
        if not isinstance(word, str) or word.strip().lower() not in FAULTS:
            raise Hint(f"Return one of the seven words; for one patient your function returns {word!r}.")
        if word.strip().lower() == truth:
            right += 1
        else:
            wrong.append((truth, word, sheet))
    if wrong:
        truth, word, sheet = min(wrong, key=lambda case: FAULTS.index(case[0]))
        numbers = ", ".join(f"{name} {value:.3g}" for name, value in sheet.items())
        raise Hint(f"{right} of {len(ADMISSIONS)} are right. You call this one {word!r}: {numbers}. {WHY[truth]}")
    return f"all {right} patients, none of which you had seen."
