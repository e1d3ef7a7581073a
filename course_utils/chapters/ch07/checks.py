"""Checks of chapter 7, A fully connected network on CIFAR-10, and the patients of exercise 7.4."""

from functools import partial
from itertools import pairwise
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, as_words, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

Net = list[tuple[np.ndarray, np.ndarray]]
FAULTS = {"A": "mask", "B": "zeros", "C": "mean"}
WORDS = ("bias", "mask", "mean", "none", "scale", "zeros")


@prediction(
    "7.1",
    {
        "plain": "one order for all to cost nothing",
        "between": "one order for all to cost something, but less than an order for each",
        "own": "one order for all to cost as much as an order for each",
    },
)
def one_order(measured: Any) -> Finding:
    """Decide what one order for all images costs, from three validation accuracies."""
    plain, shared, own = (float(measured[name]) for name in ("plain", "one order for all", "an order for each"))
    numbers = (
        f"{100 * plain:.1f} % of the plain images are right, {100 * shared:.1f} % of those in one order and "
        f"{100 * own:.1f} % of those with an order each"
    )
    if plain - own < 0.06:
        return Finding(None, numbers, "even an order for each costs too little to tell the cases apart")
    place = (shared - own) / (plain - own)
    if place > 0.8:
        reason = "moving the inputs and the rows of the first matrix alike changes no sum; the text below explains it"
        return Finding("plain", numbers, "one order for all costs next to nothing", reason)
    if place < 0.2:
        return Finding("own", numbers, "one order for all costs as much as an order for each")
    return Finding("between", numbers, "one order for all costs part of what an order for each costs")


@exercise("7.2", kind="experiment")
def images_needed(answer: Any, rng: np.random.Generator) -> str:
    """Check how many images a share of 0.4 needs for a standard deviation of 0.005."""
    count, right = as_count(answer, "The number of images"), 9600
    if count != right:
        mistakes = [
            (16_000, "The numerator is p (1 - p), not p."),
            (40_000, "The numerator is p (1 - p), not 1."),
            (10_000, "This would be right for p = 0.5."),
            (2400, "These bring it to 0.01."),
            (48, "The standard deviation has a square root in it: square 0.005 before you divide by it."),
            (98, "Without the last square root it is right."),
            (4800, "The standard deviation falls with the *square root* of n: half of it needs four times as many."),
        ]
        refuse_mistakes(count, mistakes, rtol=0, atol=0.5)
        raise Hint(f"{count:,} images have the standard deviation {np.sqrt(0.24 / max(count, 1)):.5f}.")
    return (
        "2,000 images have 0.011, so two equally good networks may well be 0.02 apart; to halve what chance does takes "
        "four times as many images."
    )


@exercise("7.3", kind="code")
def image_gradient(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(net, x, labels)` that returns the derivatives of the mean cross-entropy by the inputs."""
    import tensorflow as tf

    for sizes in ([12, 9, 7, 4], [12, 8, 4]):
        net = [
            (rng.normal(size=(n, m)).astype("float32"), rng.normal(size=m).astype("float32"))
            for n, m in pairwise(sizes)
        ]
        x, labels = rng.normal(size=(6, 12)).astype("float32"), rng.integers(4, size=6)
        kept = [part.copy() for layer in net for part in layer], x.copy()
        inputs = tf.Variable(x)
        with tf.GradientTape() as tape:
            a = tf.convert_to_tensor(inputs)
            for W, b in net[:-1]:
                a = tf.nn.relu(a @ W + b)
            scores = a @ net[-1][0] + net[-1][1]
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores))
        right = tape.gradient(loss, inputs).numpy()
        given = as_array(call(answer, net, x, labels), x.shape, "The derivatives by the images")
        if not all(np.array_equal(a, b) for a, b in zip(kept[0], [p for layer in net for p in layer], strict=True)):
            raise Hint("Your function changes the network; it should only look at it.")
        if not np.array_equal(kept[1], x):
            raise Hint("Your function changes the images; return the derivatives in an array of their own.")
        if not np.allclose(given, right, rtol=1e-3, atol=1e-5):
            _refuse_image_gradient(given, right, net, x, labels)
    return "the derivatives by all inputs are those of TensorFlow's tape, with one hidden layer and with two."


def _refuse_image_gradient(given: np.ndarray, right: np.ndarray, net: Net, x: np.ndarray, labels: np.ndarray) -> None:
    unmasked = _loss_and_gradients(net, x, labels, fault="mask")[2]
    close = {"rtol": 1e-3, "atol": 1e-5}
    mistakes = [
        (len(x) * right, "These are the derivatives of the sum of the losses: C is their mean over the batch."),
        (-right, "The sign is wrong: these lead downhill."),
        (unmasked, "ReLU passes everything back here. It must stop what met a negative z."),
        (lambda value: not np.any(value), "All derivatives are 0: does the loss come in at all?"),
    ]
    refuse_mistakes(given, mistakes, **close)
    raise Hint(
        f"The first derivative is {given[0, 0]:.4f}; TensorFlow has {right[0, 0]:.4f}. Go back through the output "
        "layer, then through every hidden layer, down to the first."
    )


def patient(name: str) -> Any:
    """Return what exercise 7.4 examines.

    Args:
        name: A, B or C for a patient, or `batch` for its data.

    Returns:
        For a patient its network, a list of pairs of weights `(inputs, units)` and biases `(units,)`, float64, and a
        function `(net, x, labels)` that returns a loss and a list of pairs of gradients. For `batch` 50 rows of 12
        numbers and their labels from 0 to 3.

    Raises:
        ValueError: There is no such patient.
    """
    rng = np.random.default_rng(7)
    if name == "batch":
        x = rng.normal(size=(50, 12))
        return x, (x @ rng.normal(size=(12, 4))).argmax(axis=1)
    if name not in FAULTS:
        raise ValueError(f"there are the patients A, B and C, and batch; got {name!r}")
    scale = 0.0 if FAULTS[name] == "zeros" else 1.0
    sizes = [12, 10, 8, 4]
    net = [(scale * np.sqrt(2 / n) * rng.normal(size=(n, m)), np.zeros(m)) for n, m in pairwise(sizes)]
    return net, partial(_examined, fault=FAULTS[name])


def _examined(net: Net, x: np.ndarray, labels: np.ndarray, fault: str) -> tuple[float, list[list[np.ndarray]]]:
    return _loss_and_gradients(net, x, labels, fault)[:2]


def _loss_and_gradients(
    net: Net, x: np.ndarray, labels: np.ndarray, fault: str
) -> tuple[float, list[list[np.ndarray]], np.ndarray]:
    """Return the loss, the gradients and the derivatives by the inputs, with this fault in them."""
    activations = [x]
    for weights, biases in net[:-1]:
        activations.append(np.maximum(activations[-1] @ weights + biases, 0))
    scores = activations[-1] @ net[-1][0] + net[-1][1]
    log_p = scores - scores.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    delta = np.exp(log_p)
    delta[rows, labels] -= 1
    delta = delta if fault == "mean" else delta / len(labels)
    gradients: list[list[np.ndarray]] = []
    for layer in reversed(range(len(net))):
        gradients.insert(0, [activations[layer].T @ delta, delta.sum(axis=0)])
        delta = delta @ net[layer][0].T
        if layer and fault != "mask":
            delta = delta * (activations[layer] > 0)
    return -float(log_p[rows, labels].mean()), gradients, delta


@exercise("7.4", kind="experiment")
def diagnosis(answer: Any, rng: np.random.Generator) -> str:
    """Check which fault each of the three patients has."""
    words = as_words(answer, FAULTS, WORDS)
    look_again: dict[str, tuple[dict[str, str], str]] = {
        "A": (
            {
                "none": "A learns, and yet its gradient is not that of its loss: compare it with finite differences.",
                "mean": "Were A's gradients those of the sum, all of them would be too long by the same factor.",
                "bias": "In A gradients of weights differ from finite differences too. In which layers?",
            },
            "Compare A with finite differences part by part: which layer is right, and what lies between it and those "
            "that are wrong?",
        ),
        "B": (
            {
                "none": "B's gradient is right. But does its loss fall if you take a thousand steps?",
                "scale": "Weights that are too large show in the first loss. What is B's, beside ln 4?",
            },
            "B's gradient is right, so no formula is at fault. Look at its first loss, and at what the steps change.",
        ),
        "C": (
            {
                "none": "C learns, since Adam forgives it. Compare its gradient with finite differences.",
                "mask": "Were it the mask, C's output layer would be right. It differs as well.",
            },
            "C's gradient has the right direction. By which factor does its length differ from finite differences?",
        ),
    }
    for letter, right in FAULTS.items():
        if words[letter] != right:
            hints, otherwise = look_again[letter]
            raise Hint(hints.get(words[letter], otherwise))
    return (
        "A's output layer is right and all below it is wrong, C's gradients are 50 times too long, and B's are right "
        "but 0 for all weights: only its output biases move. A and C learn these examples all the same."
    )


@exercise("7.5", kind="code")
def most_alike(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(images, i)` that returns the input with the highest correlation with input `i`."""
    for _ in range(3):
        images, places = _inputs_that_mislead(rng)
        i = places["asked"]
        given = as_count(call(answer, images.copy(), i), "The number of the input", least=0)
        if given == places["partner"]:
            continue
        mistakes = [
            (i, "This is input i itself, which has correlation 1 with itself. Leave it out."),
            (places["loud"], "This input has the highest *covariance*, because it varies most. Divide by the spread."),
            (places["near"], "This input has the nearest values. A correlation does not care for a shift of the mean."),
            (places["mirror"], "This input falls when i rises: its correlation is near -1, not near 1."),
        ]
        refuse_mistakes(given, mistakes, rtol=0, atol=0.5)
        found = np.corrcoef(images[:, i], images[:, given])[0, 1] if given < images.shape[1] else np.nan
        raise Hint(
            f"There is an input with a higher correlation with input {i} than {given}, whose is {found:.2f}. "
            "Bytes cannot be negative: subtract the means in floating point."
        )
    return "in three sets of made-up images it finds the input that goes along best, whatever its mean and its range."


def _inputs_that_mislead(rng: np.random.Generator) -> tuple[np.ndarray, dict[str, int]]:
    """Return bytes `(400, 30)` and the places of the inputs that each right or wrong way of comparing finds."""
    common, other, third = rng.normal(size=(3, 400)).clip(-2, 2)
    columns = rng.uniform(0, 255, size=(400, 30))
    names = ("asked", "partner", "loud", "near", "mirror")
    places = dict(zip(names, rng.permutation(30)[: len(names)].tolist(), strict=True))
    columns[:, places["asked"]] = 128 + 20 * common + rng.normal(size=400)
    columns[:, places["partner"]] = 50 + 14 * common + rng.normal(size=400)
    columns[:, places["loud"]] = 128 + 40 * common + 40 * other.clip(-1, 1)
    columns[:, places["near"]] = 128 + 18 * common + 6 * third
    columns[:, places["mirror"]] = 128 - 20 * common
    return columns.clip(0, 255).astype(np.uint8), places
