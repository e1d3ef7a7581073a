"""Checks of chapter 15, Weight initialization, and the patients of exercise 15.4."""

from itertools import pairwise
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

INPUTS, WIDTH, DEPTH, CLASSES = 784, 100, 10, 10  # of the patients


@prediction(
    "15.1",
    {
        "small": "the smallest weights to learn fastest",
        "middle": "the middle scale to learn fastest",
        "large": "the largest weights to learn fastest",
        "same": "no difference between the scales",
    },
)
def fastest_scale(measured: Any) -> Finding:
    """Decide which scale of weights behind a normalization has the lowest loss, from losses by scale."""
    small, middle, large = (float(measured[scale]) for scale in sorted(measured))
    numbers = (
        f"the losses at the end, from the smallest to the largest weights, are {small:.2f}, {middle:.2f}, {large:.2f}"
    )
    losses = {"small": small, "middle": middle, "large": large}
    if not all(np.isfinite(loss) for loss in losses.values()):
        return Finding(None, numbers, "one of them overflowed, and there is nothing to compare")
    if max(losses.values()) < 1.1 * min(losses.values()):
        return Finding("same", numbers, "the scale makes hardly a difference")
    best = min(losses, key=losses.__getitem__)
    reason = ""
    if small < middle < large:
        reason = "the same step turns small weights further than large ones; the text below makes that exact"
    which = {"small": "smallest weights learn", "middle": "middle scale learns", "large": "largest weights learn"}
    return Finding(best, numbers, f"the {which[best]} fastest", reason)


@exercise("15.2", kind="experiment")
def sd_for_leaky(answer: Any, rng: np.random.Generator) -> str:
    """Check the standard deviation that keeps the mean square in a layer of 256 inputs and leaky ReLUs of slope 1/2."""
    value = float(as_array(answer, (), "The standard deviation"))
    right = np.sqrt(1 / (0.625 * 256))
    mistakes = [
        (right**2, "This is the variance; the standard deviation is its root."),
        (np.sqrt(2 / 256), "This is He's, for a ReLU that does not leak. What do the negative z add?"),
        (np.sqrt(1 / 256), "This keeps the mean square of z itself, before the leaky ReLU."),
        (np.sqrt(1 / (0.75 * 256)), "The negative half is multiplied by 1/2. What happens to its square?"),
        (np.sqrt(0.625 / 256), "Weights must make up for what is lost: divide by the share that is kept."),
        (1 / (0.625 * 256) ** 2, "The variance is 1 / (share kept · n); the standard deviation is its root."),
    ]
    if not np.isclose(value, right, rtol=0.02):
        refuse_mistakes(value, mistakes, rtol=0.02, atol=0)
        raise Hint(f"It is not {value:.3g}. Which share of the mean square of 2, 0, 0, -2 does the leaky ReLU keep?")
    return (
        f"a half whole and a quarter of the other make 5/8, so the variance is 8/(5 · 256), and its root {right:.4f}."
    )


@exercise("15.3", kind="code")
def variance_scaling(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(rng, fan_in, fan_out, scale, mode, distribution)` against `keras.initializers`."""
    shape = fan_in, fan_out = 900, 300
    for scale, mode, distribution in (
        (2.0, "fan_in", "normal"),
        (1.0, "fan_in", "uniform"),
        (1.0, "fan_avg", "uniform"),
        (1.0, "fan_out", "normal"),
        (2.0, "fan_out", "uniform"),
    ):
        settings = f'scale={scale:g}, "{mode}", "{distribution}"'
        first, again, other = (
            as_array(
                call(answer, np.random.default_rng(seed), fan_in, fan_out, scale, mode, distribution),
                shape,
                "The weights",
            )
            for seed in (1, 1, 2)
        )
        if not np.array_equal(first, again) or np.array_equal(first, other):
            raise Hint("Draw from the `rng` that you are given: the same generator, the same weights; another, others.")
        _compare_with_keras(first, shape, scale, mode, distribution, settings)
    return "in every mode and distribution tried the standard deviation and the largest weight are those of Keras."


def _compare_with_keras(
    weights: np.ndarray, shape: tuple[int, int], scale: float, mode: str, distribution: str, settings: str
) -> None:
    import keras

    name = "untruncated_normal" if distribution == "normal" else distribution
    initializer = keras.initializers.VarianceScaling(scale, mode, name, seed=0)
    expected = keras.ops.convert_to_numpy(initializer(shape))
    fans = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": sum(shape) / 2}
    sd, wanted = weights.std(), expected.std()
    if abs(weights.mean()) > 0.1 * sd:
        raise Hint(f"With {settings} the mean of your weights is {weights.mean():.3f}; it should be 0.")
    mistakes = [
        (wanted / np.sqrt(3), "You took the standard deviation for the limit a: a²/3 should be the variance."),
        (wanted**2, "The formula is for the variance. Which root of it do you multiply by?"),
        (wanted / np.sqrt(scale) * scale, "`scale` multiplies the variance, so its root multiplies the weights."),
        (np.sqrt(scale / sum(shape)), "The mean of the two is half of their sum."),
        *(
            (np.sqrt(scale / other), f"That is the variance for {wrong!r}: the shape is (fan_in, fan_out).")
            for wrong, other in fans.items()
            if wrong != mode
        ),
    ]
    ending = f"(With {settings} yours has a standard deviation of {sd:.4f}, Keras' {wanted:.4f}.)"
    if abs(sd / wanted - 1) > 0.02:
        refuse_mistakes(sd, mistakes, rtol=0.02, atol=0, ending=ending)
        raise Hint(f"The variance should be scale / n. {ending}")
    largest = np.abs(weights).max() / sd  # √3 for a uniform distribution, above 4 for so many normal numbers
    if (largest < 1.8) != (distribution == "uniform"):
        raise Hint(f"With {settings} mean and variance are right, but the distribution is not {distribution}.")


def sick_weights(name: str) -> list[np.ndarray]:
    """Return the starting weights of a patient of exercise 15.4: He's, but for one layer.

    Args:
        name: A, whose ill layer has far too small weights, or B, in whose ill layer all units are equal.

    Returns:
        Kernels of shape (inputs, units) and biases in turn, as Keras keeps them: ten hidden layers of 100, then ten
        outputs.

    Raises:
        ValueError: There is no such patient.
    """
    if name not in ("A", "B"):
        raise ValueError(f"there are the patients A and B; got {name!r}")
    rng = np.random.default_rng([15, ord(name)])
    sizes = [INPUTS, *[WIDTH] * DEPTH, CLASSES]
    kernels = [_healthy(rng, *pair) for pair in pairwise(sizes)]
    ill = int(rng.integers(3, DEPTH - 1))  # counted from 0: not among the first, and with layers above it
    if name == "A":
        kernels[ill] = kernels[ill] * 0.01
    else:
        # lifted a little, so that the unit is not silent for every image
        kernels[ill] = np.repeat(kernels[ill][:, :1] + 0.05, WIDTH, axis=1)
    return [part for kernel in kernels for part in (kernel, np.zeros(kernel.shape[1]))]


def _healthy(rng: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    return np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


@exercise("15.4", kind="experiment")
def diagnosis(answer: Any, rng: np.random.Generator) -> str:
    """Check the numbers of the patients' ill layers: a patient is cured if new weights there make it well."""
    if not isinstance(answer, dict) or set(answer) != {"A", "B"}:
        raise Hint('Store a layer for each of the two, such as {"A": 1, "B": 1}.')
    for name in ("A", "B"):
        layer = as_count(answer[name], f"The layer of {name}")
        if layer > DEPTH:
            raise Hint(f"{name} has {DEPTH} hidden layers; got {layer}.")
        _treat(name, layer, rng)
    return (
        f"new weights in layer {answer['A']} give A its signal back, and in layer {answer['B']} they give B units that "
        "differ. A's ill layer gets a healthy input and an error signal that has not yet passed its weights, so its "
        "gradient is large, while in all other layers one of the two factors is a hundred times too small. B's equal "
        "units have different outgoing weights, as in section 1, and will move apart; but until then all that passes "
        "them is one number for each image."
    )


def _treat(name: str, layer: int, rng: np.random.Generator) -> None:
    kernels = sick_weights(name)[::2]
    kernels[layer - 1] = _healthy(rng, *kernels[layer - 1].shape)
    activations = [rng.random((200, INPUTS))]
    for kernel in kernels[:-1]:
        activations.append(np.maximum(0, activations[-1] @ kernel))
    before, last = activations[layer - 1], activations[-1]
    with_new = f"With new weights in layer {layer} of {name}"
    if name == "A" and (kept := np.sqrt(np.mean(last**2) / np.mean(activations[0] ** 2))) < 0.1:
        where = "above" if np.mean(before**2) > 0.01 * np.mean(activations[0] ** 2) else "below"
        raise Hint(
            f"{with_new} the last hidden layer still has only {kept:.4f} of the inputs' rms: the ill layer is {where}. "
            "It is the first whose *outputs* are too small."
        )
    if name == "B" and (different := int(np.linalg.matrix_rank(last, tol=1e-6 * np.linalg.norm(last)))) < 5:
        already = int(np.linalg.matrix_rank(before, tol=1e-6 * np.linalg.norm(before))) < 5
        raise Hint(
            f"{with_new} all images still give the same pattern in the last hidden layer, in {different} strength: the "
            f"ill layer is {'below' if already else 'above'}. Which layer is the first whose units are all equal?"
        )


@exercise("15.5", kind="code")
def calibrate(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(model, x)` that gives the weighted sums of every `Dense` layer an rms of 1."""
    import keras

    x = rng.random((400, 60)).astype("float32")
    for sd in (0.02, 0.05, 1.0):
        model = keras.Sequential([keras.Input((60,))])
        for _ in range(4):
            model.add(keras.layers.Dense(50, activation="relu"))
        model.add(keras.layers.Dense(10))
        draws = [sd * rng.standard_normal(layer.kernel.shape) for layer in model.layers]
        for layer, kernel in zip(model.layers, draws, strict=True):
            layer.kernel.assign(kernel)
        given = call(answer, model, x)
        if not isinstance(given, keras.Model):
            raise Hint(f"Return the model; your function returns {type(given).__name__}.")
        _judge_calibration(given, draws, x, sd)
    return "whatever the scale of the start, the weighted sums of every layer have an rms of 1 afterwards."


def _judge_calibration(model: Any, draws: list[np.ndarray], x: np.ndarray, sd: float) -> None:
    sizes, a = [], x
    for number, (layer, drawn) in enumerate(zip(model.layers, draws, strict=True), 1):
        kernel = np.asarray(layer.kernel)
        if abs(np.corrcoef(kernel.ravel(), drawn.ravel())[0, 1] - 1) > 1e-4:
            raise Hint(f"Layer {number} has other weights than before: multiply its kernel by one number.")
        z = a @ kernel
        sizes.append(float(np.sqrt(np.mean(z**2))))
        a = z if layer is model.layers[-1] else np.maximum(0, z)
    if np.allclose(sizes, 1, atol=0.05):
        return
    first = float(np.sqrt(np.mean((x @ draws[0]) ** 2)))
    measured = ", ".join(f"{size:.3g}" for size in sizes)
    ending = f"From a start of {sd:g} the rms of the weighted sums by layer is {measured}."
    mistakes = [
        (lambda _: np.allclose(sizes[0], first), "The first layer has not changed: use `layer.kernel.assign(...)`."),
        (lambda _: np.isclose(sizes[0], 1 / first, rtol=0.02), "Divide by the rms, the root of the mean square."),
        (
            lambda _: np.allclose(sizes[:-1], np.sqrt(2), rtol=0.3) and sizes[0] > 1.2,
            "You measured behind the ReLU. The weighted sums z are to have an rms of 1.",
        ),
        (
            lambda _: np.isclose(sizes[0], 1, atol=0.05),
            "Layer 1 is right, and not all the others are. Once a layer has new weights, the inputs of the next one "
            "are others too: measure each layer after those below it have been changed.",
        ),
    ]
    refuse_mistakes(sizes, mistakes, ending=ending)
    raise Hint(f"The rms of the weighted sums x @ kernel should be 1 in every layer. {ending}")
