"""Known answers to the exercises of chapter 25."""

import keras
import numpy as np
from keras import layers

PREDICTIONS = {
    "25.1": [
        (np.float64(0.0), "none", "not one did"),
        (0.04, "few", "4.0% of the answers changed, so fewer than one in ten"),
        (0.6, "many", "60.0% .*at least one in ten did, because the moving averages"),
    ]
}


def cut_at(base, name, classes, training=False, freeze=True, pool=layers.GlobalAveragePooling2D, activation=None):
    means = pool()(base.get_layer(name).output)
    features = keras.Model(base.inputs[0], means)
    features.trainable = not freeze
    images = keras.Input((None, None, 3))
    x = features(images) if training is None else features(images, training=training)
    return keras.Model(images, layers.Dense(classes, activation=activation)(x))


def frozen_flat(base, name, classes):
    """A right answer of another kind: no model inside, every layer frozen by itself."""
    for layer in base.layers:
        layer.trainable = False
    means = layers.GlobalAveragePooling2D()(base.get_layer(name).output)
    return keras.Model(base.inputs[0], layers.Dense(classes)(means))


def kernels_frozen(base, name, classes):
    for layer in base.layers:
        layer.trainable = not isinstance(layer, layers.Conv2D)
    means = layers.GlobalAveragePooling2D()(base.get_layer(name).output)
    return keras.Model(base.inputs[0], layers.Dense(classes)(means))


def all_frozen(base, name, classes):
    model = cut_at(base, name, classes)
    model.trainable = False
    return model


def on_the_last_features(base, name, classes):
    return cut_at(base, "two_relu", classes)


def freeze(model):
    for layer in model.layers[:-1]:
        layer.trainable = False
    return model


def inside(model):
    for layer in model.layers:
        yield from inside(layer) if isinstance(layer, keras.Model) else [layer]


def freeze_one_by_one(model):
    for layer in [*inside(model)][:-1]:
        layer.trainable = False
    return model


def freeze_as_given(model):
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            layer.trainable = False
    return model


def freeze_kernels(model):
    for layer in inside(model):
        layer.trainable = not isinstance(layer, layers.Conv2D)
    return model


def freeze_everything(model):
    model.trainable = False
    return model


def images_needed(counts, accuracies, target, axis=np.log, back=np.exp):
    if accuracies[0] >= target:
        return counts[0]
    for low, high, a, b in zip(counts, counts[1:], accuracies, accuracies[1:], strict=False):
        if b >= target:
            return back(axis(low) + (target - a) / (b - a) * (axis(high) - axis(low)))
    return np.inf


def last_crossing(counts, accuracies, target):
    if max(accuracies) < target:
        return np.inf
    above = [i for i in range(len(counts)) if accuracies[i] >= target and (i == 0 or accuracies[i - 1] < target)]
    i = above[-1]
    return images_needed(counts[i - 1 :], accuracies[i - 1 :], target) if i else counts[0]


RIGHT = {
    "25.2": 970,
    "25.3": cut_at,
    "25.4": freeze,
    "25.5": images_needed,
}
ALSO_RIGHT = [("25.3", frozen_flat), ("25.4", freeze_one_by_one)]  # written in another way
WRONG = {
    "25.2": [
        (960, "has a bias"),
        (1930, "half as many"),
        (194, "ten digits"),
        (97, "It is not 97"),
        ("many", "should be a number"),
        ([[1], [2, 3]], "should be a number"),
    ],
    "25.3": [
        (all_frozen, "head must stay trainable"),
        (kernels_frozen, "arrays can be trained"),
        (lambda base, name, classes: cut_at(base, name, classes, freeze=False), "arrays can be trained"),
        (
            lambda base, name, classes: cut_at(base, name, classes, pool=layers.GlobalMaxPooling2D),
            "not those of a dense",
        ),
        (lambda base, name, classes: cut_at(base, name, classes, activation="softmax"), "without a softmax"),
        (on_the_last_features, "trained arrays have the shapes"),
        (lambda base, name, classes: base, "logits of shape"),
        (lambda base, name, classes: [1], "Return a Keras model"),
        (lambda base, name, classes: None, "returns nothing yet"),
    ],
    "25.4": [
        (freeze_as_given, "lists the network inside as one layer"),
        (freeze_kernels, "what is left besides"),
        (freeze_everything, "last layer must stay trainable"),
        (lambda model: "model", "Return the model"),
    ],
    "25.5": [
        (lambda c, a, t: images_needed(c, a, t, axis=lambda x: x, back=lambda x: x), "over the number itself"),
        (last_crossing, "last crossing"),
        (lambda c, a, t: images_needed(c, a, t, back=lambda x: x), "take the exponential"),
        (lambda c, a, t: next((n for n, b in zip(c, a, strict=True) if b >= t), np.inf), "interpolate between two"),
        (lambda c, a, t: float(np.exp(np.interp(t, a, np.log(c)))), "never reached|first count|it should be"),
        (lambda c, a, t: "100", "it should be"),
        (lambda c, a, t: [[1], [2, 3]], "should be a number"),
    ],
}
