"""Known answers to the exercises of chapter 16."""

from course_utils.chapters.ch16.checks import ill_network

import keras
import numpy as np

PREDICTIONS = {
    "16.1": [
        ({"batch": 0.56, 0.99: 0.3}, "batch", "0.56 with the images' own .* and 0.30 with the moving .* know more"),
        ({"batch": 0.3, 0.99: 0.5}, "moving", "averages do better"),
        ({"batch": 0.5, 0.99: 0.51}, "same", "hardly differ"),
        ({"batch": np.nan, 0.99: 0.5}, None, "nothing to compare"),
    ]
}


def parts(D, Z, gamma, eps):
    root = np.sqrt(Z.var(axis=0) + eps)
    Zhat, G = (Z - Z.mean(axis=0)) / root, gamma * D
    return root, Zhat, G, Zhat * (G * Zhat).mean(axis=0)


def backward(change=lambda D, Z, gamma, eps, right: right):
    """A `bn_backward` whose three right results something is done to."""

    def bn_backward(D, Z, gamma, eps=1e-3):
        root, Zhat, G, along = parts(D, Z, gamma, eps)
        right = (G - G.mean(axis=0) - along) / root, (D * Zhat).sum(axis=0), D.sum(axis=0)
        return change(D, Z, gamma, eps, right)

    return bn_backward


def to_Z(formula):
    """A `bn_backward` with another gradient with respect to Z."""
    return backward(lambda D, Z, gamma, eps, right: (formula(gamma, right[0], *parts(D, Z, gamma, eps)), *right[1:]))


def of_layers(model, x, through=True):
    """Mean and variance of what arrives at each normalization, with those below mended or not."""
    values = x
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            array = np.asarray(values)
            yield layer, array.mean(axis=0), array.var(axis=0)
        values = layer(values, training=False)


def recalibrate(model, x, change=lambda mean, var: (mean, var), at_once=False):
    found = of_layers(model, x)
    for layer, mean, var in list(found) if at_once else found:
        mean, var = change(mean, var)
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(var)
    return model


def in_training_mode(model, x):
    model(x, training=True)
    return model


def with_other_weights(model, x):
    model.layers[0].kernel.assign(2 * model.layers[0].kernel)
    return recalibrate(model, x)


def frozen(model, x):
    model.trainable = False
    return recalibrate(model, x)


def ill():
    """The layer whose averages differ most from what arrives there when the layers below use their batch."""
    (model, values), off = ill_network(), []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            Z = np.asarray(values)
            off.append(np.abs(np.asarray(layer.moving_mean) - Z.mean(axis=0)).mean() / Z.std())
            values = layer.gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-3) + layer.beta
        else:
            values = layer(values)
    return 1 + int(np.argmax(off))


ILL = ill()
RIGHT = {"16.2": 2.31, "16.3": backward(), "16.4": ILL, "16.5": recalibrate}
WRONG = {
    "16.2": [
        (-1.53, "in training mode"),
        (0.7 / 1.15**0.5, "γ and β are missing"),
        (1.4 / 1.15**0.5, "β is missing"),
        (2 * -1.7 / 2.35**0.5 + 1, "of the \\*old\\* value"),
        (1.4 / 1.15 + 1, "the root of the variance"),
        (2.4, "The variance has moved too"),
        (3.8, "starts at 1"),
        (1.4 / (0.9 + 1 / 3) ** 0.5 + 1, "not m - 1"),
        (3, "before the step"),
        (17, "after one step"),
        ("two", "should be a number"),
        ([1, [2, 3]], "should be a number"),
    ],
    "16.3": [
        (to_Z(lambda gamma, right, root, Zhat, G, along: G / root), "as constants"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: (G - G.mean(axis=0)) / root), "variance is missing"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: (G - along) / root), "mean is missing"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: right / gamma), "gamma is missing"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: right * root), "variance plus eps"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: right * len(G)), "factor m"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: right + 1), "should add up to 0"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: 2 * right), "differs from central differences"),
        (to_Z(lambda gamma, right, root, Zhat, G, along: right.T), "transposed"),
        (backward(lambda D, Z, gamma, eps, right: (right[0], right[1] / len(D), right[2])), "not the mean"),
        (backward(lambda D, Z, gamma, eps, right: (right[0], (D * Z).sum(axis=0), right[2])), "not z itself"),
        (backward(lambda D, Z, gamma, eps, right: (right[0], right[2], right[1])), "how does gamma enter"),
        (backward(lambda D, Z, gamma, eps, right: right[0]), "Return three arrays"),
        (backward(lambda D, Z, gamma, eps, right: (right[0], [1, [2]], right[2])), "should be numbers"),
        (lambda D, Z: None, "raised TypeError"),
        (lambda D, Z, gamma, eps: None, "returns nothing yet"),
    ],
    "16.4": [
        (ILL - 1, "is above"),
        (ILL % 4 + 1 if ILL < 4 else 1, "is below" if ILL < 4 else "is above"),
        (9, "has 4 normalized layers"),
        (2.5, "should be an integer"),
        ("third", "should be a number"),
        ([1, [2]], "should be a number"),
    ],
    "16.5": [
        (lambda model, x: recalibrate(model, x, at_once=True), "after those have been mended"),
        (lambda model, x: recalibrate(model, x, lambda mean, var: (mean, np.sqrt(var))), "not standard deviations"),
        (in_training_mode, "by 1 % only"),
        (lambda model, x: recalibrate(model, x, lambda mean, var: (mean + 1, var)), "Layer 1 has other averages"),
        (with_other_weights, "Change the averages alone"),
        (frozen, "Change the averages alone"),
        (lambda model, x: model, "still 0 and 1"),
        (lambda model, x: model.get_weights(), "Return the model"),
        (lambda model, x: None, "returns nothing yet"),
        ("recalibrate", "should be a function"),
    ],
}
