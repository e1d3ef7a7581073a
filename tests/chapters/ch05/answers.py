"""Known answers to the exercises of chapter 5."""

import numpy as np


def reached(**medians):
    """Accuracies of three seeds for each change, 0.02 apart, around these medians."""
    names = {
        "unchanged": "as in the tutorial",
        "rate": "rate × 10",
        "pixels": "pixels / 255",
        "biases": "biases from 0",
    }
    names["weights"] = "first weights / 255"
    usual = {"unchanged": 0.3, "rate": 0.7, "pixels": 0.1, "biases": 0.3, "weights": 0.9} | medians
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


ON_PAPER = {"delta2": -3 / 64, "delta1": 9 / 128, "w1": 9 / 64, "b1": 9 / 128, "w2": -3 / 128, "b2": -3 / 64}
DIAGNOSIS = {"A": "quarter", "B": "double", "C": "frozen", "D": "forgotten", "E": "right", "F": "random"}
BELOW = [0.5, 0.4, 1e-10, 0.5, 0.4, 1e-11]  # light below the last layer
COMPARED = [BELOW, [1e-10] * 5 + [1 / 3], [1, 1e-10, 1e-10, 1, 1e-10, 1e-11], BELOW, [1e-10] * 6, BELOW]


def report(compared=COMPARED, **words):
    """An answer to 5.3, the right one but for what is given."""
    return {"compared": compared, "diagnosis": DIAGNOSIS | words}


def relu_softmax(W, b, X, Y, change=lambda found: found, at_output=lambda P, Y: P - Y, slope=lambda a: a > 0):
    """The right answer to 5.4, or with one thing changed a wrong one."""
    A = [X]
    for w, c in zip(W[:-1], b[:-1], strict=True):
        A.append(np.maximum(0, A[-1] @ w + c))
    z = A[-1] @ W[-1] + b[-1]
    P = np.exp(z - z.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    delta, dW, db = at_output(P, Y) / len(X), [], []
    for layer in reversed(range(len(W))):
        dW.insert(0, A[layer].T @ delta)
        db.insert(0, delta.sum(axis=0))
        delta = (delta @ W[layer].T) * slope(A[layer])
    return change((dW, db))


def wrong(**how):
    return lambda W, b, X, Y: relu_softmax(W, b, X, Y, **how)


def scaled(dW_by, db_by):
    return wrong(change=lambda found: ([dW_by * d for d in found[0]], [db_by * d for d in found[1]]))


def last_layer_relu(W, b, X, Y):
    """ReLU at the output too, before the softmax."""
    z = np.maximum(0, np.maximum(0, X @ W[0] + b[0]) @ W[1] + b[1])
    P = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return relu_softmax(W, b, X, Y, at_output=lambda _, Y: P - Y)


def without_shift(W, b, X, Y, most=np.inf):
    """The softmax as it is written, with the exponents cut off at a number."""
    A = [X]
    for w, c in zip(W[:-1], b[:-1], strict=True):
        A.append(np.maximum(0, A[-1] @ w + c))
    exponentials = np.exp(np.minimum(A[-1] @ W[-1] + b[-1], most))
    P = exponentials / exponentials.sum(axis=1, keepdims=True)
    return relu_softmax(W, b, X, Y, at_output=lambda _, Y: P - Y)


RIGHT = {
    "5.2": ON_PAPER,
    "5.3": report(),
    "5.4": relu_softmax,
    "5.5": {10: 0.18, 30: 0.35, 100: 0.6},
}
WRONG = {
    "5.2": [
        (-0.125, "mapping from the six names"),
        ({**ON_PAPER, "w2": "a"}, "w2 should be a number"),
        ({**ON_PAPER, "delta2": 3 / 64}, "delta2 has the wrong sign"),
        ({**ON_PAPER, "delta2": -1 / 4}, "lacks the slope of the sigmoid at z2"),
        ({**ON_PAPER, "delta2": -1 / 16}, "you took the slope ¼"),
        ({**ON_PAPER, "delta1": -3 / 128}, "old w2"),
        ({**ON_PAPER, "delta1": -9 / 128}, "times that of w2, which is negative"),
        ({**ON_PAPER, "delta1": 9 / 32}, "slope of the sigmoid at z1"),
        ({**ON_PAPER, "delta1": -3 / 256}, "lacks the weight"),
        ({**ON_PAPER, "delta1": 27 / 512}, "you took the slope at z2"),
        ({**ON_PAPER, "w1": 9 / 128}, "lacks x"),
        ({**ON_PAPER, "b1": -9 / 128}, "sign of b1"),
        ({**ON_PAPER, "w2": -3 / 64}, "lacks a1"),
        ({**ON_PAPER, "w2": -9 / 256}, "multiplies a1, not a2"),
        ({**ON_PAPER, "b2": -3 / 128}, "multiplies nothing"),
        ({**ON_PAPER, "w1": -1.0}, "w1 is -1, which is not right"),
    ],
    "5.3": [
        (DIAGNOSIS, "Leave the call of the check as it is"),
        ({"compared": COMPARED, "diagnosis": ...}, "waits for your answer: fill both"),
        ({"compared": COMPARED, "diagnosis": "E"}, "Store a dictionary with a word for each"),
        (report(A="slope"), "For A choose one of 'right', 'double'"),
        (report(A="forgotten"), "you use one twice"),
        (report([0.5, 0.1, 0.5, 0.9, 1e-10, 0.7]), "one ratio for each letter"),
        (report(np.transpose(COMPARED)[:4]), "should have shape"),
        (report(np.multiply(COMPARED, 2)), "between 0 and 1"),
        (report(np.full((6, 6), 0.6)), "No row of `compared` is below 1e-5"),
        (report(COMPARED[::-1]), "In the row of B the ratios of no block are above"),
        (report(B="right", E="double"), r"B are off in b3; with \*right\* they would be off nowhere"),
        (report(E="frozen", C="right"), r"C are off in W1, b1; with \*right\*"),
        (report(A="forgotten", D="quarter"), "A has its light blocks .* several times too long"),
        (report(D="random", F="forgotten"), "D has its light blocks"),
    ],
    "5.4": [
        (lambda W, b, X, Y: relu_softmax(W, b, X, Y)[0], "Return two lists"),
        (lambda W, b, X, Y: relu_softmax(W, b, X.T, Y), "raised ValueError"),
        (wrong(change=lambda found: (found[0], [d[None] for d in found[1]])), "leave keepdims out"),
        (wrong(change=lambda found: (found[0], [np.ones(7) for _ in found[1]])), "one number per example"),
        (wrong(change=lambda found: ([d.T for d in found[0]], found[1])), "transposed"),
        (scaled(-1, -1), "sign of db"),
        (scaled(7, 7), "sums over the examples; they should be means"),
        (scaled(7, 1), "Your dW are sums"),
        (scaled(1 / 7, 1 / 7), "twice"),
        (scaled(1 / 3, 1 / 3), "mean over the outputs"),
        (wrong(at_output=lambda P, Y: P), "the softmax itself"),
        (wrong(at_output=lambda P, Y: (P - Y) * P * (1 - P)), "has cancelled"),
        (wrong(slope=lambda a: 1), "slope of ReLU is missing"),
        (wrong(slope=lambda a: a * (1 - a)), "slope of a sigmoid"),
        (wrong(slope=lambda a: a), "by the activation"),
        (wrong(slope=lambda a: 0.9 * (a > 0)), "With the sizes .* differs from the finite differences"),
        (last_layer_relu, "differs from the finite differences"),
        (without_shift, "not finite"),
        (lambda *at: without_shift(*at, most=500), "finite but wrong"),
    ],
    "5.5": [
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
