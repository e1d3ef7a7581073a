"""The six gradients of chapter 5's opening, one of them right: exercise 5.3 asks which, and what is wrong elsewhere.

They stand here, and not in the notebook, because the chapter's question is how to tell them apart from outside.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

Arrays = list[np.ndarray]
Gradients = Callable[[Arrays, Arrays, np.ndarray, np.ndarray], tuple[Arrays, Arrays]]

FAULTS: dict[str, str] = {
    "right": "nothing is wrong",
    "double": "the gradient of the output biases is doubled",
    "frozen": "the first layer gets a gradient of 0",
    "forgotten": "the slope is left out of equation (2)",
    "quarter": "the slope in equation (2) is always a quarter",
    "random": "equation (2) goes back through random weights",
}


def gradients(fault: str, W: Arrays, b: Arrays, X: np.ndarray, Y: np.ndarray) -> tuple[Arrays, Arrays]:
    """Return what a network of sigmoid layers takes for the mean gradients of its cross-entropy.

    Args:
        fault: One of `FAULTS`.
        W: Weights of each layer, `(inputs, units)`.
        b: Biases of each layer, `(units,)`.
        X: Inputs, `(examples, inputs)`.
        Y: Targets from 0 to 1, `(examples, outputs)`.

    Returns:
        Two lists: an array for each array of `W`, and one for each of `b`.

    Raises:
        ValueError: There is no such fault.
    """
    if fault not in FAULTS:
        raise ValueError(f"there is no fault {fault!r}; there are {', '.join(FAULTS)}")
    A = [X]
    for w, c in zip(W, b, strict=True):
        A.append((1 + np.tanh((A[-1] @ w + c) / 2)) / 2)
    dW, db = [], []
    delta = A[-1] - Y
    for layer in reversed(range(len(W))):
        dW.insert(0, A[layer].T @ (delta / len(X)))
        db.insert(0, delta.mean(axis=0))
        if layer == 0:
            break
        back = _random_weights(W[layer], layer) if fault == "random" else W[layer]
        slopes = {"forgotten": 1.0, "quarter": 0.25}
        delta = (delta @ back.T) * slopes.get(fault, A[layer] * (1 - A[layer]))
    if fault == "double":
        db[-1] = 2 * db[-1]
    if fault == "frozen":
        dW[0], db[0] = np.zeros_like(dW[0]), np.zeros_like(db[0])
    return dW, db


def _random_weights(w: np.ndarray, layer: int) -> np.ndarray:
    """Return weights of a layer's shape that stay the same through a training, whatever the layer learns."""
    return (np.random.default_rng(layer).standard_normal(w.shape) / np.sqrt(len(w))).astype(w.dtype)


SIX: dict[str, Gradients] = {
    letter: partial(gradients, fault)
    for letter, fault in zip("ABCDEF", ("quarter", "double", "frozen", "forgotten", "right", "random"), strict=True)
}
