"""Known answers to the exercises of chapter 32."""

import numpy as np


def context(enough, end=1.85):
    """Losses by the number of characters, within 0.01 of the end from `enough` on."""
    lengths = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 60, 150)
    return {k: end + (0.0 if k >= enough else 0.02 + 1 / k) for k in lengths}


PREDICTIONS = {
    "32.1": [
        (context(12), "words", "1.850 nats with 12 characters .* 12 is the first that is enough"),
        (context(5), "word", "5 is the first"),
        (context(30), "line", "30 is the first"),
        (context(150), "speech", "150 is the first"),
        (context(12) | {30: 1.9}, "line", "60 is the first"),
        (context(12) | {150: np.nan}, None, "nothing to compare"),
    ]
}


def pair_loss(train, tokens, V, alpha, *, axis=1, log=np.log):
    counts = np.full((V, V), float(alpha))
    np.add.at(counts, (train[:-1], train[1:]), 1)
    p = counts / counts.sum(axis=axis, keepdims=True)
    return -log(p[tokens[:-1], tokens[1:]]).mean()


def alphas_left_out_of_the_totals(train, tokens, V, alpha):
    counts = np.zeros((V, V))
    np.add.at(counts, (train[:-1], train[1:]), 1)
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
    return -np.log(((counts + alpha) / totals)[tokens[:-1], tokens[1:]]).mean()


def counted_with_a_loop(train, tokens, V, alpha):
    """Right, and written another way."""
    counts = {}
    for first, second in zip(train[:-1].tolist(), train[1:].tolist(), strict=True):
        counts[first, second] = counts.get((first, second), alpha) + 1
    total = 0.0
    for first, second in zip(tokens[:-1].tolist(), tokens[1:].tolist(), strict=True):
        row = sum(counts.get((first, k), alpha) for k in range(V))
        total -= np.log(counts.get((first, second), alpha) / row)
    return [total / (len(tokens) - 1)]


def spoiled(train, tokens, V, alpha):
    loss = pair_loss(train, tokens, V, alpha)
    train[:] = 0
    return loss


def leaky_gradient(u, W_h, a, h_0, dH, *, leak=True, scaled=True, carried=True, through=True, late=0, of_state=False):
    h, states, tanhs = h_0, [h_0], []
    for step in u:
        tanhs.append(np.tanh(step + h @ W_h))
        h = (1 - a) * h + a * tanhs[-1]
        states.append(h)
    total, carry = 0, 0
    for t in range(len(u) - 1, -1, -1):
        dh = dH[t] + carry * carried
        dz = dh * (1 - (states[t + 1] if of_state else tanhs[t]) ** 2) * (a if scaled else 1)
        total = total + states[t + late].T @ dz
        carry = dz @ W_h.T * through + (1 - a) * dh * leak
    return total


def leaky_in_place(u, W_h, a, h_0, dH):
    gradient = leaky_gradient(u, W_h, a, h_0, dH)
    dH *= 0
    return gradient


FAULTS = {"Ada": "torn rows", "Ben": "wrong last", "Cleo": "not shifted", "Dan": "shifted back"}
BY_HAND = (131.83, 0.01843, 4.0)

RIGHT = {
    "32.2": BY_HAND,
    "32.3": counted_with_a_loop,
    "32.4": FAULTS,
    "32.5": leaky_gradient,
}
WRONG = {
    "32.2": [
        ((3.296, 0.0184, 4), "the loss of one character"),
        ((190.2, 0.0184, 4), "This is in bits"),
        ((99.6, 0.0184, 4), "have changed places"),
        ((82.4, 0.0184, 4), "40 characters, not 25"),
        ((-131.83, 0.0184, 4), "A loss is positive"),
        ((120, 0.0184, 4), "is not 120"),
        ((131.8, 0.125, 4), "by the slope of tanh"),
        ((131.8, 0.1475, 4), "by the weight"),
        ((131.8, 0.1024, 4), "three steps"),
        ((131.8, 0.004, 4), "with the square"),
        ((131.8, -0.01843, 4), "no factor is negative"),
        ((131.8, 0.0369, 4), "three times the weight"),
        ((131.8, 0.0737, 4), "in each of the three steps"),
        ((131.8, 0.0104, 4), "at 0.6 it is 0.64"),
        ((131.8, 0.5, 4), "product of three factors"),
        ((131.8, 0.0184, 7.389), "right for 2 nats"),
        ((131.8, 0.0184, 2), "2 is the loss"),
        ((131.8, 0.0184, 1.386), "the loss in nats"),
        ((131.8, 0.0184, 8), "two bits tell how many"),
        (131.8, "should have shape"),
        ("many", "should be numbers"),
        ([[1, 2], 3, 4], "should be numbers"),
    ],
    "32.3": [
        (lambda *given: pair_loss(*given, log=np.log2), "This is in bits"),
        (lambda *given: np.exp(pair_loss(*given)), "This is the perplexity"),
        (lambda *given: -pair_loss(*given), "A loss is positive"),
        (lambda train, tokens, V, alpha: 39 * pair_loss(train, tokens, V, alpha), "the sum; return the mean"),
        (lambda train, tokens, V, alpha: 39 / 40 * pair_loss(train, tokens, V, alpha), "divide by one less"),
        (lambda train, tokens, V, alpha: pair_loss(train, train, V, alpha), "scored the training text"),
        (lambda train, tokens, V, alpha: pair_loss(tokens, tokens, V, alpha), "Count in `train`"),
        (lambda train, tokens, V, alpha: pair_loss(train, tokens, V, 1), "not always 1"),
        (lambda train, tokens, V, alpha: pair_loss(train[::-1], tokens, V, alpha), "Which token comes first"),
        (lambda *given: pair_loss(*given, axis=0), "Each \\*row\\* of probabilities"),
        (lambda *given: pair_loss(*given, axis=(0, 1)), "not of all pairs"),
        (alphas_left_out_of_the_totals, "must contain the alphas"),
        (spoiled, "changes the texts"),
        (lambda train, tokens, V, alpha: np.log(V), "the loss should be"),
        (lambda train, tokens, V, alpha: "low", "should be a number"),
        (lambda train, tokens, V, alpha: [[1], [2, 3]], "should be a number"),
        (lambda train, tokens, V, alpha: None, "returns nothing yet"),
    ],
    "32.4": [
        (FAULTS | {"Ada": "lost text"}, "Ada's arrays do not show 'lost text'.* count the tokens"),
        (FAULTS | {"Ben": "torn rows"}, "Ben's arrays do not show 'torn rows'.* row 0 in batch 0"),
        (FAULTS | {"Cleo": "shifted back"}, "compare `y` with `x - 1`"),
        (FAULTS | {"Dan": "not shifted"}, "compare `x` with `y`"),
        (FAULTS | {"Dan": "wrong last"}, "the last column"),
        (FAULTS | {"Dan": "overfitting"}, "For Dan choose one of .*'overfitting'"),
        (list(FAULTS.values()), "Store a dictionary with a word for each of Ada"),
    ],
    "32.5": [
        (lambda *given: leaky_gradient(*given).T, "This is the transpose"),
        (lambda *given: leaky_gradient(*given, leak=False), "the carry lacks a term"),
        (lambda *given: leaky_gradient(*given, through=False), "through tanh too"),
        (lambda *given: leaky_gradient(*given, carried=False), "carry it back"),
        (lambda *given: leaky_gradient(*given, scaled=False), "times a"),
        (lambda *given: leaky_gradient(*given, late=1), "\\*before\\* the step"),
        (lambda *given: leaky_gradient(*given, of_state=True), "the state is not the tanh"),
        (lambda *given: leaky_gradient(*given) / 2, "differs from central differences"),
        (leaky_in_place, "changes the arrays"),
        (lambda u, W_h, a, h_0, dH: u, "should have shape"),
        (lambda u, W_h, a, h_0, dH: None, "returns nothing yet"),
        (lambda u, W_h, a, h_0, dH: [[1], [2, 3]], "should be numbers"),
    ],
}
