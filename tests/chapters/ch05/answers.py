"""Known answers to the exercises of chapter 5."""

import numpy as np


def reached(**medians):
    """Accuracies of three seeds for each change, 0.02 apart, around these medians."""
    names = {"book": "as in the book", "rate": "rate × 10", "pixels": "pixels / 255", "biases": "biases from 0"}
    names["weights"] = "first weights / 255"
    usual = {"book": 0.3, "rate": 0.7, "pixels": 0.1, "biases": 0.3, "weights": 0.9} | medians
    return {name: [usual[key] - 0.02, usual[key], usual[key] + 0.02] for key, name in names.items()}


PREDICTIONS = {
    "5.1": [
        (reached(), "weights", r"0.90 \(first weights / 255\).*their sigmoids have a slope"),
        (reached(weights=0.5), "rate", r"0.70 \(rate × 10\), .*ten times as far"),
        (reached(pixels=0.95), "pixels", r"0.95 \(pixels / 255\).*lifts it the most, with each of the seeds\.$"),
        (reached(biases=0.99), "biases", "biases from 0.*lifts it the most"),
        (reached(rate=0.88), None, r"\*first weights / 255\* and \*rate × 10\* are ahead, and their seeds overlap"),
        (reached(rate=0.3, weights=0.3), None, "by more than another seed does"),
    ]
}


def block(dA, Z, A_before, W):
    delta = dA * (Z > 0)
    return delta @ W.T, A_before.T @ delta / len(Z), delta.mean(axis=0)


def changed(place, change):
    """The right block with one of its three results changed."""

    def wrong(dA, Z, A_before, W):
        result = list(block(dA, Z, A_before, W))
        result[place] = change(result[place])
        return result

    return wrong


def with_slope(slope):
    def wrong(dA, Z, A_before, W):
        delta = dA * slope(Z)
        return delta @ W.T, A_before.T @ delta / len(Z), delta.mean(axis=0)

    return wrong


def softmax(Z, axis=1):
    exponentials = np.exp(Z - Z.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


RIGHT = {
    "5.2": block,
    "5.3": lambda Z, Y: softmax(Z) - Y,
    "5.4": {10: 0.18, 30: 0.35, 100: 0.6},
}
WRONG = {
    "5.2": [
        (lambda dA, Z, A_before, W: dA @ W.T, "Return three arrays"),
        (with_slope(np.ones_like), "slope of ReLU is missing"),
        (with_slope(lambda Z: np.maximum(0, Z)), "1 or 0"),
        (changed(1, lambda dW: 7 * dW), "Your dW is the sum"),
        (changed(2, lambda db: 7 * db), "Your db is the sum"),
        (changed(0, lambda dA: dA / 7), "each example on its own"),
        (changed(1, lambda dW: -dW), "Your dW has the wrong sign"),
        (changed(1, np.transpose), "transposed"),
        (changed(2, lambda db: db[None]), "leave keepdims out"),
        (changed(2, lambda db: np.ones(7)), "one number per example"),
        (changed(1, lambda dW: 0.9 * dW), "differs from the difference quotients"),
        (lambda dA, Z, A_before, W: block(dA, Z, A_before.T, W), "raised ValueError"),
    ],
    "5.3": [
        (lambda Z, Y: softmax(Z), "outputs of the softmax themselves"),
        (lambda Z, Y: Y - softmax(Z), "sign is wrong"),
        (lambda Z, Y: (softmax(Z) - Y) * softmax(Z) * (1 - softmax(Z)), "multiply by it once more"),
        (lambda Z, Y: (softmax(Z) - Y) / len(Z), "one example's own"),
        (lambda Z, Y: 1 / (1 + np.exp(-Z)) - Y, "sigmoid outputs"),
        (lambda Z, Y: np.exp(Z) / np.exp(Z).sum() - Y, "over the whole array"),
        (lambda Z, Y: np.exp(Z) / np.exp(Z).sum(axis=0) - Y, "runs over the examples"),
        (lambda Z, Y: np.exp(Z) - Y, "not divided by their sum"),
        (lambda Z, Y: softmax(2 * Z) - Y, "differ from the derivatives"),
        (lambda Z, Y: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - Y, "not finite"),
        (lambda Z, Y: np.nan_to_num(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)) - Y, "finite but wrong"),
        (lambda Z, Y: softmax(np.clip(Z, -500, 500)) - Y, "finite but wrong"),
        (lambda Z, Y: (softmax(Z) - Y).T, "transposed"),
    ],
    "5.4": [
        (30, "in a mapping"),
        ({30: 0.3}, "two or more"),
        ({0.003: 0.3, 0.01: 0.4}, "looks like a rate"),
        ({1: 0.1, 3: 0.11, 10: 0.2}, "below 0.32: 10 times the rate gives 0.20, the nearest. Go up"),
        ({100: 0.6, 1000: 0.8}, "above 0.32: 100 times .* Go down"),
        ({3: 0.1, 10: 0.2, 60: 0.57}, "Between 10 and 60 times"),
        ({-30: 0.3, 30: 0.4}, "positive"),
        ({0.1: 30, 0.5: 60}, "An accuracy lies between 0 and 1"),
        ({30: np.nan, 60: 0.4}, "finite"),
    ],
}
