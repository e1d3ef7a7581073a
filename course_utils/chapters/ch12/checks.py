"""Checks of chapter 12, Activation functions."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

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
def value_and_slope(answer: Any, rng: np.random.Generator) -> str:
    """Check value and slope of tanh and of the sigmoid at 2, worked out by hand."""
    values = as_array(np.ravel(answer) if np.size(answer) == 4 else answer, (4,), "The four numbers")
    tanh, sigmoid = np.tanh(2.0), 1 / (1 + np.exp(-2.0))
    right = np.array([tanh, 1 - tanh**2, sigmoid, sigmoid * (1 - sigmoid)])
    band = {"rtol": 0.005, "atol": 5e-4}
    if not np.isclose(values[0], tanh, **band):
        refuse_mistakes(values[0], [(np.tanh(1.0), "tanh(2) is (e² − e⁻²) / (e² + e⁻²).")], **band)
        raise Hint(f"tanh(2) is (e² − e⁻²) / (e² + e⁻²), which is not {values[0]:.3g}.")
    if not np.isclose(values[2], sigmoid, **band):
        hint = "With a plus sign in the exponent this is the sigmoid at −2."
        refuse_mistakes(values[2], [(1 - sigmoid, hint)], **band)
        raise Hint(f"The sigmoid at 2 is 1 / (1 + e⁻²), which is not {values[2]:.3g}.")
    mistakes = [
        (lambda v: np.isclose(v[1], 1 - tanh, **band), "tanh's slope is 1 minus its *square*."),
        (lambda v: np.isclose(v[1], tanh * (1 - tanh), **band), "a(1 − a) is the sigmoid's slope; tanh has another."),
        (lambda v: np.isclose(v[3], 1 - sigmoid**2, **band), "1 − a² is tanh's slope; the sigmoid has another."),
        (lambda v: np.isclose(v[3], 2 * (1 - 2), **band), "In a(1 − a) the a is the sigmoid's *value*, not z."),
        (lambda v: np.isclose(v[1], 1 - 2**2, **band), "In 1 − a² the a is tanh's *value*, not z."),
    ]
    if not np.allclose(values, right, **band):
        refuse_mistakes(values, mistakes)
        raise Hint(f"The two values are right; of the slopes {values[1]:.3g} and {values[3]:.3g} not both are.")
    return "at z = 2 both slopes are already small, tanh's below the sigmoid's: it saturates sooner."


@exercise("12.3", kind="code")
def maxout(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, units)` that builds maxout of two branches from Keras' layers, against NumPy."""
    import keras

    inputs = keras.Input((5,))
    outputs = call(answer, inputs, 3)
    try:
        model = keras.Model(inputs, outputs)
    except (AttributeError, TypeError, ValueError) as error:
        raise Hint("Return a Keras tensor that is computed from `x` by Keras' layers.") from error
    if tuple(model.output.shape) != (None, 3):
        raise Hint(f"For 3 units the output should have shape (batch, 3); it has {tuple(model.output.shape)}.")
    if (count := model.count_params()) != 36:
        hint = {18: "one branch has 18; the second needs weights of its own", 30: "each branch has biases too"}
        raise Hint(
            f"5 inputs and 3 units take 2 · (5 · 3 + 3) = 36 parameters; yours has {count}. " + hint.get(count, "")
        )
    model.set_weights([rng.standard_normal(part.shape) for part in model.get_weights()])
    x = rng.standard_normal((7, 5)).astype("float32")
    result = as_array(keras.ops.convert_to_numpy(model(x)), (7, 3), "The output for 7 examples")
    parts = model.get_weights()
    kernels = np.concatenate([part for part in parts if part.ndim == 2], axis=1)
    z = x @ kernels + np.concatenate([part for part in parts if part.ndim == 1])
    if z.shape != (7, 6):
        raise Hint("Use two Dense layers: this check finds no two branches of 3 weighted sums.")
    one, other = z[:, :3], z[:, 3:]
    neighbours = z.reshape(7, 3, 2).max(axis=2), z.reshape(7, 2, 3).max(axis=1)  # of one layer with 6 units
    if any(np.allclose(result, right, atol=1e-4) for right in neighbours):
        return "the outputs are NumPy's, for twice the parameters of a Dense layer."
    mistakes = [
        (np.minimum(one, other), "This is the smaller of the two."),
        (one + other, "This is the sum of the two branches, which is linear; pass on the larger."),
        ((one + other) / 2, "This is the mean of the two branches, which is linear; pass on the larger."),
        (np.maximum(np.maximum(one, other), 0), "No branch is a ReLU: the larger of two negative sums is negative."),
    ]
    refuse_mistakes(result, mistakes, atol=1e-4)
    raise Hint("The output is not the larger of the two weighted sums, unit by unit.")


@exercise("12.4", kind="experiment")
def negative_slopes(answer: Any, rng: np.random.Generator) -> str:
    """Check the slopes for negative z of Keras' activation "leaky_relu" and of its layer LeakyReLU."""
    import keras

    values = as_array(np.ravel(answer) if np.size(answer) == 2 else answer, (2,), "The pair of slopes")
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
        if str(given) not in ("first", "second", "no difference"):
            raise Hint(f'Return "first", "second" or "no difference"; got {given!r}.')
        if str(given) != wanted:
            raise Hint(f"For first = {first} and second = {second} you say {str(given)!r}. {hint}")
    return "best rates first, then every seed against every seed: what overlaps is no difference."
