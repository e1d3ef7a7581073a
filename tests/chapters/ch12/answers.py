"""Known answers to the exercises of chapter 12."""

from course_utils.backend import layer_outputs

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


def by_hand(slopes=(0, 0.1, 1 - 0.964**2), back=0.5, x=(1, 2)):
    return [[back * slope * value for value in x] for slope in slopes]


def census(model, x, hidden=slice(None, -1), axis=0, rare=lambda share: share < 0.01, count=np.sum):
    outputs, found = layer_outputs(model)(x), {}
    for layer in model.layers[hidden]:
        share = np.mean(outputs[layer.name] > 0, axis=axis)
        found[layer.name] = (count(share == 0), count(rare(share)))
    return found


def swapped(model, x):
    return {name: pair[::-1] for name, pair in census(model, x).items()}


def living(model, x):
    outputs = {layer.name: layer_outputs(model)(x)[layer.name] for layer in model.layers[:-1]}
    shares = {name: np.mean(output > 0, axis=0) for name, output in outputs.items()}
    return {name: (np.sum(share > 0), np.sum(share >= 0.01)) for name, share in shares.items()}


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
    "12.3": census,
    "12.4": (0.2, 0.3),
    "12.5": lambda first, second: verdict(first, second).title(),
}
WRONG = {
    "12.2": [
        (by_hand(back=1), "is a factor too"),
        (by_hand(x=(1, -2)), "the weight's own sign does not count"),
        (by_hand(back=-0.5), "are all positive or 0"),
        (by_hand(x=(1, 1)), "the two inputs differ"),
        (by_hand(x=(2, 1)), "The first weight has the input 1"),
        (by_hand((1, 1, 1 - 0.964**2)), "positive side"),
        (by_hand((0, 0.1, 0.42)), "the bias is −1"),
        (by_hand((0, -0.2, -0.964)), "take the slopes"),
        (by_hand((1, 0.1, 0.0707)), "row of ReLU"),
        (by_hand((0, 0.9, 0.0707)), "row of leaky ReLU"),
        (by_hand((0, 0.1, 0.036)), "row of tanh"),
        ([0, 0.1, 0.0707], "shape"),
    ],
    "12.3": [
        (lambda model, x: census(model, x, hidden=slice(None)), "no hidden layer"),
        (lambda model, x: list(census(model, x).values()), "a dictionary"),
        (lambda model, x: dict(list(census(model, x).items())[:1]), "are named"),
        (lambda model, x: census(model, x, rare=lambda share: (share > 0) & (share < 0.01)), "the dead among"),
        (lambda model, x: census(model, x, rare=lambda share: share <= 0.01), "does not count"),
        (lambda model, x: census(model, x, count=np.mean), "not shares"),
        (swapped, "dead come first"),
        (living, "do answer"),
        (lambda model, x: census(model, x, axis=1), "look at its column"),
        (lambda model, x: census(model, x[:100]), "The numbers of the dead"),
        (lambda model, x: census(model, x, rare=lambda share: share < 0.1), "1 % here"),
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
