"""Checks of chapter 14, Vanishing and exploding gradients."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

BLOCKS, UNITS = 10, 50  # of the stack of exercise 14.4


@prediction(
    "14.1",
    {
        "learns": "the network to learn at last",
        "overflows": "the loss to overflow",
        "stands": "the first layer to stand still",
    },
)
def larger_rate(measured: Any) -> Finding:
    """Decide what a larger rate does, from the last loss and the relative change of the first layer."""
    loss, moved = float(measured["loss"]), float(measured["first layer"])
    if not np.isfinite(loss):
        return Finding("overflows", f"the loss is {loss}", "the rate is too large for the upper layers")
    numbers = f"the loss ends at {loss:.2f} and the first layer moved by {moved:.1g} of its length"
    if loss < 2.2:
        return Finding("learns", numbers, "the larger rate helps")
    if moved < 0.01:
        reason = "thirty times almost nothing is still almost nothing"
        return Finding("stands", numbers, "the first layer stands still", reason)
    return Finding(None, numbers, "the first layer moves and the loss does not fall")


@exercise("14.2", kind="experiment")
def variance(answer: Any, rng: np.random.Generator) -> str:
    """Check the variance, times n, that keeps δ behind slopes of 1 and ½ in equal shares."""
    value = float(as_array(answer, (), "The variance times n"))
    if not np.isclose(value, 1.6, rtol=0.01):
        mistakes = [
            (2, "This is for ReLU, which has slope 0 for negative z. Here those units pass something on."),
            (0.625, "Turned over: this is what half of the squared slopes leave; the variance must make up for it."),
            (1 / 0.75**2, "You took the mean of the slopes. Sizes are roots of mean squares: average the squares."),
            (1 / 0.75, "You took the mean of the slopes. Sizes are roots of mean squares: average the squares."),
            (1 / 1.25, "Each slope belongs to half of the units: take the mean of the squares, not their sum."),
            (np.sqrt(1.6), "This is the standard deviation times the root of n. The variance is asked for."),
            (16, "This is for slopes of ¼ everywhere. Which slopes do these units have?"),
        ]
        refuse_mistakes(value, mistakes, rtol=0.01, atol=0)
        raise Hint(f"It is not {value:.3g}. Which share of the mean square of δ do slopes 1 and ½ leave?")
    return "the slopes leave (1 + ¼)/2 = 0.625 of the mean square, and 1.6 · 0.625 = 1."


@exercise("14.3", kind="code")
def clip_by_global_norm(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(gradients, limit)` against `global_clipnorm` of a Keras optimizer."""
    cases = [
        ("long gradients", 20.0, 5.0, False),
        ("long gradients and another limit", 3.0, 0.5, False),
        ("short gradients", 0.02, 5.0, False),
        ("gradients that are all zero", 0.0, 5.0, False),
        ("float32 gradients, as Keras has them", 20.0, 5.0, True),
    ]
    for name, size, limit, single in cases:
        given = [size * rng.standard_normal(shape) for shape in ((4, 3), (3,), (2, 2, 3))]
        given = [gradient.astype("float32" if single else float) for gradient in given]
        _compare(answer, given, limit, name)
    return "clipped gradients and norms are those of Keras, for long, short and zero gradients."


def _compare(answer: Any, given: list[np.ndarray], limit: float, name: str) -> None:
    kept = [gradient.copy() for gradient in given]
    with np.errstate(all="ignore"):
        result = call(answer, given, limit)
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Hint("Return two things: the list of clipped arrays, and the norm before clipping.")
    clipped, norm = result
    if not isinstance(clipped, (tuple, list)) or len(clipped) != len(given):
        raise Hint(f"The first thing to return is a list of {len(given)} arrays, one for each gradient.")
    if not all(np.array_equal(gradient, before) for gradient, before in zip(given, kept, strict=True)):
        raise Hint("The arrays that you were given have changed: make new ones.")
    if not all(np.all(np.isfinite(np.asarray(part, dtype=float))) for part in clipped):
        raise Hint(f"For {name} some results are not finite. Which division has a zero below?")
    parts = [as_array(part, before.shape, "A clipped array") for part, before in zip(clipped, kept, strict=True)]
    right_norm = float(np.sqrt(sum(np.sum(before.astype(float) ** 2) for before in kept)))
    right = _by_keras(kept, limit)
    ending = f"(For {name}, limit {limit:g}.)"

    def same(values: list[np.ndarray]) -> bool:
        return all(np.allclose(part, value, rtol=1e-4, atol=1e-7) for part, value in zip(parts, values, strict=True))

    if not same(right):
        own = [before * min(1, limit / max(np.linalg.norm(before), 1e-30)) for before in kept]
        total = max(right_norm, 1e-30)
        mistakes = [
            (lambda _: same(own), "You shortened each array by its own norm. One factor for all keeps the direction."),
            (
                lambda _: same([np.clip(before, -limit, limit) for before in kept]),
                "You cut each entry. One factor for all keeps the direction.",
            ),
            (
                lambda _: right_norm < limit and same([before * limit / total for before in kept]),
                "You made short gradients longer: what is below the limit stays as it is.",
            ),
            (lambda _: same(kept), "They are not clipped."),
            (
                lambda _: same([before * min(1, limit / total**2) for before in kept]),
                "The norm is the root of the sum of the squares.",
            ),
        ]
        refuse_mistakes(0, mistakes, ending=ending)
        raise Hint(f"The clipped arrays are not those of Keras' global_clipnorm. {ending}")
    given_norm = float(as_array(norm, (), "The norm"))
    if not np.isclose(given_norm, right_norm, rtol=1e-4, atol=1e-12):
        mistakes = [
            (min(right_norm, limit), "Return the norm *before* clipping."),
            (right_norm**2, "The norm is the root of the sum of the squares."),
            (sum(np.linalg.norm(before) for before in kept), "Norms do not add; their squares do."),
        ]
        refuse_mistakes(given_norm, mistakes, rtol=1e-4, ending=ending)
        raise Hint(f"The norm should be {right_norm:.4g}; yours is {given_norm:.4g}. {ending}")


def _by_keras(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    """Clip by a step of gradient descent at rate 1 from zeros, which ends at minus the clipped gradient."""
    import keras

    variables = [keras.Variable(np.zeros(gradient.shape, "float32")) for gradient in gradients]
    tensors = [keras.ops.convert_to_tensor(gradient.astype("float32")) for gradient in gradients]
    keras.optimizers.SGD(1.0, global_clipnorm=limit).apply(tensors, variables)
    return [-keras.ops.convert_to_numpy(variable) for variable in variables]


@exercise("14.4", kind="code")
def mended_block(answer: Any, rng: np.random.Generator) -> str:
    """Check a function that adds a block of two sigmoid layers and a bypass: a stack of them keeps the gradient."""
    import keras

    inputs = keras.Input((UNITS,))
    one = call(answer, inputs)
    if not isinstance(one, keras.KerasTensor):
        raise Hint(f"Return the block's output, a Keras tensor; your function returns {type(one).__name__}.")
    if tuple(one.shape) != (None, UNITS):
        raise Hint(f"The block's output should have shape (batch, {UNITS}); it has {tuple(one.shape)}.")
    block = keras.Model(inputs, one)
    dense = [layer for layer in block.layers if isinstance(layer, keras.layers.Dense)]
    sigmoids = [layer for layer in block.layers if getattr(layer, "activation", None) is keras.activations.sigmoid]
    if len(dense) != 2:
        raise Hint(f"The block should have two dense layers; yours has {len(dense)}.")
    if len(sigmoids) != 2:
        raise Hint(f"Both dense layers should keep their sigmoid; {len(sigmoids)} of the layers have one.")
    _judge_block(answer, block, rng)
    first, last = _ends_of_a_stack(answer, rng)
    before = np.divide(*_ends_of_a_stack(_faulty_block, rng))
    if not first > 0.01 * last:
        raise Hint(
            f"In a stack of {BLOCKS} the gradient still falls by {last / max(first, 1e-300):.0e} from the last block "
            "to the first. Follow the name `h` through the block: what is it when the sum is taken?"
        )
    return (
        f"in a stack of {BLOCKS} the first block gets {first / last:.2g} of the last one's δ; the faulty block left "
        f"{before:.0e}. There the name `h` was given to the first layer's output, so the bypass led past the second "
        "layer only."
    )


def _faulty_block(h: Any) -> Any:
    from keras import layers

    h = layers.Dense(UNITS, activation="sigmoid")(h)
    return layers.add([h, layers.Dense(UNITS, activation="sigmoid")(h)])


def _judge_block(answer: Any, block: Any, rng: np.random.Generator) -> None:
    """Refuse a block that does not hand on its input, or whose layers do nothing."""
    import keras

    x = rng.standard_normal((8, UNITS)).astype("float32")
    whole = keras.ops.convert_to_numpy(block(x))
    for layer in block.layers:
        if isinstance(layer, keras.layers.Dense):
            layer.set_weights([0 * weight for weight in layer.get_weights()])
    silent = keras.ops.convert_to_numpy(block(x)) - x
    if np.allclose(whole, x):
        raise Hint("The block's output is its input: the two layers should add something to it.")
    if np.ptp(silent - silent.mean(axis=0), axis=0).max() > 1e-4:
        raise Hint(
            "With all weights at 0 the block should hand on its input, plus a constant. Yours does not: follow the "
            "name `h` through the block. What is it when the sum is taken?"
        )


def _ends_of_a_stack(answer: Any, rng: np.random.Generator) -> tuple[float, float]:
    """Return the norms of δ, summed over a batch, in the first and the last block's first dense layer."""
    from course_utils.backend import loss_and_gradients

    import keras

    h = inputs = keras.Input((30,))
    h = keras.layers.Dense(UNITS)(h)
    for _ in range(BLOCKS):
        h = answer(h)
    model = keras.Model(inputs, keras.layers.Dense(1)(h))
    for weight in model.trainable_variables:
        if len(weight.shape) == 2:
            weight.assign(rng.standard_normal(weight.shape) / np.sqrt(weight.shape[0]))
    model.compile(loss="mse")
    x = rng.standard_normal((20, 30)).astype("float32")
    _, gradients = loss_and_gradients(model)(x, rng.standard_normal((20, 1)).astype("float32"))
    norms = [float(np.linalg.norm(gradient)) for gradient in gradients if gradient.ndim == 1]  # of the biases
    return norms[1], norms[-3]


@exercise("14.5", kind="experiment")
def forget_bias(answer: Any, rng: np.random.Generator) -> str:
    """Check the bias of a forget gate that leaves half of a gradient after 200 steps."""
    bias = float(as_array(answer, (), "The bias"))
    gate = 0.5 ** (1 / 200)
    right = float(np.log(gate / (1 - gate)))
    if not np.isclose(bias, right, atol=0.02):
        mistakes = [
            (gate, "This is the value of the gate. Which b gives σ(b) this value?"),
            (np.log(200), "At ln 200 about 37 % is left, since σ(b) ≈ 1 − 1/200 there: a little more is needed."),
            (-right, "The sign: an open gate has a positive bias."),
            (np.log(gate), "This is the logarithm of the gate. σ(b) = 1 / (1 + exp(−b)); solve it for b."),
            (np.log10(gate / (1 - gate)), "Take the natural logarithm."),
        ]
        refuse_mistakes(bias, mistakes, rtol=1e-3, atol=1e-3)
        left = (1 / (1 + np.exp(-bias))) ** 200
        raise Hint(f"With a bias of {bias:.3g} a share of {left:.2g} is left after 200 steps, not a half.")
    return f"the gate must be {gate:.4f}, and σ({right:.2f}) is."
