"""Gradients by central differences, against which checks and tests hold written ones."""

from collections.abc import Callable

import numpy as np


def central_differences(function: Callable[[], float], array: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return the derivatives of `function()` by each number of an array that it reads.

    Args:
        function: Takes nothing; what it returns depends on `array`.
        array: Float64, of any shape. Each number is moved in place by `step`, up and down, and put back.
        step: Length of the move.

    Returns:
        Float64 array of the shape of `array`.
    """
    result = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + step
        above = function()
        array[place] = kept - step
        result[place] = (above - function()) / (2 * step)
        array[place] = kept
    return result
