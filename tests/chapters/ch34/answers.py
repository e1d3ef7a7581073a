"""Known answers to the exercises of chapter 34."""

import numpy as np


def shares(small=0.5, wide=0.51, deep=1.0):
    return {"8 units": small, "32 units": wide, "8 units on 8 units": deep, "another": 1.0}


PREDICTIONS = {
    "34.1": [
        (shares(), "deep", "the pair of layers gets 100%.*only the deep one learned it"),
        (shares(wide=np.float32(0.95)), "wide and deep", "the small one alone did not"),
        (shares(small=0.92, wide=0.99), "all", "all three learned it"),
        (shares(deep=0.6), "none", "none of them learned it in this time"),
        (shares(small=0.95), None, "fits none of the choices"),
        (shares(deep=np.nan), None, "nothing to compare"),
    ]
}


def states(x, W, U, b):
    h, kept = np.zeros((len(x), len(U))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        kept.append(h)
    return np.stack(kept, axis=1)


def turned(a, lengths):
    """Turn each row around its own end, one row after another."""
    rows = [np.concatenate([row[:n][::-1], row[n:]]) for row, n in zip(np.asarray(a), lengths, strict=True)]
    return np.stack(rows)


def whole(a, lengths):
    return a[:, ::-1]


def same(a, lengths):
    return a


def features(a, lengths):
    return a[..., ::-1]


def both(x, forward, backward, lengths, turn=turned, put_back=turned, order=(0, 1)):
    halves = states(x, *forward), put_back(states(turn(x, lengths), *backward), lengths)
    return np.concatenate([halves[k] for k in order], axis=-1)


def from_the_end(x, forward, backward, lengths):
    """Write the same as one loop over the real steps of each row and direction."""
    x = np.asarray(x)
    units = len(forward[1])
    out = np.zeros((*x.shape[:2], 2 * units), "float32")
    for row, n in enumerate(lengths):
        for half, (W, U, b), steps in (
            (slice(None, units), forward, range(n)),
            (slice(units, None), backward, reversed(range(n))),
        ):
            h = np.zeros(units)
            for t in steps:
                h = np.tanh(x[row, t] @ W + h @ U + b)
                out[row, t, half] = h
    return out.tolist()


def summary(outputs, lengths, there=None, back=0):
    units, row = outputs.shape[-1] // 2, np.arange(len(outputs))
    there, back = (lengths - 1 if step is None else step for step in (there, back))
    return np.concatenate([outputs[row, there, :units], outputs[row, back, units:]], axis=-1)


def colleague(outputs, lengths):
    return outputs[np.arange(len(outputs)), lengths - 1]


def swapped(outputs, lengths):
    halves = np.split(summary(outputs, lengths), 2, axis=-1)
    return np.concatenate(halves[::-1], axis=-1)


def attention(questions, h, lengths, padding=-np.inf, axis=-1, after=False, scale=1.0):
    scores = np.einsum("bku,bju->bkj", questions, h) * scale
    real = np.arange(h.shape[1]) < np.asarray(lengths)[:, None, None]
    if not after:
        scores = np.where(real, scores, padding)
    highest = scores.max(axis=axis, keepdims=True)
    powers = np.exp(scores - np.where(np.isfinite(highest), highest, 0))
    with np.errstate(invalid="ignore"):
        weights = np.nan_to_num(powers / powers.sum(axis=axis, keepdims=True))
    return weights * real if after else weights


def overflowing(questions, h, lengths):
    with np.errstate(all="ignore"):
        powers = np.exp(questions @ h.swapaxes(1, 2)) * (np.arange(h.shape[1]) < lengths[:, None, None])
        return powers / powers.sum(axis=-1, keepdims=True)


NOT_NUMBERS = [
    (lambda *given: None, "returns nothing yet"),
    (lambda *given: "much", "should be numbers"),
    (lambda *given: [[1.0], [1.0, 2.0]], "should be numbers"),
    (0.3, "should be a function"),
]

RIGHT = {"34.2": (340, 0.8), "34.3": from_the_end, "34.4": summary, "34.5": attention}
WRONG = {
    "34.2": [
        ((170, 0.8), "Do the two share theirs"),
        ((1080, 0.8), "do not feed each other"),
        ((540, 0.8), "two separate directions"),
        ((320, 0.8), "has a bias as well"),
        ((0.8, 340), "comes first"),
        ((100, 0.8), "what shapes have"),
        (np.array([340, 0.7]), "clue three words ahead, too"),
        ((340, 0.6), "is every answer wrong"),
        ((340, 0.9), "four words ahead"),
        ((340, 0.5), "without any delay"),
        ((340, 1), "comes later than the answer"),
        ((340, 0.875), "is for our text"),
        ((340, 80), "from 0 to 1"),
        ((340, 0.3), "in which of the five sentences"),
        (340, r"should have shape \(2,\)"),
        ("much", "should be numbers"),
        ([[340], [0.8, 1]], "should be numbers"),
    ],
    "34.3": [
        (lambda *given: both(*given, put_back=same), "in the order in which it was read. Put"),
        (lambda *given: both(*given, turn=whole, put_back=whole), "begins at the padding. It should"),
        (lambda *given: both(*given, turn=whole, put_back=same), "in the order in which it was read"),
        (lambda *given: both(*given, turn=same, put_back=same), "Both halves read from left to right"),
        (lambda *given: both(*given, turn=same), "only its output is turned around"),
        (lambda *given: both(*given, order=(1, 0)), "The forward half comes first"),
        (lambda x, forward, backward, n: both(x, backward, forward, n), "have changed places"),
        (lambda x, forward, backward, n: both(x, forward, forward, n), "uses the weights of the forward one"),
        (lambda *given: both(*given, turn=features, put_back=same), "the time is axis 1"),
        (lambda *given: 0.5 * both(*given), "differs from Keras' layer"),
        (lambda *given: both(*given)[:, -1], "should have shape"),
        *NOT_NUMBERS,
    ],
    "34.4": [
        (colleague, "has read one word only. Where"),
        (lambda outputs, lengths: outputs[:, 0], "the forward half has read one word only"),
        (lambda *given: summary(*given, there=-1), "not at the last step"),
        (lambda outputs, lengths: outputs[:, -1], "has hardly begun"),
        (lambda *given: summary(*given, there=0, back=None), "have changed places"),
        (swapped, "the forward half comes first"),
        (lambda outputs, lengths: outputs.mean(axis=1), "at which step is that"),
        (lambda outputs, lengths: outputs, "should have shape"),
        *NOT_NUMBERS,
    ],
    "34.5": [
        (lambda q, h, n: attention(q, h, np.full(len(n), h.shape[1])), "The padding still gets weight"),
        (lambda *given: attention(*given, padding=0), "exp\\(0\\) = 1"),
        (lambda *given: attention(*given, after=True), "no longer adds up to 1"),
        (lambda *given: attention(*given, axis=1), "over the source, the last axis"),
        (lambda *given: attention(*given, scale=5**-0.5), "are not divided"),
        (lambda *given: 2 * attention(*given), "should add up to 1; yours add up to 2"),
        (lambda *given: attention(*given)[:, ::-1], "differ from loops"),
        (overflowing, "should be finite"),
        (lambda *given: attention(*given).swapaxes(1, 2), "should have shape"),
        *NOT_NUMBERS,
    ],
}
