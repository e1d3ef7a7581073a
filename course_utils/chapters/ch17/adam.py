"""Adam as a function, which chapter 17 uses before its exercise 17.3 has the reader write it."""

import numpy as np


def adam(
    w: np.ndarray,
    g: np.ndarray,
    memory: dict,
    t: int,
    rate: float | np.ndarray,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-7,
) -> np.ndarray:
    """Take one step of Adam.

    Args:
        w: Weights, of any shape.
        g: Their gradient, of the same shape.
        memory: What earlier steps have noted; empty before the first one. It is changed.
        t: The number of the step, from 1.
        rate: Learning rate, of a shape that can be broadcast to that of `w`.
        beta1: Of the average of the gradients.
        beta2: Of the average of their squares.
        eps: Added to the root of the second average.

    Returns:
        The new weights, of the shape of `w`.
    """
    memory["mean"] = beta1 * memory.get("mean", 0) + (1 - beta1) * g
    memory["square"] = beta2 * memory.get("square", 0) + (1 - beta2) * g**2
    mean, square = memory["mean"] / (1 - beta1**t), memory["square"] / (1 - beta2**t)
    return w - rate * mean / (np.sqrt(square) + eps)
