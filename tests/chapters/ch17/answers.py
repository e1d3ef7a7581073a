"""Known answers to the exercises of chapter 17."""

from course_utils.chapters.ch17.adam import adam

import numpy as np


def steps(**changed):
    straight = {"sgd": 100, "momentum": 50, "nesterov": 60, "adagrad": 5, "rmsprop": np.inf, "adam": 40}
    return {name: [n, changed.get(name, n)] for name, n in straight.items()}


PREDICTIONS = {
    "17.1": [
        (steps(adagrad=500, adam=90), "adaptive", "adagrad, adam .*rmsprop: solved neither way.*knows no axes"),
        (steps(rmsprop=80), "adaptive", "a tenth for: rmsprop"),
        (steps(), "none", "a tenth for: none"),
        (steps(momentum=90), "momentum", "rules with a velocity"),
        (steps(sgd=200, momentum=90, nesterov=70, adagrad=50, adam=9), "all", "all rules care"),
        (steps(sgd=200), None, "of several kinds"),
    ]
}


def my_adam(w, g, memory, t, rate, beta1=0.9, beta2=0.999, first=True, second=True, inside=False, eps=1e-7):
    memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    memory["s"] = beta2 * memory.get("s", 0) + (1 - beta2) * g * g
    m = memory["m"] / (1 - beta1**t) if first else memory["m"]
    s = memory["s"] / (1 - beta2**t) if second else memory["s"]
    return w - rate * m / (np.sqrt(s + eps) if inside else np.sqrt(s) + eps)


def changed(**settings):
    return lambda w, g, memory, t, rate: my_adam(w, g, memory, t, rate, **settings)


def from_zero(w, g, memory, t, rate):
    return my_adam(w, g, memory, t - 1, rate)


def forgetful(w, g, memory, t, rate):
    return my_adam(w, g, {}, 1, rate)


def fed_back(w, g, memory, t, rate):
    memory["m"] = (0.9 * memory.get("m", 0) + 0.1 * g) / (1 - 0.9**t)
    memory["s"] = (0.999 * memory.get("s", 0) + 0.001 * g * g) / (1 - 0.999**t)
    return w - rate * memory["m"] / (np.sqrt(memory["s"]) + 1e-7)


def adamw(w, g, memory, t, rate, decay):
    return (1 - rate * decay) * adam(w, g, memory, t, rate)  # after the step; the notebook's solution shrinks before it


RIGHT = {"17.2": [3, 24 / 7], "17.3": my_adam, "17.4": adamw, "17.5": [0.0375]}
WRONG = {
    "17.2": [
        ((4, 4 / 0.875), "starts at v₀ = 0"),
        ((14 / 3, 14 / 3), "ordinary mean"),
        ((24 / 7, 3), "it comes second"),
        ((6, 6 / 0.875), "has the weight 1"),
        ((2, 2), "What are v₂ and v₃"),
        ((3, 6), "You divided by 1 - β"),
        ((3, 24), "divided by β³"),
        ((3, 3), "sum to less than 1"),
        ((3, 2.625), "you multiplied by it"),
        ((3, 4), "what do the three weights sum to"),
        (3, "should have shape"),
        ("three", "should be numbers"),
        ([[3], [3, 4]], "should be numbers"),
    ],
    "17.3": [
        (changed(first=False, second=False), "3.16 times too long"),
        (changed(second=False), "second average is not corrected"),
        (changed(first=False), "first average is not corrected"),
        (changed(inside=True, eps=1e-14), "behind the root"),
        (from_zero, "raised ZeroDivisionError|should be finite"),
        (forgetful, "The first step is right, step 2 is not"),
        (fed_back, "The first step is right, step 2 is not"),
        (changed(beta1=0.999, beta2=0.9), "The first step is right, step 2 is not"),
        (lambda w, g, memory, t, rate: my_adam(w, -g, memory, t, rate), "uphill"),
        (lambda w, g, memory, t, rate: my_adam(w, g, memory, t, 1), "lacks the factor"),
        (lambda w, g, memory, t, rate: w, "where they were"),
        (lambda w, g, memory, t, rate: my_adam(w, g, memory, t, 2 * rate), "that. Are both averages"),
        (lambda w, g, memory, t, rate: None, "returns nothing yet"),
        (lambda w, g, memory, t, rate: [[1, 2], [3]], "should be numbers"),
        (3, "should be a function"),
    ],
    "17.4": [
        (lambda w, g, memory, t, rate, decay: adam(w, g + decay * w, memory, t, rate), "divided, as g is"),
        (lambda w, g, memory, t, rate, decay: adam(w, g, memory, t, rate), "There is no decay"),
        (lambda w, g, memory, t, rate, decay: adam((1 - decay) * w, g, memory, t, rate), "not multiplied by the rate"),
        (lambda w, g, memory, t, rate, decay: adam((1 + rate * decay) * w, g, memory, t, rate), "The weights grow"),
        (lambda w, g, memory, t, rate, decay: adam((1 - 2 * rate * decay) * w, g, memory, t, rate), "It differs"),
        (lambda w, g, memory, t, rate, decay: None, "returns nothing yet"),
        ("adamw", "should be a function"),
    ],
    "17.5": [
        (0.02, "gradient descent's limit"),
        (0.002, "Ten times less"),
        (0.2, "diverges"),
        (0.0105, "bears more"),
        (0.03, "comes to rest, and so do larger"),
        (0.05, "does not come to rest"),
        ("much", "should be a number"),
        (np.nan, "should be finite"),
    ],
}
