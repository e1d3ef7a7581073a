"""Known answers to the exercises of chapter 12."""

import keras
import numpy as np


def census(first, second, back):
    return {"dead": [np.arange(100) < first, np.arange(100) < second], "back": back}


PREDICTIONS = {
    "12.1": [
        (census(40, 36, [0, 33]), "second", "0 of 40 came back in the first hidden layer and 33 of 36 in the second"),
        (census(40, 36, [2, 0]), "first", "only units of the first"),
        (census(40, 36, [1, 3]), "both", "units of both"),
        (census(40, 36, [0, 0]), "neither", "none of the dead"),
        (census(40, 0, [0, 0]), None, "no dead units in one of the layers"),
    ]
}


def maxout(x, units, join=keras.layers.maximum, activation=None, use_bias=True):
    return join([keras.layers.Dense(units, activation, use_bias=use_bias)(x) for _ in range(2)])


def from_one_layer(x, units):
    return keras.ops.max(keras.layers.Reshape((units, 2))(keras.layers.Dense(2 * units)(x)), axis=-1)


def shared(x, units):
    z = keras.layers.Dense(units)(x)
    return keras.layers.maximum([z, z])


def over_units(x, units):
    return keras.ops.max(maxout(x, units), axis=-1, keepdims=True)


TANH, SIGMOID = np.tanh(2.0), 1 / (1 + np.exp(-2.0))


def by_hand(t=TANH, s=SIGMOID, tanh_slope=lambda a: 1 - a**2, slope=lambda a: a * (1 - a)):
    return [t, tanh_slope(t), s, slope(s)]


def verdict(first, second, choose=np.mean, finite=np.isfinite):
    def at_best_rate(losses):
        kept = [row for row in np.asarray(losses, float) if np.all(finite(row))]
        return min(kept, key=choose) if kept else np.array([np.inf])

    one, other = at_best_rate(first), at_best_rate(second)
    if np.max(one) < np.min(other):
        return "first"
    return "second" if np.max(other) < np.min(one) else "no difference"


def by_means(first, second):
    one, other = (np.nanmin(np.nanmean(losses, axis=1)) for losses in (first, second))
    return "first" if one < other else "second"


def at_equal_rates(first, second):
    return verdict(first[:1], second[:1])


def by_the_lowest_seed(first, second):
    return verdict(first, second, choose=np.min)


def without_the_diverged(first, second):
    return verdict(np.nan_to_num(first, nan=0.0), second)


def touching(first, second):
    return verdict(np.asarray(first) - 1e-9, second)


RIGHT = {
    "12.2": by_hand(),
    "12.3": maxout,
    "12.4": (0.2, 0.3),
    "12.5": verdict,
}
WRONG = {
    "12.2": [
        (by_hand(tanh_slope=lambda a: 1 - a), "its \\*square\\*"),
        (by_hand(tanh_slope=lambda a: a * (1 - a)), "is the sigmoid's slope"),
        (by_hand(slope=lambda a: 1 - a**2), "is tanh's slope"),
        (by_hand(tanh_slope=lambda a: -3), "tanh's \\*value\\*"),
        (by_hand(slope=lambda a: -2), "sigmoid's \\*value\\*"),
        (by_hand(t=np.tanh(1.0)), "e⁻²"),
        (by_hand(s=1 / (1 + np.exp(2.0))), "the sigmoid at −2"),
        (by_hand(s=0.5), "is not 0.5"),
        (by_hand(slope=lambda a: 0.25), "not both are"),
        ([0.964, 0.0707], "shape"),
    ],
    "12.3": [
        (shared, "36 parameters; yours has 18. one branch has 18"),
        (lambda x, units: keras.layers.Dense(units, "relu")(x), "the second needs weights of its own"),
        (lambda x, units: maxout(x, units, use_bias=False), "each branch has biases too"),
        (lambda x, units: maxout(x, units, keras.layers.minimum), "the smaller"),
        (lambda x, units: maxout(x, units, keras.layers.add), "the sum of the two"),
        (lambda x, units: maxout(x, units, keras.layers.average), "the mean of the two"),
        (lambda x, units: maxout(x, units, activation="relu"), "No branch is a ReLU"),
        (lambda x, units: maxout(x, units, keras.layers.multiply), "not the larger"),
        (over_units, "should have shape"),
        (lambda x, units: np.zeros(units), "Return a Keras tensor"),
        (lambda x, units: keras.layers.Dense(units), "Return a Keras tensor"),
    ],
    "12.4": [
        ((0.3, 0.2), "wrong order"),
        ((-0.2, -0.3), "output over input"),
        ((0.01, 0.01), "With equal slopes"),
        ((0.01, 0.3), "Send −1 through"),
        (0.2, "shape"),
    ],
    "12.5": [
        (by_means, "the ranges of the seeds overlap"),
        (at_equal_rates, "best rate elsewhere"),
        (by_the_lowest_seed, "lowest \\*mean\\*"),
        (without_the_diverged, "diverged does not count"),
        (touching, "Ranges that touch"),
        (lambda first, second: True, "Return "),
    ],
}
