"""Known answers to the exercises of chapter 33."""

import numpy as np


def recalled(tanh, lstm, keeping, gru):
    return {"tanh RNN": tanh, "ReLU RNN": 0.5, "LSTM": lstm, "LSTM, keeping": keeping, "GRU, keeping": gru}


PREDICTIONS = {
    "33.1": [
        (recalled(0.51, 0.52, 1.0, 0.98), "keeping", r"0.51 \(tanh RNN\), 0.52 \(LSTM\), 1.00.*little gradient"),
        (recalled(0.51, 0.95, 1.0, 0.98), "gated", r"0.95 \(LSTM\).*all with gates"),
        (recalled(0.93, 0.95, 1.0, 0.98), "all", "all four have learned it"),
        (recalled(0.51, 0.52, 0.6, 0.89), "none", r"0.89 \(GRU, keeping\), so none of the four"),
        (recalled(0.51, 0.52, 0.6, 0.98), None, "learned by GRU, keeping, which is none of the choices"),
    ]
}


def nucleus(p, mass, order=None, extra=0, normalised=True, side="left"):
    order = np.argsort(p)[::-1] if order is None else order
    count = np.searchsorted(np.cumsum(p[order]), mass, side) + 1 + extra
    kept = np.zeros_like(p)
    kept[order[: max(count, 1)]] = p[order[: max(count, 1)]]
    return kept / kept.sum() if normalised else kept


def in_place(p, mass):
    p[:] = nucleus(p, mass)
    return p


def even(p, mass):
    kept = nucleus(p, mass) > 0
    return kept / kept.sum()


RIGHT = {
    "33.2": nucleus,
    "33.3": 10,
}
WRONG = {
    "33.2": [
        (lambda p, mass: nucleus(p, mass, normalised=False), "divide by the sum"),
        (lambda p, mass: nucleus(p, mass, extra=-1), "One too few"),
        (lambda p, mass: nucleus(p, mass, extra=1), "One too many"),
        (lambda p, mass: nucleus(p, mass, side="right"), "One too many: stop as soon as the mass is reached"),
        (lambda p, mass: nucleus(p, mass, order=np.arange(len(p))), "order of the vocabulary"),
        (lambda p, mass: nucleus(p, mass, order=np.argsort(p)), "begin with the unlikeliest"),
        (lambda p, mass: np.where(p >= mass, p, 0), "compare each probability with the mass"),
        (in_place, "work on a copy"),
        (even, "in proportion"),
        (lambda p, mass: p, "unlikeliest|are needed; you keep"),
        (lambda p, mass: p[:2], "should have shape"),
    ],
    "33.3": [(7, "more than that should be left"), (100, "more than it should be"), (10.5, "should be an integer")],
}
