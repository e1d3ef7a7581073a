"""Checks of chapter 17, Optimizers."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

VELOCITY, SCALED = {"momentum", "nesterov"}, {"adagrad", "rmsprop", "adam"}
CHOICES = {
    "none": "none of the rules to need another number of steps",
    "momentum": "only momentum and Nesterov to need another number of steps",
    "adaptive": "only rules among Adagrad, RMSprop and Adam to need another number of steps",
    "all": "all six rules to need another number of steps",
}


@prediction("17.1", CHOICES)
def turned(measured: Any) -> Finding:
    """Decide which rules need another number of steps, from the steps along the axes and turned, by rule."""
    changed, unsolved = set(), set()
    for name, (straight, across) in measured.items():
        straight, across = float(straight), float(across)
        if np.isinf(straight) and np.isinf(across):
            unsolved.add(name)
        elif not 0.9 < across / straight < 1.1:
            changed.add(name)
    said = ", ".join(sorted(changed)) or "none"
    numbers = f"the number of steps changes by more than a tenth for: {said}"
    if unsolved:
        numbers += f" ({', '.join(sorted(unsolved))}: solved neither way)"
    reason = "adding and scaling vectors knows no axes; dividing each weight's gradient by its own size does"
    if not changed:
        return Finding("none", numbers, "the axes do not matter to any")
    if changed <= SCALED:
        return Finding("adaptive", numbers, "only rules with a rate for each weight care how the ravine lies", reason)
    if changed <= VELOCITY:
        return Finding("momentum", numbers, "only the rules with a velocity care how the ravine lies")
    if changed >= set(measured) - unsolved:
        return Finding("all", numbers, "all rules care how the ravine lies")
    return Finding(None, numbers, "the rules that care are of several kinds")


@exercise("17.2", kind="experiment")
def third(answer: Any, rng: np.random.Generator) -> str:
    """Check the third average of 8, 4, 2 with beta 0.5, before and after the correction."""
    plain, corrected = as_squeezed(answer, (2,), "The pair of averages")
    mistakes = [
        (4.0, "A start at θ₁ = 8 gives 4; the average starts at v₀ = 0."),
        (14 / 3, "That is the ordinary mean. Here every step keeps half of the old average."),
        (24 / 7, "That is the corrected value: it comes second."),
        (6.0, "The new value has the weight 1 - β = 0.5 too."),
    ]
    if not np.isclose(plain, 3, rtol=1e-3):
        refuse_mistakes(plain, mistakes, rtol=1e-3)
        raise Hint(f"v₃ is not {plain:g}: v₁ = 0.5 · 0 + 0.5 · 8 = 4. What are v₂ and v₃?")
    if not np.isclose(corrected, 24 / 7, rtol=2e-3):
        mistakes = [
            (6.0, "You divided by 1 - β. The weights of three values sum to 1 - β³."),
            (24.0, "You divided by β³. What do the three weights sum to?"),
            (3.0, "Without a correction the three weights sum to less than 1."),
            (3 * 0.875, "Divide by the sum of the weights; you multiplied by it."),
        ]
        refuse_mistakes(corrected, mistakes, rtol=2e-3)
        raise Hint(f"v₃ = 3 is right, its corrected value is not {corrected:g}: what do the three weights sum to?")
    return "v is 4, 4, 3; the weights of the three values are 1/8, 1/4 and 1/2, and 3 / (7/8) is 3.43."


def _keras_path(optimizer: Any, first: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return the weights after each step of a Keras optimizer that gets these gradients."""
    import keras

    variable, path = keras.Variable(first), []
    for slope in slopes:
        optimizer.apply([slope], [variable])
        path.append(np.array(keras.ops.convert_to_numpy(variable)))
    return np.array(path)


def _path(rule: Any, first: np.ndarray, slopes: np.ndarray, *settings: float) -> np.ndarray:
    """Return the weights after each step of a student's function."""
    w, memory, path = first.astype(float), {}, []
    for t, slope in enumerate(slopes.astype(float), 1):
        given = w.copy()
        w = as_array(call(rule, w, slope, memory, t, *settings), w.shape, "The new weights")
        path.append(w.copy())
        if t == 1 and np.allclose(w, given):
            raise Hint("After the first step the weights are where they were: return the new ones.")
    return np.array(path)


@exercise("17.3", kind="code")
def my_adam(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(w, g, memory, t, rate)` against Keras' Adam."""
    import keras

    rate, first = 0.01, rng.standard_normal((3, 2)).astype("float32")
    slopes = (rng.standard_normal((20, 3, 2)) + 1).astype("float32")
    slopes[0] = np.where(np.abs(slopes[0]) < 0.1, 0.5, slopes[0])
    expected = _keras_path(keras.optimizers.Adam(rate), first, slopes)
    path = _path(answer, first, slopes, rate)
    if np.allclose(path, expected, rtol=0, atol=2e-5):
        _judge_small_gradients(answer)
        return "in 20 steps it stays with Keras' Adam."
    ratio = (path[0] - first) / (expected[0] - first)
    mistakes = [
        (1000**0.5, "Your second average is not corrected."),
        (0.1 * 1000**0.5, "Its first step is 3.16 times too long, as without both corrections."),
        (0.1, "Your first average is not corrected."),
        (-1.0, "It goes uphill: the step is subtracted."),
        (1 / rate, "The step lacks the factor `rate`."),
    ]
    ending = "In its first step Adam moves every weight by about the rate."
    refuse_mistakes(ratio, mistakes, rtol=0.02, ending=ending)
    if np.allclose(ratio, 1, rtol=0.02):
        later = int(np.argmax(np.abs(path - expected).max(axis=(1, 2)) > 2e-5)) + 1
        raise Hint(
            f"The first step is right, step {later} is not. Do both averages stay in `memory`, uncorrected, and is "
            "t taken from the argument?"
        )
    raise Hint(f"{ending} Your first step is {np.median(ratio):.3g} times that. Are both averages divided by 1 - β^t?")


def _judge_small_gradients(answer: Any) -> None:
    """Raise a hint if epsilon is missing or stands inside the root: gradients of 0, and as small as epsilon."""
    still = as_array(call(answer, np.ones(2), np.zeros(2), {}, 1, 0.1), (2,), "With a gradient of 0 the new weights")
    tiny = 1 - as_array(call(answer, np.ones(2), np.full(2, 1e-7), {}, 1, 1.0), (2,), "The new weights")
    if not np.allclose(still, 1) or not np.allclose(tiny, 0.5, rtol=0.02):
        raise Hint(
            "With ordinary gradients it is right. For a gradient of 1e-7 the first step should be half the rate: ε = "
            "1e-7 is added behind the root."
        )


@exercise("17.4", kind="code")
def adamw(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(w, g, memory, t, rate, decay)` against Keras' AdamW."""
    import keras

    rate, decay = 0.01, 0.3
    first = np.array([[0.1, 1.0, 10.0], [-0.1, -1.0, -10.0]], dtype="float32")
    slopes = (0.5 * rng.standard_normal((20, 2, 3))).astype("float32")
    expected = _keras_path(keras.optimizers.AdamW(rate, weight_decay=decay), first, slopes)
    path = _path(answer, first, slopes, rate, decay)
    if np.allclose(path, expected, rtol=0, atol=1e-3):  # to shrink the weights before or after the step is the same
        return "the decay goes past the division, and in 20 steps it stays with Keras' AdamW."

    without = _keras_path(keras.optimizers.Adam(rate), first, slopes)[-1]
    lost, wanted = ((without - end)[0, 2] / first[0, 2] for end in (path[-1], expected[-1]))
    ending = (
        f"In 20 steps the weight of 10 loses {100 * lost:.1f} % to the decay, with Keras {100 * wanted:.1f} %; "
        "each step should take the share rate · decay."
    )
    mistakes = [
        (lambda _: abs(lost) < 1e-3, "There is no decay."),
        (lambda _: lost < 0, "The weights grow: the decay should shrink them."),
        (lambda _: lost > 5 * wanted, "The decay is not multiplied by the rate."),
        (
            lambda _: 0 < lost < 0.7 * wanted,
            "Every weight loses about the same amount, and a large one too little, as with a decay that is added to g: "
            "it is divided, as g is, by its own usual size.",
        ),
    ]
    refuse_mistakes(lost, mistakes, ending=ending)
    raise Hint(f"It differs from Keras' AdamW. {ending}")


@exercise("17.5", kind="experiment")
def largest_rate(answer: Any, rng: np.random.Generator) -> str:
    """Check the largest rate at which momentum 0.9 comes to rest with curvature 100: 2 (1 + 0.9) / 100."""
    rate = float(as_squeezed(answer, (), "The rate"))
    right = 2 * 1.9 / 100
    mistakes = [
        (0.02, "That is gradient descent's limit. Try a little more with momentum."),
        (0.002, "Ten times less than without momentum still comes to rest; how far can you go up?"),
        (0.2, "Ten times gradient descent's limit diverges: run it and look at the end of the path."),
        (2 / 1.9 / 100, "Momentum bears more than gradient descent, not less."),
    ]
    if not np.isclose(rate, right, rtol=0.03):
        refuse_mistakes(rate, mistakes, rtol=0.02, atol=0)
        side = "comes to rest, and so do larger ones" if 0 <= rate < right else "does not come to rest"
        raise Hint(f"At {rate:g} the walk {side}: try 2,000 steps and look at the last place.")
    return (
        f"{rate:.4f}; theory says 2 (1 + μ) / 100 = 0.038. Across a ravine the pushes alternate, and momentum cancels "
        "them instead of adding them up: it bears nearly twice gradient descent's rate."
    )
