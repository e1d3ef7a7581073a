"""Checks of arguments that many functions share, with clear errors."""

import math
from collections.abc import Mapping

import numpy as np


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
