"""Checks of arguments that many functions share, with clear errors."""

import math
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

Histogram: TypeAlias = tuple[np.ndarray, np.ndarray]


def is_number(value: object) -> bool:
    """Return whether a value is a finite real number; True and False are not."""
    return (
        isinstance(value, (int, float, np.integer, np.floating))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def require_count(name: str, value: object, *, least: int = 1, most: int | None = None) -> int:
    """Return a value as a Python int; refuse all but integers from `least` to `most` (None: no upper limit)."""
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_integer or value < least or (most is not None and value > most):
        allowed = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be an integer {allowed}; got {value!r}")
    return int(value)


def require_mapping(values: object, what: str) -> None:
    """Refuse anything but a mapping with at least one entry."""
    if not isinstance(values, Mapping):
        raise TypeError(f"{what} must be a mapping from a name to its values; got {type(values).__name__}")
    if not values:
        raise ValueError(f"{what} is empty: there is nothing to draw")


def is_histogram(values: object) -> bool:
    """Return whether the values are `(counts, edges)`, as `numpy.histogram` returns them, and not raw values."""
    return (
        isinstance(values, tuple)
        and len(values) == 2
        and np.ndim(values[0]) == 1
        and np.ndim(values[1]) == 1
        and len(values[1]) == len(values[0]) + 1
    )


def finite_values(name: str, values: ArrayLike) -> np.ndarray:
    """Return the finite values, flattened, as float64; refuse values of which none is finite.

    In float32, nearly equal values leave no room for bin edges, and the distance of two large ones can overflow.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"the values of {name!r} must be numbers; got an array of {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{name!r} has no values: give each name at least one number")
    finite = array[np.isfinite(array)].astype(np.float64)
    if finite.size == 0:
        raise ValueError(f"{name!r} has no finite value: all {array.size} are NaN or infinite")
    return finite
