"""Checks of chapter 6, Classification and cost, and the suspects of exercise 6.4."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_words, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

Cost = Callable[[np.ndarray, np.ndarray], float]


@prediction(
    "6.1",
    {
        "far": "squared error to stay far behind",
        "close": "squared error to come close",
        "ahead": "squared error to be ahead",
    },
)
def other_prejudice(measured: Any) -> Finding:
    """Decide how far squared error is behind, from both costs' best accuracies, one for each start."""
    cross, squared = (float(np.mean(measured[cost])) for cost in ("cross-entropy", "squared error"))
    numbers = f"the best accuracies are {squared:.3f} with squared error and {cross:.3f} with cross-entropy"
    if not max(cross, squared) > 0.2:
        return Finding(None, numbers, "neither of them learned, and there is nothing to compare")
    if cross - squared > 0.1:
        return Finding("far", numbers, "squared error stays far behind")
    if squared - cross > 0.03:
        return Finding("ahead", numbers, "squared error is ahead")
    if cross - squared > 0.03:
        return Finding(None, numbers, "squared error is behind, and not far")
    reason = "nothing drags the true output further down, and a rate of its own makes up for the factor a(1 - a)"
    return Finding("close", numbers, "squared error comes close", reason)


@exercise("6.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the bits that the code 111, 110, 10, 0 wastes, and the share of the gradient left by squared error."""
    wasted, left = as_array(answer, (2,), "The pair of numbers")
    p, lengths = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([3, 3, 2, 1])
    paid, entropy = float(p @ lengths), float(-(p @ np.log2(p)))
    right = paid - entropy
    if not np.isclose(wasted, right, atol=1e-4):
        q = 2.0**-lengths
        mistakes = [
            (paid, "This is the length of the wrong code. How many bits would the best one take?"),
            (entropy, "This is the entropy, the length of the best code. What does the wrong one take beyond it?"),
            (-right, "The sign: the wrong code is the longer one."),
            (float(q @ np.log2(q / p)), "Weigh with the letters' own probabilities, not with those of the code."),
            (right * np.log(2), "These are nats: the question is about bits, with the logarithm to base 2."),
            (float(np.mean(lengths)) - entropy, "A mean over letters of a text: frequent ones count more often."),
        ]
        refuse_mistakes(wasted, mistakes, atol=1e-3)
        raise Hint(f"It is not {wasted:g}. Weigh the length of each word with the probability of its letter.")
    sure = 0.01
    kept = 2 * sure * (1 - sure)
    if not np.isclose(left, kept, rtol=5e-3):
        mistakes = [
            (2 * sure, "Nearly: give three digits, and mind the factor 1 - p."),
            (kept / 2, "Both classes are in the sum: the other one is wrong by as much, and adds the same again."),
            (-kept, "The sign: both derivatives are negative, so their quotient is not."),
            (kept * (1 - sure), "That is the derivative itself. Divide it by that of cross-entropy, p - 1."),
            (-kept * (1 - sure), "That is the derivative itself. Divide it by that of cross-entropy, p - 1."),
            (2 * kept, "Mind the one half in front of the sum."),
            (1 / kept, "The other way round: squared error's derivative by that of cross-entropy."),
        ]
        refuse_mistakes(left, mistakes, rtol=5e-3, atol=0)
        raise Hint(f"The second number is not {left:g}. The cost is (1 - p)²; use the chain rule.")
    return (
        f"the code takes {paid:g} bits where {entropy:g} would do; and behind a softmax squared error keeps 2p(1 - p) "
        "of the gradient, which vanishes where the network is wrong and sure."
    )


@exercise("6.3", kind="code")
def cross_entropy(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(Z, Y)` that returns the mean loss and its derivative by the scores, against Keras."""
    one_hot, soft = np.eye(5)[rng.integers(0, 5, 8)], rng.dirichlet(np.ones(5), 8)
    for kind, scale, Y in (
        ("scores near 1 and one-hot targets", 1.0, one_hot),
        ("scores near 1 and soft targets", 1.0, soft),
        ("scores near 1,000 and one-hot targets", 1000.0, one_hot),
        ("scores near 1,000 and soft targets", 1000.0, soft),
    ):
        _compare_with_keras(answer, scale * rng.standard_normal(Y.shape), Y, kind)
    return "loss and derivative are those of Keras, with soft targets and with scores of 1,000 too."


def _compare_with_keras(answer: Any, Z: np.ndarray, Y: np.ndarray, kind: str) -> None:
    import keras

    kept = Z.copy()
    with np.errstate(all="ignore"):
        given = call(answer, Z, Y)
    if not np.array_equal(Z, kept):
        raise Hint("Your function changes the scores that it is given: Z -= ... does that, Z = Z - ... does not.")
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise Hint("Return two things, the mean loss and its derivative: return loss, derivative.")
    if isinstance(given[0], float | np.floating) and not np.isfinite(given[0]):
        raise Hint(
            f"With {kind} your loss is {given[0]}. Is a large score subtracted before exp, and is the logarithm "
            "taken of a sum that cannot be 0?"
        )
    loss = float(as_array(given[0], (), "The mean loss"))
    derivative = as_array(given[1], Z.shape, "The derivative")
    wanted = float(np.mean(keras.losses.categorical_crossentropy(Y, Z, from_logits=True)))
    log_p = _log_softmax(Z)
    error = np.exp(log_p) - Y
    of_largest = float(np.mean(-log_p[np.arange(len(Z)), Y.argmax(axis=1)]))
    ending = f"(With {kind} yours is {loss:.4g}, Keras' {wanted:.4g}.)"
    if not np.isclose(loss, wanted, rtol=1e-4):
        mistakes = [
            (len(Z) * wanted, "Return the mean over the rows, not their sum."),
            (wanted / Z.shape[1], "Divide by the number of rows alone, not by that of the classes too."),
            (wanted / np.log(2), "Use the natural logarithm."),
            (-wanted, "The sign: a loss of this kind is never negative."),
            (of_largest, "Targets may be soft: weigh every class with Y."),
            (float(-np.sum(log_p) / len(Z)), "The targets are missing: they weigh the logarithms."),
        ]
        refuse_mistakes(loss, mistakes, rtol=1e-4, ending=ending)
        clipped = "A lower bound on the probabilities changes the loss. " if loss < wanted and "1,000" in kind else ""
        raise Hint(f"{clipped}The loss is minus the sum of Y times ln softmax, averaged over the rows. {ending}")
    if not np.allclose(derivative, error / len(Z), atol=1e-6):
        mistakes = [
            (error, "The loss is a mean over the rows; so is its derivative: divide by their number."),
            (-error / len(Z), "The sign: the score of a class that is too probable must go down."),
            (error / Z.size, "Divide by the number of rows alone."),
        ]
        refuse_mistakes(derivative, mistakes, atol=1e-6, ending=f"(With {kind}.)")
        raise Hint(f"The derivative by the scores is not right yet: see the formula of section 3. (With {kind}.)")


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


FAULTS = {"A": "softmax twice", "B": "bits", "C": "healthy", "D": "overflow"}
WORDS = (*FAULTS.values(), "labels dropped")


def suspects() -> dict[str, Cost]:
    """Return the four costs of exercise 6.4: functions of scores and one-hot targets, `(n, 10)`, to the mean loss."""

    def mean(targets: np.ndarray, logs: np.ndarray) -> float:
        return float(-(targets * logs).sum(axis=1).mean())

    def unshifted(scores: np.ndarray, targets: np.ndarray) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            return mean(targets, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))

    return {
        "A": lambda scores, targets: mean(targets, _log_softmax(np.exp(_log_softmax(scores)))),
        "B": lambda scores, targets: mean(targets, _log_softmax(scores)) / np.log(2),
        "C": lambda scores, targets: mean(targets, _log_softmax(scores)),
        "D": unshifted,
    }


@exercise("6.4", kind="experiment")
def diagnosis(answer: Any, rng: np.random.Generator) -> str:
    """Check what ails each of the four costs; a wrong word is answered with a probe that refutes it."""
    for name, word in as_words(answer, FAULTS, WORDS).items():
        if word != FAULTS[name]:
            raise Hint(f"{name} is not {word!r}. {_refutation(name)}")
    return (
        "ten equal scores give ln 10 or, in bits, log2 of 10; a right score far above the others gives 0, or the 1.461 "
        "of a softmax of probabilities; and scores of 2,000 show who does not subtract the largest."
    )


def _refutation(name: str) -> str:
    one, cost = np.eye(10)[:1], suspects()[name]
    equal, sure, huge = (cost(scores, one) for scores in (np.zeros((1, 10)), 50 * one, 2000 * one))
    if name == "B":
        return f"Ten equal scores should cost {np.log(10):.3f}; {name} says {equal:.3f}. By which factor is it off?"
    if name == "A":
        return f"Give {name} a true score that leads by 50: it still says {sure:.3f}, where the loss should be 0."
    if name == "D":
        return f"Make the scores larger and larger: at 2,000 {name} says {huge}."
    known = f"{equal:.3f} for ten equal scores, {sure + 0:.3f} for a lead of 50, {huge + 0:.3f} for a lead of 2,000"
    return f"It says {known}. What is wrong with that?"


@exercise("6.5", kind="experiment")
def rate_for_ten(answer: Any, rng: np.random.Generator) -> str:
    """Check the rate at which the hinge with margin 10 repeats what it does with margin 1 at a rate of 0.03."""
    rate = float(as_array(answer, (), "The learning rate"))
    if rate <= 0:
        raise Hint(f"A learning rate is positive; got {rate:g}.")
    x = rng.standard_normal((300, 20))
    truth = np.argmax(x @ rng.standard_normal((20, 5)) + rng.standard_normal((300, 5)), axis=1)
    answers = [np.argmax(x @ _hinge_weights(x, truth, *setting), axis=1) for setting in ((1, 0.03), (10, rate))]
    alike = float(np.mean(answers[0] == answers[1]))
    if not np.isclose(rate, 0.3, rtol=1e-3):
        ending = f"On 300 points of ours {alike:.0%} are answered alike."
        mistakes = [
            (0.03, "The same rate moves the scores as far as before, but the margin is ten times as wide."),
            (0.003, "That is the wrong direction: scores must become larger to keep a wider margin."),
            (3.0, "A hundred times the rate is too much: which factor do the scores need?"),
        ]
        refuse_mistakes(rate, mistakes, rtol=1e-3, atol=0, ending=ending)
        raise Hint(f"At {rate:g} they do not agree everywhere. By which factor must all scores grow? {ending}")
    return (
        f"{alike:.0%} of 300 other points are answered alike too. Ten times the scores meet a margin ten times as wide "
        "with the same pulls, so without a penalty on the weights only the rate divided by the margin counts."
    )


def _hinge_weights(x: np.ndarray, truth: np.ndarray, margin: float, rate: float) -> np.ndarray:
    W, rows = np.zeros((x.shape[1], int(truth.max()) + 1)), np.arange(len(x))
    for _ in range(60):
        Z = x @ W
        pull = (Z - Z[rows, truth][:, None] + margin > 0).astype(float)
        pull[rows, truth] -= pull.sum(axis=1)
        W = W - rate * x.T @ pull / len(x)
    return W
