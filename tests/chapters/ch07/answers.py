"""Known answers to the exercises of chapter 7."""

import numpy as np


def accuracies(*values):
    return dict(zip(("plain", "one order for all", "an order for each"), values, strict=True))


PREDICTIONS = {
    "7.1": [
        (accuracies(0.44, 0.43, 0.13), "plain", "44.0 % of the plain .* 43.0 % .* 13.0 %.*changes no sum"),
        (accuracies(0.44, 0.30, 0.13), "between", "part of what an order for each costs"),
        (accuracies(0.44, 0.14, 0.13), "own", "as much as an order for each"),
        (accuracies(0.13, 0.12, 0.11), None, "too little to tell"),
    ]
}


def through(net, x, labels, *, mean=True, mask=True, sign=1):
    """The derivatives of the mean cross-entropy by the inputs, or with a known mistake in them."""
    activations = [x]
    for weights, biases in net[:-1]:
        activations.append(np.maximum(activations[-1] @ weights + biases, 0))
    scores = activations[-1] @ net[-1][0] + net[-1][1]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    delta = p / p.sum(axis=1, keepdims=True) - np.eye(p.shape[1])[labels]
    delta = sign * delta / (len(x) if mean else 1)
    for layer, (weights, _) in reversed([*enumerate(net)]):
        delta = delta @ weights.T
        if layer and mask:
            delta = delta * (activations[layer] > 0)
    return delta


def changes_the_net(net, x, labels):
    right = through(net, x, labels)
    net[0][1][:] += 1
    return right


def changes_the_images(net, x, labels):
    right = through(net, x, labels)
    x += 1
    return right


def one_layer_only(net, x, labels):
    return through(net[-1:], np.zeros((len(x), len(net[-1][0]))), labels)


def most_alike(images, i):
    correlations = np.corrcoef(images.astype(float), rowvar=False)[i]
    correlations[i] = -1
    return correlations.argmax()


def itself(images, i):
    return np.corrcoef(images.astype(float), rowvar=False)[i].argmax()


def covariance(images, i):
    products = np.cov(images.astype(float), rowvar=False)[i]
    products[i] = -np.inf
    return products.argmax()


def nearest_values(images, i):
    apart = np.sum((images.astype(float) - images[:, [i]]) ** 2, axis=0)
    apart[i] = np.inf
    return apart.argmin()


def opposite(images, i):
    return np.corrcoef(images.astype(float), rowvar=False)[i].argmin()


RIGHT = {
    "7.2": 9600,
    "7.3": through,
    "7.4": {"A": "mask", "B": "zeros", "C": "mean"},
    "7.5": most_alike,
}
WRONG = {
    "7.2": [
        (16_000, "not p"),
        (40_000, "not 1"),
        (10_000, "p = 0.5"),
        (2400, "to 0.01"),
        (48, "square 0.005"),
        (98, "last square root"),
        (4800, "four times as many"),
        (2000, "0.01095"),
        (0.5, "should be an integer"),
    ],
    "7.3": [
        (lambda net, x, labels: through(net, x, labels, mean=False), "sum of the losses"),
        (lambda net, x, labels: through(net, x, labels, mask=False), "must stop what met a negative z"),
        (lambda net, x, labels: through(net, x, labels, sign=-1), "lead downhill"),
        (lambda net, x, labels: 0 * x, "All derivatives are 0"),
        (lambda net, x, labels: 3 * through(net, x, labels), "TensorFlow has"),
        (changes_the_net, "changes the network"),
        (changes_the_images, "changes the images"),
        (one_layer_only, "should have shape"),
        (lambda net, x, labels: None, "returns nothing yet"),
    ],
    "7.4": [
        ({"A": "none", "B": "zeros", "C": "mean"}, "A learns, and yet"),
        ({"A": "mean", "B": "zeros", "C": "mean"}, "too long by the same factor"),
        ({"A": "bias", "B": "zeros", "C": "mean"}, "In which layers"),
        ({"A": "scale", "B": "zeros", "C": "mean"}, "part by part"),
        ({"A": "mask", "B": "none", "C": "mean"}, "does its loss fall"),
        ({"A": "mask", "B": "scale", "C": "mean"}, "beside ln 4"),
        ({"A": "mask", "B": "mask", "C": "mean"}, "no formula is at fault"),
        ({"A": "mask", "B": "zeros", "C": "none"}, "Adam forgives it"),
        ({"A": "mask", "B": "zeros", "C": "mask"}, "output layer would be right"),
        ({"A": "mask", "B": "zeros", "C": "bias"}, "By which factor"),
        ({"A": "mask", "B": "zeros", "C": "flu"}, "For C choose one of"),
        ("mask", "Store a dictionary with a word for each"),
    ],
    "7.5": [
        (itself, "input i itself"),
        (covariance, "varies most"),
        (nearest_values, "nearest values"),
        (opposite, "near -1"),
        (lambda images, i: (i + 1) % 30, "higher correlation|itself|covariance|nearest|rises"),
        (lambda images, i: None, "returns nothing yet"),
    ],
}
