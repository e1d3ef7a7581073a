"""Checks of chapter 12, Activation functions."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction
from course_utils.models import mlp

import numpy as np


@prediction(
    "12.1",
    {
        "first": "units of the first hidden layer alone to answer again",
        "second": "units of the second hidden layer alone to answer again",
        "both": "units of both hidden layers to answer again",
        "neither": "no unit to answer again",
    },
)
def who_comes_back(measured: Any) -> Finding:
    """Decide in which of two layers dead units answered again, from who was dead and how many came back."""
    dead = [int(np.sum(layer)) for layer in measured["dead"]]
    back = [int(count) for count in measured["back"]]
    numbers = f"{back[0]} of {dead[0]} came back in the first hidden layer and {back[1]} of {dead[1]} in the second"
    if not all(dead):
        return Finding(None, numbers, "there were no dead units in one of the layers to come back")
    option = {(False, False): "neither", (True, False): "first", (False, True): "second", (True, True): "both"}
    found = option[back[0] > 0, back[1] > 0]
    where = {
        "neither": "none of the dead answer again",
        "first": "only units of the first answer again",
        "second": "only units of the second answer again",
        "both": "units of both answer again",
    }
    return Finding(found, numbers, where[found])


@exercise("12.2", kind="experiment")
def three_gradients(answer: Any, rng: np.random.Generator) -> str:
    """Check the gradients of a unit's two weights at z = −2 with ReLU, leaky ReLU and tanh, worked out by hand."""
    values = as_array(answer, (3, 2), "The gradients, a row for each activation,")
    x, back = np.array([1.0, 2.0]), 0.5

    def rows(relu: float, leaky: float, tanh: float) -> np.ndarray:
        return back * np.array([[relu], [leaky], [tanh]]) * x

    small = 1 - np.tanh(2.0) ** 2
    band = {"rtol": 0.01, "atol": 1e-4}
    right = rows(0, 0.1, small)
    if np.allclose(values, right, **band):
        return "with ReLU this example moves nothing. With the other two it moves both weights the same way."
    mistakes = [
        (right / back, "The derivative ∂C/∂a = 0.5 is a factor too."),
        (right / x, "The gradient for a weight is its input times g′(z) · ∂C/∂a; the two inputs differ."),
        (
            right * [1, -1],
            "The factor of a weight's gradient is its input, 1 or 2; the weight's own sign does not count.",
        ),
        (-right, "The sign: the inputs, the slopes and ∂C/∂a are all positive or 0."),
        (right[:, ::-1], "The first weight has the input 1, the second the input 2."),
        (rows(1, 1, small), "z = 1 · 1 − 1 · 2 − 1 is negative; yours are the gradients on the positive side."),
        (rows(0, 0.1, 1 - np.tanh(1.0) ** 2), "z is −2: the bias is −1."),
        (rows(0, -0.2, -np.tanh(2.0)), "These have the *values* g(z) as factors; take the slopes."),
    ]
    refuse_mistakes(values, mistakes, **band)
    for row, (name, slope) in enumerate((("ReLU", "0"), ("leaky ReLU", "its α"), ("tanh", "1 − tanh² 2"))):
        if not np.allclose(values[row], right[row], **band):
            raise Hint(
                f"The row of {name} is not right: at z = −2 its slope is {slope}. Then come the input and ∂C/∂a."
            )
    raise AssertionError("unreachable: a wrong array has a wrong row")


@exercise("12.3", kind="code")
def census(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(model, x)` that counts the dead and the rare units of every hidden layer of a Keras model."""
    images, answers = 400, ([0, 0, 0, 2, 3, 4, 5, 150, 399], [0, 1, 3, 4, 60, 200])
    model = mlp(7, [len(answered) for answered in answers], 5, activation="relu")
    x, weights = rng.standard_normal((images, 7)).astype("float32"), []
    a = x
    for answered in answers:  # biases that let each unit answer so many images
        kernel = rng.standard_normal((a.shape[1], len(answered))).astype("float32")
        falling = -np.sort(-(a @ kernel), axis=0)
        falling = np.vstack([falling[:1] + 2, falling])
        units = np.arange(len(answered))
        bias = -(falling[answered, units] + falling[np.array(answered) + 1, units]) / 2
        weights += [kernel, bias]
        a = np.maximum(a @ kernel + bias, 0)
    model.set_weights([*weights, rng.standard_normal((a.shape[1], 5)), np.full(5, -1.0)])
    names = [layer.name for layer in model.layers[:-1]]
    found = call(answer, model, x)
    if not isinstance(found, dict):
        raise Hint(f"Return a dictionary from the names of the hidden layers to pairs; got {type(found).__name__}.")
    if model.layers[-1].name in found:
        raise Hint("The last layer is no hidden layer: its outputs are logits, without ReLU.")
    if set(found) != set(names):
        raise Hint(f"The hidden layers are named {names}; your dictionary has {list(found)}.")
    counts = np.stack([as_array(found[name], (2,), f"The pair of counts of layer {name}") for name in names])
    dead = np.array([np.sum(np.array(answered) == 0) for answered in answers])
    rare = np.array([np.sum(np.array(answered) < images / 100) for answered in answers])
    right = np.stack([dead, rare], axis=1)
    if np.array_equal(counts, right):
        return "the census fits every model of dense layers, on as many images as you can afford."
    units = np.array([len(answered) for answered in answers])
    at_most = np.array([np.sum(np.array(answered) <= images / 100) for answered in answers])
    mistakes = [
        (np.stack([dead, rare - dead], axis=1), "Count the dead among those that answer fewer than 1 %, too."),
        (np.stack([dead, at_most], axis=1), "*Fewer* than 1 %: a unit that answers exactly 1 % does not count."),
        (right / units[:, None], "Return counts of units, not shares."),
        (right[:, ::-1], "The dead come first in each pair."),
        (units[:, None] - right, "These are the units that do answer; count the others."),
    ]
    refuse_mistakes(counts, mistakes)
    if not np.array_equal(counts[:, 0], dead):
        raise Hint("The numbers of the dead are wrong. For each unit look at its column: one output per image.")
    raise Hint("The dead are right. Of how many *images* is 1 % here? Take the share of the images for each unit.")


@exercise("12.4", kind="experiment")
def negative_slopes(answer: Any, rng: np.random.Generator) -> str:
    """Check the slopes for negative z of Keras' activation "leaky_relu" and of its layer LeakyReLU."""
    import keras

    values = as_squeezed(answer, (2,), "The pair of slopes")
    minus_one = np.full((1, 1), -1.0, "float32")
    functions = keras.activations.get("leaky_relu"), keras.layers.LeakyReLU()
    right = np.array([-float(keras.ops.convert_to_numpy(function(minus_one))[0, 0]) for function in functions])
    if np.allclose(values, right, atol=1e-3):
        return f"the name stands for {right[0]:g} and the layer for {right[1]:g}: set `negative_slope` yourself."
    mistakes = [
        (right[::-1], "These are the two slopes, in the wrong order: the first network uses the name."),
        (-right, "The slope is output over input: at z = −1 an output of −0.5 would be a slope of +0.5."),
        (lambda v: v[0] == v[1], "With equal slopes the networks would agree. Send −1 through each activation alone."),
    ]
    refuse_mistakes(values, mistakes, atol=1e-3)
    raise Hint("Send −1 through `keras.activations.leaky_relu` and through `keras.layers.LeakyReLU()`: what comes out?")


@exercise("12.5", kind="code")
def verdict(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(first, second)` that compares losses of shape (rates, seeds), each at its best rate."""
    nan = np.nan
    low, high, wide = [0.10, 0.12, 0.11], [0.20, 0.22, 0.21], [0.05, 0.50, 0.08]
    cases = [
        ([low, high], [high, high], "first", "In every seed the first is lower at its best rate."),
        ([high, high], [high, low], "second", "The second has its best rate elsewhere, and there it is lower."),
        (
            [low, [0.9] * 3],
            [[0.115, 0.13, 0.14]] * 2,
            "no difference",
            "The means differ, and the ranges of the seeds overlap: that is no difference.",
        ),
        (
            [[0.13, 0.14, 0.15], wide],
            [[0.3] * 3, high],
            "first",
            "The best rate is the one with the lowest *mean*, not the one with the lowest single seed.",
        ),
        ([[0.01, nan, 0.01], high], [low, high], "second", "A rate at which a training diverged does not count."),
        ([[nan] * 3] * 2, [high, high], "second", "The first diverged at every rate, so the second wins."),
        ([[nan] * 3] * 2, [[nan] * 3] * 2, "no difference", "Both diverged at every rate: no difference."),
        ([[0.1, 0.2]], [[0.2, 0.3]], "no difference", "Ranges that touch are no difference: below is not equal."),
    ]
    for first, second, wanted, hint in cases:
        given = call(answer, np.array(first), np.array(second))
        said = str(given).strip().lower()
        if said not in ("first", "second", "no difference"):
            raise Hint(f'Return "first", "second" or "no difference"; got {given!r}.')
        if said != wanted:
            raise Hint(f"For first = {first} and second = {second} you say {said!r}. {hint}")
    return "best rates first, then every seed against every seed: what overlaps is no difference."
