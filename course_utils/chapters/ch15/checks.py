"""Checks of chapter 15, Weight initialization."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "15.1",
    {
        "vanish": "the activations to vanish",
        "shrink": "the activations to shrink slowly",
        "stay": "the activations to keep their size",
        "saturate": "the activations to saturate",
    },
)
def deepest_layer(measured: Any) -> Finding:
    """Decide what happens to tanh activations under weights of 1/sqrt(fan_in), from input and activations."""
    layers = [np.asarray(a, dtype=float) for a in measured[1:]]
    first, last = layers[0].std(), layers[-1].std()
    kept = (last / first) ** (1 / (len(layers) - 1))
    beyond = np.mean(np.abs(layers[-1]) > 0.95)
    numbers = (
        f"their standard deviation went from {first:.2g} in layer 1 to {last:.2g} in layer {len(layers)}, which makes "
        f"a factor of {kept:.2f} per layer, and {100 * beyond:.0f} % of the values of the last layer lie beyond ±0.95"
    )
    if beyond > 0.5:
        return Finding("saturate", numbers, "they saturate")
    if kept < 0.5:
        return Finding("vanish", numbers, "they vanish: at such a factor ten layers leave less than a thousandth")
    if kept > 0.98:
        return Finding("stay", numbers, "they keep their size")
    return Finding(
        "shrink",
        numbers,
        "they shrink, and slowly",
        "the weighted sum keeps its size, and tanh takes a little off the large values, in each layer less than in the "
        "one before",
    )


@exercise("15.2", kind="code")
def he_uniform(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(rng, fan_in, fan_out)` that returns uniform weights which suit a ReLU layer."""
    fan_in, fan_out = 800, 200
    weights = as_array(call(answer, np.random.default_rng(1), fan_in, fan_out), (fan_in, fan_out), "The weights")
    if not np.array_equal(weights, np.asarray(call(answer, np.random.default_rng(1), fan_in, fan_out), dtype=float)):
        raise Hint("Two calls with generators of the same seed differ: draw from the `rng` you are given.")
    if np.array_equal(weights, np.asarray(call(answer, np.random.default_rng(2), fan_in, fan_out), dtype=float)):
        raise Hint("Another generator gives the same weights: draw from `rng`.")
    scale = weights.std()
    if abs(weights.mean()) > 0.05 * scale:
        raise Hint(
            f"The mean of the weights is {weights.mean():.3f}; it should be 0. Draw from -a to a, not from 0 to a."
        )
    # The purpose of the weights: a ReLU layer should pass on the mean square that it gets.
    pre_activations = rng.standard_normal((500, fan_in)) @ weights
    kept = np.mean(np.maximum(0, pre_activations) ** 2)
    mistakes = [
        (1 / 3, "You took the standard deviation for the limit a. Which a gives the variance a²/3 the right value?"),
        (1 / 2, "ReLU cuts half of the mean square away, and your weights do not make up for it."),
        (fan_in / fan_out, "You use fan_out. The sum runs over the inputs of a unit, so fan_in counts."),
        (fan_in / (fan_in + fan_out), "This is Glorot's compromise for tanh; a ReLU layer looks at fan_in only."),
        (6 / fan_in, "Your limit lacks a square root: a² is 3 times the variance."),
        (fan_in / 6, "The weights go from -1 to 1: they are not scaled yet."),
    ]
    ending = f"A ReLU layer with your weights multiplies the mean square by {kept:.3g}."
    refuse_mistakes(kept, mistakes, rtol=0.05, atol=0, ending=ending)
    if abs(kept - 1) > 0.08:
        raise Hint(f"A ReLU layer with your weights multiplies the mean square by {kept:.3g}; it should stay near 1.")
    kurtosis = np.mean((weights / scale) ** 4)  # 1.8 for a uniform distribution, 3 for a normal one
    if abs(kurtosis - 1.8) > 0.1:
        raise Hint("Mean and variance are right, but the distribution is not uniform: draw with `rng.uniform`.")
    return (
        f"a ReLU layer of {fan_in} inputs with your uniform weights keeps the mean square ({kept:.2f} of what came in)."
    )


@exercise("15.3", kind="code")
def leaky_relu_gain(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(slope)` with the factor by which 1/sqrt(n) must be multiplied for a leaky ReLU."""
    slopes = np.array([0.0, 0.2, 0.5, 1.0])
    gains = np.array([float(as_array(call(answer, float(slope)), (), "The gain")) for slope in slopes])
    if np.any(gains <= 0):
        raise Hint(f"A gain is a scale, so it is positive; yours is {gains.min():.3g} at some slope.")
    z = rng.standard_normal(200_000)
    z /= np.sqrt(np.mean(z**2))
    kept = np.array([np.mean(np.where(z > 0, z, slope * z) ** 2) for slope in slopes])  # of the mean square
    mistakes = [
        (gains[0], "Your gain does not depend on the slope: the negative half now lets something through."),
        (1 / kept, "This is the factor on the variance of the weights. The gain multiplies their standard deviation."),
        (np.sqrt(kept), "Upside down: the gain makes up for what the activation takes away, so it is never below 1."),
        (np.sqrt(2 / (1 + slopes)), "The slope multiplies z. Which power of it comes out of the mean of z²?"),
        (np.sqrt(2) / (1 + slopes**2), "Almost: the root goes over the whole fraction."),
    ]
    refuse_mistakes(gains, mistakes, rtol=0.01)
    for slope, factor in zip(slopes, gains**2 * kept, strict=True):
        if abs(factor - 1) > 0.02:
            raise Hint(
                f"At slope {slope:g} a layer with your gain multiplies the mean square by {factor:.3g}, not by 1."
            )
    return "at every slope tried, from ReLU to the identity, a layer with your gain keeps the mean square."


@exercise("15.4", kind="experiment")
def critical_depth(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of ReLU layers at 0.9 times He's scale that bring activations below 1 % of layer 1's."""
    depth = as_count(answer, "The depth")
    if 20 <= depth <= 25:
        raise Hint("That is where the *variance* has fallen to 1 %. The question is about the standard deviation.")
    if depth < 36:
        raise Hint(
            f"After {depth} layers more than 1 % should be left: each layer keeps nine tenths of the one before."
        )
    if depth > 58:
        raise Hint(f"{depth} is deeper than needed. Look for the first layer below 1 % of layer 1.")
    return (
        f"layer {depth}. On paper each layer keeps 0.9 of the one before, and 0.9 to the power 44 is the first "
        "below 1 %: layer 45. What you measure wanders around that, since each layer's weights are one random draw "
        "whose deviation is passed on. The tenth lost per layer is a factor of 2.6 at layer 10, of 100 at layer 45."
    )
