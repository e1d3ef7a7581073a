"""Checks of chapter 1, The perceptron."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

# 42 is exact. With a hundred draws for each number of points, at most five apart, chance leads as far as these.
LOWEST_HALF, HIGHEST_HALF = 39, 45


@prediction(
    "1.1",
    {
        "settle": "the weights to settle",
        "grow": "the weights to grow",
        "wander": "the weights to wander without repeating themselves",
        "cycle": "the weights to cycle",
    },
)
def xor_weights(measured: Any) -> Finding:
    """Decide what the weights do on XOR from the weights after each update and the mistakes of each epoch."""
    path, mistakes = np.array(measured["weights"], dtype=float), list(measured["mistakes"])
    kinds = len(np.unique(path, axis=0))
    numbers = f"{len(path) - 1} updates in {len(mistakes)} epochs led to {kinds} different weight vectors"
    largest = f"no weight was ever larger than {np.abs(path).max():g}"
    if mistakes[-1] == 0:
        return Finding("settle", numbers, "the weights came to rest, for the last epoch passed without a mistake")
    half = len(path) // 2
    periods = range(2, half // 2)
    period = next((n for n in periods if np.array_equal(path[half:], path[half - n : -n])), None)
    if period:
        return Finding(
            "cycle",
            f"{numbers}, and in the end the same {period} came again and again; {largest}",
            "the weights cycle",
            "no line is right for all four rows, so there is a mistake in every epoch and the weights cannot rest. But "
            "they stay small (a theorem says that they always do). There are few small integers, so some weights come "
            "back at the same row, and from there everything repeats",
        )
    early, late = (np.abs(part).max() for part in np.array_split(path, 4)[1::2])
    if late > 1.5 * early:
        return Finding("grow", f"{numbers}; {largest}", "the weights grow")
    return Finding("wander", f"{numbers}; {largest}", "the weights wander without repeating themselves")


@exercise("1.2", kind="code")
def averaged_perceptron(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(X, d, epochs)` that returns the perceptron rule's weights averaged over all examples."""
    size = int(rng.integers(2, 10))
    # From zero only the first of these examples is a mistake (z = 0 fires); the weights are [-1, -size] ever after.
    X, d = np.array([[size], [size], [size + 1], [size + 2]]), np.zeros(4, dtype=int)
    average = as_array(call(answer, X, d, 1), (2,), "The average")
    if not np.allclose(average, [-1, -size]):
        right = np.array([-1, -size])
        mistakes = [
            (right[::-1], "The bias comes first: [b, w1, ..., wn]."),
            (4 * right, "You return the sum. Divide by the number of examples seen, rows times epochs."),
            (
                right * 4 / 5,
                "The zero weights of the start are in your average; only weights after an example belong to it.",
            ),
            (
                right * 3 / 4,
                "You add the weights up before the example is looked at. They belong in the average after it.",
            ),
            (0, "Your weights never move, but at z = 0 the neuron fires, and class 0 makes that a mistake."),
        ]
        refuse_mistakes(average, mistakes)
        raise Hint(
            f"For four examples of class 0 with x = {X[:, 0]} the average should be [-1, {-size}]; got {average}."
        )
    X, d = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
    after_two = as_array(call(answer, X, d, 2), (3,), "The average")
    mistakes = [
        ((-1, 2, 1), "These are the last weights, not an average."),
        ((-1 / 2, 3 / 2, 1), "You average over the ends of the epochs. Every example counts, also those between."),
        ((-1, 1, 3 / 5), "You average over the updates only. An example that changes nothing counts too."),
        ((-3 / 4, 1 / 4, 1 / 4), "This is the average of the first epoch; two were asked for."),
    ]
    refuse_mistakes(after_two, mistakes)
    if not np.allclose(8 * after_two, [-9, 6, 3]):
        raise Hint(f"After two epochs of AND the average should be [-9, 6, 3] / 8; yours times 8 is {8 * after_two}.")
    # A mistake-free epoch pulls the average towards the last weights: 100 epochs of AND end at [-3, 2, 1].
    if not np.allclose(call(answer, X, d, 100), [-3, 2, 1], atol=0.15):
        raise Hint("Do not stop at the first epoch without a mistake: the weights that survive should count more.")
    return "averaged over every example, also those that change nothing."


@exercise("1.3", kind="code")
def parity(answer: Any, rng: np.random.Generator) -> str:
    """Check a pair `(W_hidden, W_output)`: a network of step neurons for the parity of three binary inputs."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Hint("The answer should be a pair: parity = (W_hidden, W_output).")
    shape = shape_of(answer[0])
    if not shape:
        raise Hint("W_hidden should be an array of shape (4, k).")
    units = shape[-1]
    if len(shape) == 2 and shape[0] != 4 and shape[1] == 4:
        raise Hint(f"W_hidden has shape {shape}: it is transposed. One column for each hidden neuron.")
    if len(shape) == 2 and shape[0] == 3:
        raise Hint("W_hidden has three rows: the row of the biases is missing. It comes first.")
    W_hidden = as_array(answer[0], (4, units), "W_hidden")
    if shape_of(answer[1]) == (units,):
        raise Hint(f"W_output has {units} numbers for {units} hidden neurons: its bias is missing. It comes first.")
    W_output = as_array(answer[1], (units + 1,), "W_output")
    X = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    ones = np.ones((8, 1))
    hidden = np.hstack([ones, X]) @ W_hidden >= 0
    given = (np.hstack([ones, hidden]) @ W_output >= 0).astype(int)
    desired = X.sum(axis=1) % 2
    if np.array_equal(given, 1 - desired):
        raise Hint("Your network answers 1 where the number of ones is even. Swap the signs of W_output.")
    if given.min() == given.max():
        raise Hint(f"Your network answers {given[0]} to everything.")
    counts = {count: set(given[X.sum(axis=1) == count]) for count in range(4)}
    if counts == {0: {0}, 1: {1}, 2: {0}, 3: {0}}:
        raise Hint("Your network answers 1 for *exactly one*. Three ones are an odd number as well.")
    wrong = X[given != desired]
    if len(wrong):
        rows = ", ".join("".join(map(str, row)) for row in wrong)
        raise Hint(
            f"{8 - len(wrong)} of 8 rows are right; wrong: {rows}. Look at what the hidden neurons answer there."
        )
    return f"all 8 rows are right, with {units} hidden neurons."


@exercise("1.4", kind="experiment")
def half(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of random points in 20 dimensions at which half of all random classes are separable."""
    count = as_count(answer, "The number of points")
    if count <= 21:
        raise Hint(f"{count} points in 20 dimensions are separable whatever their classes are. Take more.")
    if count < LOWEST_HALF:
        raise Hint(f"With {count} points clearly more than half of the draws are separable. Take more.")
    if count > HIGHEST_HALF:
        raise Hint(f"With {count} points clearly fewer than half of the draws are separable. Take fewer.")
    return (
        f"about {count}. The exact answer is 42, two points for each of the 21 weights, the bias being one (Cover, "
        "1965). Well below it even coin tosses are separable, so there it says nothing about the data."
    )
