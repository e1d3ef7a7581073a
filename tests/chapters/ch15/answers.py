"""Known answers to the exercises of chapter 15."""

from course_utils.chapters.ch15.checks import sick_weights

import numpy as np


def losses(*values):
    return dict(zip((0.01, 0.1, 1), values, strict=True))


PREDICTIONS = {
    "15.1": [
        (
            losses(0.2, 0.29, 0.95),
            "small",
            "0.20, 0.29, 0.95, so the smallest weights learn .*turns small weights further",
        ),
        (losses(0.3, 0.2, 0.95), "middle", "the middle scale learns fastest"),
        (losses(0.9, 0.5, 0.2), "large", "the largest weights learn fastest"),
        (losses(0.30, 0.29, 0.31), "same", "hardly a difference"),
        (losses(0.2, 0.29, np.nan), None, "overflowed"),
    ]
}


def scaled(limit, power=0.5, axis=None):
    """A `variance_scaling` with this multiple of its limit or standard deviation, and maybe a wrong `n`."""

    def variance_scaling(rng, fan_in, fan_out, scale, mode, distribution):
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        sd = (scale / (axis or n.get)(mode if axis is None else n)) ** power
        if distribution == "normal":
            return sd * rng.standard_normal((fan_in, fan_out))
        return rng.uniform(-limit * sd, limit * sd, (fan_in, fan_out))

    return variance_scaling


def right(rng, *settings):
    return scaled(3**0.5)(rng, *settings)


def without_rng(rng, *settings):
    return right(np.random.default_rng(), *settings)


def positive(rng, *settings):
    return np.abs(right(rng, *settings))


def always_normal(rng, fan_in, fan_out, scale, mode, distribution):
    return right(rng, fan_in, fan_out, scale, mode, "normal")


def scale_outside(rng, fan_in, fan_out, scale, mode, distribution):
    return scale * right(rng, fan_in, fan_out, 1, mode, distribution)


def ill_layers():
    """What the patients' kernels show: the one with tiny weights, and the one whose columns are equal."""
    tiny = [kernel.std() * len(kernel) ** 0.5 for kernel in sick_weights("A")[::2]]
    equal = [np.ptp(kernel, axis=1).max() for kernel in sick_weights("B")[::2]]
    return {"A": 1 + int(np.argmin(tiny)), "B": 1 + int(np.argmin(equal))}


ILL = ill_layers()


def calibrate(model, x, measure=lambda z: np.sqrt(np.mean(z**2)), through=lambda layer, x: layer(x).numpy()):
    for layer in model.layers:
        layer.kernel.assign(layer.kernel / measure(x @ layer.kernel.numpy()))
        x = through(layer, x)
    return model


def by_the_mean_square(model, x):
    return calibrate(model, x, lambda z: np.mean(z**2))


def behind_the_relu(model, x):
    return calibrate(model, x, lambda z: np.sqrt(np.mean(np.maximum(0, z) ** 2)))


def from_one_pass(model, x):
    factors = []
    for layer in model.layers:
        factors.append(np.sqrt(np.mean((x @ layer.kernel.numpy()) ** 2)))
        x = layer(x).numpy()
    for layer, factor in zip(model.layers, factors, strict=True):
        layer.kernel.assign(layer.kernel / factor)
    return model


def drawn_anew(model, x):
    for layer in model.layers:
        layer.kernel.assign(np.random.default_rng(0).standard_normal(layer.kernel.shape))
    return calibrate(model, x)


RIGHT = {
    "15.2": 0.0791,
    "15.3": right,
    "15.4": ILL,
    "15.5": calibrate,
}
WRONG = {
    "15.2": [
        (1 / 160, "This is the variance"),
        ((2 / 256) ** 0.5, "This is He's"),
        (1 / 16, "before the leaky ReLU"),
        ((1 / 192) ** 0.5, "What happens to its square"),
        ((0.625 / 256) ** 0.5, "divide by the share that is kept"),
        (1 / 160**2, "its root"),
        (0.5, "Which share of the mean square"),
        ("little", "should be a number"),
    ],
    "15.3": [
        (scaled(1), "took the standard deviation for the limit"),
        (scaled(3**0.5, power=1), "The formula is for the variance"),
        (scaled(3**0.5, axis=lambda n: n["fan_out"]), "the variance for 'fan_out'"),
        (scaled(3**0.5, axis=lambda n: n["fan_in"]), "the variance for 'fan_in'"),
        (scale_outside, "its root multiplies the weights"),
        (scaled(3**0.5, axis=lambda n: 2 * n["fan_in"]), "The variance should be scale / n"),
        (without_rng, "Draw from the `rng`"),
        (positive, "it should be 0"),
        (always_normal, "the distribution is not uniform"),
        (lambda rng, fan_in, fan_out, *rest: right(rng, fan_out, fan_in, *rest), "transposed"),
        (lambda rng, fan_in, fan_out: None, "raised TypeError"),
    ],
    "15.4": [
        ({"A": ILL["A"] + 1, "B": ILL["B"]}, "of A the last hidden layer still has .* ill layer is below"),
        ({"A": ILL["A"] - 2, "B": ILL["B"]}, "of A the last hidden layer still has .* ill layer is above"),
        ({"A": ILL["A"], "B": ILL["B"] + 1}, "of B all images still give .* ill layer is below"),
        ({"A": ILL["A"], "B": ILL["B"] - 1}, "of B all images still give .* ill layer is above"),
        ({"A": 11, "B": 1}, "has 10 hidden layers"),
        ({"A": 2.5, "B": 1}, "should be an integer"),
        (6, "Store a layer for each"),
    ],
    "15.5": [
        (by_the_mean_square, "the root of the mean square"),
        (behind_the_relu, "You measured behind the ReLU"),
        (from_one_pass, "Layer 1 is right"),
        (drawn_anew, "multiply its kernel by one number"),
        (lambda model, x: model, "has not changed"),
        (lambda model, x: model.get_weights(), "Return the model"),
        (lambda model, x: None, "returns nothing yet"),
        (lambda model, x: calibrate(model, 3 * x), "should be 1 in every layer"),
    ],
}
