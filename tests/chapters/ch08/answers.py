"""Known answers to the exercises of chapter 8."""

import numpy as np
import tensorflow as tf

PREDICTIONS = {
    "8.1": [
        ([1, 2, 2, 3, 3, 4], "four", "traced 4 times, because each new number of Python"),
        ([1, 1, 1, 1, 1, 1], "once", "so the function was traced once"),
        ([1, 1, 1, 2, 2, 2], "twice", "so the function was traced 2 times"),
        ([1, 2, 3, 4, 5, 6], "six", "1, 2, 3, 4, 5, 6, so the function was traced 6 times"),
        ([1, 2, 2, 3, 3, 3], None, "traced 3 times"),
    ]
}


def noisy(x):
    return x + tf.random.normal(tf.shape(x), stddev=0.1)


def of_the_colleague(x):
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 784))
    return x + noise.astype("float32")


def with_static_shape(x):
    return x + tf.random.normal(x.shape, stddev=0.1)


def by_numpy_of_its_shape(x):
    return x + np.random.normal(0, 0.1, x.shape).astype("float32")


def momentum_step(
    cost, params, rate, momentum, velocities=None, new=lambda v, g, r, m: m * v - r * g, move=lambda v, n, g, r, m: n
):
    velocities = velocities or [tf.Variable(tf.zeros_like(parameter)) for parameter in params]

    @tf.function
    def step(x, labels):
        with tf.GradientTape() as tape:
            value = cost(x, labels)
        for place, (parameter, slope) in enumerate(zip(params, tape.gradient(value, params), strict=True)):
            old = tf.identity(velocities[place])
            changed = new(old, slope, rate, momentum)
            velocities[place].assign(changed)
            parameter.assign_add(move(old, changed, slope, rate, momentum))
        return value

    return step


def with_(**rules):
    return lambda *given: momentum_step(*given, **rules)


def eager(*given):
    return momentum_step(*given).python_function


def in_a_list(cost, params, rate, momentum):
    velocities = [np.zeros(parameter.shape, "float32") for parameter in params]

    @tf.function
    def step(x, labels):
        with tf.GradientTape() as tape:
            value = cost(x, labels)
        for place, (parameter, slope) in enumerate(zip(params, tape.gradient(value, params), strict=True)):
            velocities[place] = momentum * velocities[place] - rate * slope
            parameter.assign_add(velocities[place])
        return value

    return step


def created_inside(cost, params, rate, momentum):
    return tf.function(lambda x, labels: momentum_step(cost, params, rate, momentum).python_function(x, labels))


def retraced(cost, params, rate, momentum):
    """Velocities that are arguments of Python: new ones at every step."""
    step = momentum_step(cost, params, rate, momentum)
    inner = tf.function(lambda x, labels, number: step.python_function(x, labels))
    numbers = iter(range(10**6))

    class Step:
        experimental_get_tracing_count = inner.experimental_get_tracing_count

        def __call__(self, x, labels):
            return inner(x, labels, next(numbers))

    return Step()


def cost_after(cost, params, rate, momentum):
    step = momentum_step(cost, params, rate, momentum)

    @tf.function
    def late(x, labels):
        step.python_function(x, labels)
        return cost(x, labels)

    return late


RIGHT = {"8.2": 0.6, "8.3": noisy, "8.4": momentum_step}
WRONG = {
    "8.2": [
        (1.2, "mean of all three"),
        (1.0, "loss of the second step"),
        (0.9, "give it its weight"),
        (-0.3, "not the change of the mean"),
        (3.6, "Take off what the first two make"),
        (0.1, "take off the sum of their losses"),
        (7, "What is the sum of the first three"),
    ],
    "8.3": [
        (of_the_colleague, "drawn while tracing"),
        (with_static_shape, "tf.shape"),
        (by_numpy_of_its_shape, "tf.shape"),
        (lambda x: x, "Nothing was added"),
        (lambda x: tf.random.normal([784], stddev=0.1), r"should have shape \(60, 784\)"),
        (lambda x: x + tf.random.normal([784], stddev=0.1), "all images get the same noise"),
        (lambda x: x + tf.random.normal([tf.shape(x)[0], 1], stddev=0.1), "all pixels get the same noise"),
        (lambda x: x + tf.random.normal(tf.shape(x), stddev=0.01), "yours has"),
        (lambda x: x + tf.random.uniform(tf.shape(x), 0, 0.34), "should have mean 0"),
        (0.1, "should be a function"),
    ],
    "8.4": [
        (eager, "put the decorator on the inner function"),
        (in_a_list, "A Python list would not|kept in Python"),
        (created_inside, "create the velocities outside"),
        (retraced, "traced 20 times"),
        (with_(new=lambda v, g, r, m: m * v - (1 - m) * r * g), "weight the slope by 1 - momentum"),
        (with_(move=lambda v, n, g, r, m: v), "moves by the old velocity"),
        (with_(move=lambda v, n, g, r, m: m * n - r * g), "Nesterov"),
        (with_(move=lambda v, n, g, r, m: 0 * n), "have not moved"),
        (with_(new=lambda v, g, r, m: m * v + r * g), "uphill"),
        (with_(new=lambda v, g, r, m: 0.5 * v - r * g), "off by"),
        (cost_after, "should return the cost before it"),
    ],
}
