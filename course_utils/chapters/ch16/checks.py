"""Checks of chapter 16, Batch normalization, and the patient of exercise 16.4."""

from typing import Any

from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import Hint, as_array, as_count, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

EPS, LAYERS, UNITS, INPUTS = 1e-3, 4, 30, 20


@prediction(
    "16.1",
    {
        "batch": "the images' own statistics to give the higher accuracy",
        "moving": "the moving averages to give the higher accuracy",
        "same": "no difference between the two",
    },
)
def higher_accuracy(measured: Any) -> Finding:
    """Decide between the two kinds of statistics, from the accuracies after the first few steps."""
    batch, moving = float(measured["batch"]), float(measured[0.99])
    numbers = f"the accuracy is {batch:.2f} with the images' own statistics and {moving:.2f} with the moving averages"
    if not np.isfinite(batch + moving):
        return Finding(None, numbers, "there is nothing to compare")
    if abs(batch - moving) < 0.02:
        return Finding("same", numbers, "the two hardly differ")
    if batch > moving:
        return Finding("batch", numbers, "the weights know more than the averages let them show")
    return Finding("moving", numbers, "the averages do better than the images' own statistics")


@exercise("16.2", kind="experiment")
def one_step_then_one_image(answer: Any, rng: np.random.Generator) -> str:
    """Check what a unit answers in inference mode after one update of its averages."""
    value = float(as_squeezed(answer, (), "The answer"))
    mean, var = 0.1 * 3, 0.9 + 0.1 * 2.5
    right = 2 * (1 - mean) / np.sqrt(var) + 1
    mistakes = [
        (2 * (1 - 3) / np.sqrt(2.5) + 1, "That is the answer in training mode, with the batch's own statistics."),
        ((1 - mean) / np.sqrt(var), "γ and β are missing."),
        (2 * (1 - mean) / np.sqrt(var), "β is missing."),
        (2 * (1 - 2.7) / np.sqrt(0.1 + 0.9 * 2.5) + 1, "Momentum 0.9 keeps 0.9 of the *old* value, not of the new."),
        (2 * (1 - mean) / var + 1, "Divide by the root of the variance."),
        (2 * (1 - mean) + 1, "The variance has moved too: from 1 towards the batch's."),
        (2 * (1 - mean) / np.sqrt(0.25) + 1, "The moving variance starts at 1, and 0.9 of that are still there."),
        (2 * (1 - mean) / np.sqrt(0.9 + 1 / 3) + 1, "The batch's variance has the divisor m, not m - 1."),
        (2 * 1 / np.sqrt(1) + 1, "These are the averages before the step; the step has moved them."),
    ]
    if not np.isclose(value, right, atol=0.006):
        refuse_mistakes(value, mistakes, rtol=0, atol=0.006)
        raise Hint(f"It is not {value:.3g}. What are the moving mean and variance after one step?")
    return f"the moving mean is {mean:g} and the moving variance {var:g}, so the unit answers {right:.3f}."


def _output(Z: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    return gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + eps) + beta


def _differences(D: np.ndarray, at: dict[str, Any], name: str) -> np.ndarray:
    """Return the gradient of sum(D * output) with respect to one argument, by central differences."""
    return central_differences(lambda: np.sum(D * _output(**at)), at[name])


@exercise("16.3", kind="code")
def bn_backward(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(D, Z, gamma, eps)` against central differences."""
    for eps, shape in ((1e-3, (7, 4)), (0.1, (5, 3))):
        D, Z = rng.standard_normal(shape), 2 * rng.standard_normal(shape) + 3
        at = {"Z": Z, "gamma": rng.uniform(0.5, 2, shape[1]), "beta": np.ones(shape[1]), "eps": eps}
        given = call(answer, D.copy(), Z.copy(), at["gamma"].copy(), eps)
        if not isinstance(given, tuple | list) or len(given) != 3:
            raise Hint("Return three arrays: the gradients with respect to Z, gamma and beta.")
        to_Z = as_array(given[0], shape, "The gradient with respect to Z")
        for value, name in ((given[1], "gamma"), (given[2], "beta")):
            _judge_parameter(value, name, D, at)
        _judge_input(to_Z, D, at)
    return "all three gradients agree with central differences, and those of Z add up to 0 over the batch."


def _judge_parameter(value: Any, name: str, D: np.ndarray, at: dict[str, Any]) -> None:
    array = as_squeezed(value, (D.shape[1],), f"The gradient with respect to {name}")
    right = _differences(D, at, name)
    mistakes = [
        (right / len(D), f"The gradient with respect to {name} is the sum over the batch, not the mean."),
        (np.sum(D * at["Z"], axis=0), "gamma multiplies the normalized z, not z itself."),
    ]
    if not np.allclose(array, right, rtol=1e-4, atol=1e-6):
        refuse_mistakes(array, mistakes, rtol=1e-4, atol=1e-6)
        raise Hint(f"The gradient with respect to {name} differs from central differences; how does {name} enter y?")


def _judge_input(array: np.ndarray, D: np.ndarray, at: dict[str, Any]) -> None:
    right = _differences(D, at, "Z")
    if np.allclose(array, right, rtol=1e-4, atol=1e-6):
        return
    Z, gamma, eps = at["Z"], at["gamma"], at["eps"]
    root, G = np.sqrt(Z.var(axis=0) + eps), gamma * D
    Zhat = (Z - Z.mean(axis=0)) / root
    along = Zhat * (G * Zhat).mean(axis=0)
    off = np.linalg.norm(array - right) / np.linalg.norm(right)
    mistakes = [
        (G / root, "This treats mean and variance as constants: z reaches the cost through both of them too."),
        ((G - G.mean(axis=0)) / root, "The way through the mean is there, the way through the variance is missing."),
        ((G - along) / root, "The way through the variance is there, the way through the mean is missing."),
        (right / gamma, "gamma is missing on the way to Z."),
        (right * root, "The division by the root of variance plus eps is missing."),
        (right * len(D), "All is right but for the factor m: a mean over the batch is not a sum."),
    ]
    ending = f"(Yours is {100 * off:.0f} % off.)"
    refuse_mistakes(array, mistakes, rtol=1e-3, atol=1e-5, ending=ending)
    sums = np.abs(array.sum(axis=0)).max()
    if sums > 1e-6:
        raise Hint(f"The gradients of a unit should add up to 0 over the batch; yours add up to {sums:.2g}. {ending}")
    raise Hint(f"The gradient with respect to Z differs from central differences. {ending}")


def _sound_network(rng: np.random.Generator) -> tuple[Any, np.ndarray]:
    """Return a Keras model of normalized layers with random weights and averages at their start, and inputs."""
    import keras

    model = keras.Sequential([keras.Input((INPUTS,))])
    for _ in range(LAYERS):
        model.add(keras.layers.Dense(UNITS, use_bias=False))
        model.add(keras.layers.BatchNormalization(momentum=0.99))
        model.add(keras.layers.ReLU())
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            layer.kernel.assign(rng.standard_normal(layer.kernel.shape) * np.sqrt(2 / layer.kernel.shape[0]))
        elif isinstance(layer, keras.layers.BatchNormalization):
            layer.gamma.assign(rng.uniform(0.5, 1.5, UNITS))
            layer.beta.assign(0.3 * rng.standard_normal(UNITS))
    return model, (rng.standard_normal((300, INPUTS)) + 1).astype("float32")


def _norms(model: Any) -> list[Any]:
    import keras

    return [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]


def _trainable(model: Any) -> list[list[np.ndarray]]:
    return [[np.asarray(part) for part in layer.trainable_variables] for layer in model.layers]


def _true_averages(model: Any, x: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return mean and variance of what arrives at each normalization if all of them use those of `x`."""
    found, values = [], np.asarray(x, dtype=float)
    for dense, norm in zip(model.layers[::3], _norms(model), strict=True):
        Z = values @ np.asarray(dense.kernel, dtype=float)
        found.append((Z.mean(axis=0), Z.var(axis=0)))
        values = np.maximum(0, _output(Z, np.asarray(norm.gamma), np.asarray(norm.beta), EPS))
    return found


def _build_ill_network() -> tuple[Any, np.ndarray, int]:
    rng = np.random.default_rng(16)
    model, x = _sound_network(rng)
    ill = int(rng.integers(2, LAYERS + 1))
    for number, (norm, (mean, var)) in enumerate(zip(_norms(model), _true_averages(model, x), strict=True), 1):
        if number == ill:
            mean, var = mean + 2 * np.sqrt(var) * rng.choice([-1, 1], UNITS), 9 * var
        norm.moving_mean.assign(mean)
        norm.moving_variance.assign(var)
    return model, x, ill


def ill_network() -> tuple[Any, np.ndarray]:
    """Return the patient of exercise 16.4, a Keras model one of whose layers has wrong averages, and its images.

    Returns:
        The model, from `(batch, 20)` to `(batch, 30)`, and images of shape `(300, 20)`, float32.
    """
    model, x, _ = _build_ill_network()
    return model, x


@exercise("16.4", kind="experiment")
def ill_layer(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of the layer with wrong averages: with the right ones there, both modes agree."""
    number = as_count(answer, "The layer")
    if number > LAYERS:
        raise Hint(f"The patient has {LAYERS} normalized layers; got {number}.")
    model, x, ill = _build_ill_network()
    norms, averages = _norms(model), _true_averages(model, x)
    norms[number - 1].moving_mean.assign(averages[number - 1][0])
    norms[number - 1].moving_variance.assign(averages[number - 1][1])
    apart = float(np.abs(np.asarray(model(x, training=True)) - np.asarray(model(x, training=False))).max())
    if apart > 1e-2:
        where = "below" if number > ill else "above"
        raise Hint(
            f"With the right averages in layer {number} the two modes still differ, by up to {apart:.2f}: the ill "
            f"layer is {where}. Give each layer the input that it has in training mode, then compare averages."
        )
    return f"with the right averages in layer {number} the two modes agree to {apart:.0e}."


@exercise("16.5", kind="code")
def recalibrate(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(model, x)` that gives every normalization the statistics that its inputs have on `x`."""
    import keras

    model, x = _sound_network(rng)
    before = _trainable(model)
    averages = _true_averages(model, x)
    given = call(answer, model, x)
    if not isinstance(given, keras.Model):
        raise Hint(f"Return the model; your function returns {type(given).__name__}.")
    after = _trainable(given)
    same = len(after) == len(before) and all(
        len(old) == len(new) and all(np.array_equal(*pair) for pair in zip(old, new, strict=True))
        for old, new in zip(before, after, strict=True)
    )
    if not same:
        raise Hint("Change the averages alone: weights, γ and β should be as before, and all layers trainable.")
    for number, (norm, (mean, var)) in enumerate(zip(_norms(given), averages, strict=True), 1):
        _judge_averages(norm, number, mean, var)
    return "every layer has the averages of its own inputs, and inference on x equals training mode on x."


def _judge_averages(norm: Any, number: int, mean: np.ndarray, var: np.ndarray) -> None:
    moving_mean, moving_var = np.asarray(norm.moving_mean), np.asarray(norm.moving_variance)
    sd = np.sqrt(var)
    right_mean = np.all(np.abs(moving_mean - mean) < 0.01 * sd)
    if right_mean and np.allclose(moving_var, var, rtol=0.02):
        return
    start = np.allclose(moving_mean, 0) and np.allclose(moving_var, 1)
    late = np.allclose(moving_mean, 0.01 * mean, atol=1e-3)
    if start:
        raise Hint(f"The averages of layer {number} are still 0 and 1: assign `moving_mean` and `moving_variance`.")
    if late:
        raise Hint(f"One pass in training mode has moved the averages of layer {number} by 1 % only.")
    if right_mean and np.allclose(moving_var, sd, rtol=0.02):
        raise Hint(f"The averages of layer {number}: `moving_variance` holds variances, not standard deviations.")
    if number > 1:
        raise Hint(
            f"Layer 1 has the right averages, layer {number} has not. What arrives there depends on the averages of "
            "the layers below: take its inputs after those have been mended."
        )
    raise Hint("Layer 1 has other averages than those of its inputs, the outputs of the `Dense` layer below it.")
