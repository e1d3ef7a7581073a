"""Known answers to the exercises of chapter 14."""

import numpy as np
from keras import layers

PREDICTIONS = {
    "14.1": [
        ({"loss": 2.41, "first layer": 2e-4}, "stands", "ends at 2.41 .*stands still, because thirty times"),
        ({"loss": 1.2, "first layer": 0.2}, "learns", "the larger rate helps"),
        ({"loss": np.nan, "first layer": np.nan}, "overflows", "the loss is nan"),
        ({"loss": 2.4, "first layer": 0.3}, None, "the loss does not fall"),
    ]
}


def norm_of(gradients):
    return np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))


def clip(gradients, limit, factor=lambda norm, limit: limit / max(norm, limit)):
    norm = norm_of(gradients)
    return [gradient * factor(norm, limit) for gradient in gradients], norm


def as_tuple(gradients, limit):
    """Another right way: a tuple, one long vector, a NumPy scalar."""
    norm = np.linalg.norm(np.concatenate([np.ravel(gradient) for gradient in gradients]))
    shrink = 1.0 if norm <= limit else limit / norm
    return tuple(shrink * gradient for gradient in gradients), norm


def in_place(gradients, limit):
    norm = norm_of(gradients)
    for gradient in gradients:
        gradient *= limit / max(norm, limit)
    return gradients, norm


def each_by_itself(gradients, limit):
    return [g * min(1, limit / max(np.linalg.norm(g), 1e-9)) for g in gradients], norm_of(gradients)


def by_value(gradients, limit):
    return [np.clip(gradient, -limit, limit) for gradient in gradients], norm_of(gradients)


def dense(activation="sigmoid"):
    return layers.Dense(50, activation=activation)


def faulty(h):
    h = dense()(h)
    return layers.add([h, dense()(h)])


def projected(h):
    return layers.add([layers.Dense(50)(h), dense()(dense()(h))])


def sigmoid_after_the_sum(h):
    return layers.Activation("sigmoid")(layers.add([h, layers.Dense(50)(dense()(h))]))


RIGHT = {
    "14.2": 1.6,
    "14.3": clip,
    "14.4": lambda h: h + dense()(dense()(h)),
    "14.5": 5.66,
}
ALSO_RIGHT = [("14.3", as_tuple)]  # written in another way
WRONG = {
    "14.2": [
        (2, "This is for ReLU"),
        (0.625, "Turned over"),
        (16 / 9, "average the squares"),
        (4 / 3, "average the squares"),
        (0.8, "not their sum"),
        (1.265, "standard deviation"),
        (16, "slopes of ¼"),
        (1, "Which share"),
    ],
    "14.3": [
        (each_by_itself, "each array by its own norm"),
        (by_value, "cut each entry"),
        (lambda gradients, limit: clip(gradients, limit, lambda norm, limit: limit / norm), "short gradients longer"),
        (
            lambda gradients, limit: clip(gradients, limit, lambda norm, limit: min(norm, limit) / norm),
            "zero below",
        ),
        (lambda gradients, limit: clip(gradients, limit, lambda norm, limit: min(1, limit / norm**2)), "is the root"),
        (lambda gradients, limit: (gradients, norm_of(gradients)), "not clipped"),
        (in_place, "have changed"),
        (lambda gradients, limit: (clip(gradients, limit)[0], min(limit, norm_of(gradients))), "before"),
        (lambda gradients, limit: clip(gradients, limit)[0], "Return two things"),
        (lambda gradients, limit: None, "returns nothing yet"),
    ],
    "14.4": [
        (faulty, "Follow the name|follow the name"),
        (lambda h: layers.add([h, dense()(h)]), "two dense layers; yours has 1"),
        (projected, "two dense layers; yours has 3"),
        (lambda h: dense()(dense()(h)), "hand on its input"),
        (sigmoid_after_the_sum, "hand on its input"),
        (lambda h: layers.add([h, dense("relu")(dense("relu")(h))]), "keep their sigmoid"),
        (lambda h: h, "two dense layers; yours has 0"),
    ],
    "14.5": [
        (0.5 ** (1 / 200), "the value of the gate"),
        (np.log(200), "37 %"),
        (-5.6613, "The sign"),
        (1.0, "is left after 200 steps"),
    ],
}
