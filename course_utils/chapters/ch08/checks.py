"""Checks of chapter 8, MNIST in TensorFlow."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "8.1",
    {
        "once": "a single trace",
        "twice": "one trace for numbers and one for tensors",
        "four": "four traces",
        "six": "a trace at every call",
    },
)
def number_of_traces(measured: Any) -> Finding:
    """Decide how often a function was traced, from the count after each of the six calls."""
    counts = [int(count) for count in measured]
    numbers = f"the counts after the six calls are {', '.join(map(str, counts))}"
    option = {1: "once", 2: "twice", 4: "four", 6: "six"}.get(counts[-1])
    reason = ""
    if counts == [1, 2, 2, 3, 3, 4]:
        reason = (
            "each new number of Python is a new kind of input, while of NumPy's numbers and of tensors the type and "
            "shape count and not the value"
        )
    times = "once" if counts[-1] == 1 else f"{counts[-1]} times"
    return Finding(option, numbers, f"the function was traced {times}", reason)


@exercise("8.2", kind="experiment")
def third_loss(answer: Any, rng: np.random.Generator) -> str:
    """Check the loss of the third step, from running means of 2.0, 1.5 and 1.2."""
    value = float(as_array(answer, (), "The loss"))
    mistakes = [
        (1.2, "This is what `fit` reports after the third step: the mean of all three losses."),
        (1.0, "This is the loss of the second step, 2 · 1.5 - 2.0."),
        (0.9, "The mean 1.5 stands for two losses, not for one: give it its weight."),
        (1.2 - 1.5, "A loss is not the change of the mean. What is the sum of the first three losses?"),
        (3 * 1.2, "This is the sum of the three losses. Take off what the first two make."),
        (3 * 1.2 - 2.0 - 1.5, "You took off the reports of the first two steps: take off the sum of their losses."),
    ]
    if not np.isclose(value, 0.6, atol=0.005):
        refuse_mistakes(value, mistakes, rtol=0, atol=0.005)
        raise Hint(f"It is not {value:g}. What is the sum of the first three losses, and that of the first two?")
    return "three losses sum up to 3 · 1.2 and two to 2 · 1.5, and the third is the difference."


@exercise("8.3", kind="code")
def noisy(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x)` that adds new noise at every call, once it stands in a graph."""
    import tensorflow as tf

    if not callable(answer):
        raise Hint(f"Your answer should be a function that can be called; it is {type(answer).__name__}.")
    graph = tf.function(lambda x: answer(x), input_signature=[tf.TensorSpec([None, 784])])
    x = rng.random((60, 784), dtype="float32")
    drawn = [_noise(graph, x), _noise(graph, x), _noise(graph, x[:20])]
    if np.allclose(drawn[0], 0):
        raise Hint("Nothing was added to the images.")
    if np.allclose(drawn[0], drawn[1]):
        raise Hint(
            "In a graph two calls add the same noise: it was drawn while tracing, by something that is no operation."
        )
    if np.allclose(drawn[0][0], drawn[0][1], atol=1e-5):
        raise Hint("Within a call all images get the same noise: draw as many numbers as `x` has.")
    if np.allclose(drawn[0][:, 0], drawn[0][:, 1], atol=1e-5):
        raise Hint("Within an image all pixels get the same noise: draw as many numbers as `x` has.")
    mean, sd = drawn[0].mean(), drawn[0].std()
    if abs(mean) > 0.005 or abs(sd - 0.1) > 0.005:
        raise Hint(f"The noise should have mean 0 and standard deviation 0.1; yours has {mean:.3f} and {sd:.3f}.")
    return "two calls of one graph add different noise, of mean 0 and standard deviation 0.1, to batches of any size."


def _noise(graph: Any, x: np.ndarray) -> np.ndarray:
    try:
        return as_array(call(graph, x), x.shape, "The images with noise") - x
    except Hint as hint:
        if "NoneType" in str(hint) or "None" in str(hint):
            raise Hint(
                "While tracing, the number of images is not known, and `x.shape` says None. `tf.shape(x)` is a tensor "
                f"that holds the shape of each call. {hint}"
            ) from hint
        raise


@exercise("8.4", kind="code")
def momentum_step(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(cost, params, rate, momentum)` that returns a step, against Keras' optimizer."""
    import tensorflow as tf

    rate, momentum = 0.05, 0.9
    start = [rng.standard_normal((5, 3)).astype("float32"), np.zeros(3, "float32")]
    data = [(rng.standard_normal((20, 5)).astype("float32"), rng.integers(0, 3, 20).astype("int32")) for _ in range(20)]
    params = [tf.Variable(value) for value in start]

    def cost(x: Any, labels: Any) -> Any:
        scores = x @ params[0] + params[1]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores))

    step = call(answer, cost, params, rate, momentum)
    if not hasattr(step, "experimental_get_tracing_count"):
        raise Hint("Return the step as a `tf.function`: put the decorator on the inner function.")
    before = float(cost(*data[0]))
    costs = [_one_step(step, batch) for batch in data]
    if (traces := step.experimental_get_tracing_count()) > 1:
        raise Hint(f"20 batches of one shape were traced {traces} times: create the velocities outside the step.")
    ends = {name: _trained(start, data, rate, momentum, rule) for name, rule in RULES.items()}
    got = np.concatenate([np.ravel(variable.numpy()) for variable in params])
    if not np.allclose(got, ends["right"], atol=1e-4):
        refuse_mistakes(got, [(ends[name], hint) for name, hint in MISTAKES.items()], rtol=0, atol=1e-4)
        off = np.abs(got - ends["right"]).max()
        raise Hint(f"After 20 steps the parameters are off by {off:.2g} at most from those of Keras.")
    if not np.isclose(costs[0], before, atol=1e-5):
        raise Hint(f"The first step should return the cost before it, {before:.4f}; yours returns {costs[0]:.4f}.")
    return "after 20 steps the parameters are those of keras.optimizers.SGD, from one trace."


def _one_step(step: Any, batch: tuple[np.ndarray, np.ndarray]) -> float:
    try:
        return float(as_array(call(step, *batch), (), "What the step returns"))
    except Hint as hint:
        if "singleton tf.Variable" in str(hint) or "tf.Variable" in str(hint):
            raise Hint(
                "A variable that is created in a traced function would be created at every trace, so TensorFlow "
                "refuses: create the velocities outside the step."
            ) from hint
        if "out of scope" in str(hint) or "symbolic" in str(hint).lower():
            raise Hint(
                "A tensor of the trace was kept in Python and used later: the velocities have to be variables."
            ) from hint
        raise


# What becomes of velocity v and parameter w, from the slope g at w: the right rule, and known mistakes.
RULES = {
    "right": lambda v, w, g, rate, momentum: (momentum * v - rate * g, w + momentum * v - rate * g),
    "none": lambda v, w, g, rate, momentum: (v, w - rate * g),
    "average": lambda v, w, g, rate, momentum: (
        momentum * v - (1 - momentum) * rate * g,
        w + momentum * v - (1 - momentum) * rate * g,
    ),
    "late": lambda v, w, g, rate, momentum: (momentum * v - rate * g, w + v),
    "nesterov": lambda v, w, g, rate, momentum: (
        momentum * v - rate * g,
        w + momentum * (momentum * v - rate * g) - rate * g,
    ),
    "still": lambda v, w, g, rate, momentum: (v, w),
    "up": lambda v, w, g, rate, momentum: (momentum * v + rate * g, w + momentum * v + rate * g),
}
MISTAKES = {
    "still": "The parameters have not moved: `assign_add` changes a variable, `=` and `+` do not.",
    "none": "These are steps without momentum. Does the velocity change from call to call? A Python list would not.",
    "average": "You weight the slope by 1 - momentum, as an average does; here it is weighted by the rate alone.",
    "late": "The parameter moves by the old velocity: first change the velocity, then the parameter.",
    "nesterov": "This is Nesterov's variant, which looks ahead; the exercise asks for the plain one.",
    "up": "Your steps go uphill: the slope is subtracted.",
}


def _trained(start: list, data: list, rate: float, momentum: float, rule: Any) -> np.ndarray:
    """Return all parameters after the steps of a rule, in one array; in NumPy, but for Keras' own rule."""
    if rule is RULES["right"]:
        return _by_keras(start, data, rate, momentum)
    W, b = (value.astype(float) for value in start)
    velocities = [np.zeros_like(W), np.zeros_like(b)]
    for x, labels in data:
        p = np.exp(x @ W + b)
        delta = (p / p.sum(axis=1, keepdims=True) - np.eye(3)[labels]) / len(x)
        slopes = [x.T @ delta, delta.sum(axis=0)]
        moved = [rule(v, w, g, rate, momentum) for v, w, g in zip(velocities, (W, b), slopes, strict=True)]
        velocities, (W, b) = [v for v, _ in moved], [w for _, w in moved]
    return np.concatenate([W.ravel(), b])


def _by_keras(start: list, data: list, rate: float, momentum: float) -> np.ndarray:
    import keras
    import tensorflow as tf

    W, b = variables = [keras.Variable(value) for value in start]
    optimizer = keras.optimizers.SGD(rate, momentum=momentum)
    for x, labels in data:
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, x @ W.value + b.value))
        optimizer.apply(tape.gradient(cost, [W.value, b.value]), variables)
    return np.concatenate([np.ravel(keras.ops.convert_to_numpy(variable)) for variable in variables])
