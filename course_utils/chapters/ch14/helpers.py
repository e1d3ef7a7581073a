"""What chapter 14 needs besides its notebook: a descent on a map of two weights."""

from collections.abc import Callable

import numpy as np


def descend(
    gradient: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    w: np.ndarray | float,
    b: np.ndarray | float,
    limit: float = np.inf,
    rate: float = 0.1,
    steps: int = 120,
) -> np.ndarray:
    """Follow gradient descent on two weights, each gradient shortened to a limit; many starts go side by side.

    Args:
        gradient: Returns the derivatives by w and by b, in the shape of w and b.
        w: First weight of the start, a number or an array of starts.
        b: Second weight, in the same shape.
        limit: Largest norm of a gradient.
        rate: Learning rate.
        steps: Number of steps.

    Returns:
        All places, shape `(steps + 1, 2, *shape of w)`, the start first.
    """
    path = [(w, b)]
    for _ in range(steps):
        dw, db = gradient(w, b)
        step = rate / np.maximum(1, np.hypot(dw, db) / limit)
        w, b = w - step * dw, b - step * db
        path.append((w, b))
    return np.array(path)
