"""The conditions that a measurement must satisfy: the part of a claim that a machine compares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.display import value_text

import numpy as np


@dataclass(frozen=True)
class Expectation:
    """A condition on numbers; all of its parts must hold, for every element of an array.

    Attributes:
        near: The value, a number or nested lists, with `atol` (one number, or one per element) or `rtol`.
        below: Upper bound, inclusive.
        above: Lower bound, inclusive.
        equal: The exact value.
        order: Names of the measured numbers from the smallest to the largest, no two equal; allows no other condition.

    Raises:
        ValueError: No condition, `near` without exactly one tolerance, or an order together with another condition.
    """

    near: Any = None
    atol: Any = None
    rtol: float | None = None
    below: float | None = None
    above: float | None = None
    equal: Any = None
    order: list[str] | None = None

    def __post_init__(self):
        if all(part is None for part in (self.near, self.below, self.above, self.equal, self.order)):
            raise ValueError("an expectation needs at least one of near, below, above, equal, order")
        if self.near is not None and (self.atol is None) == (self.rtol is None):
            raise ValueError("near needs atol or rtol, and only one of them")
        others = (self.near, self.atol, self.rtol, self.below, self.above, self.equal)
        if self.order is not None and any(part is not None for part in others):
            raise ValueError("order needs to stand alone: it compares named numbers, the others an array")

    def holds(self, measured: Any) -> bool:
        """Return whether the measurement satisfies the condition; NaN and arrays of another shape never do."""
        if self.order is not None:
            if not isinstance(measured, Mapping) or set(measured) != set(self.order):
                raise ValueError(f"this claim orders {self.order}; give a mapping with exactly these names")
            values = np.array([measured[name] for name in self.order], dtype=float)
            if values.ndim != 1:
                raise ValueError(f"this claim orders {self.order}: give one number for each name")
            return bool(np.all(np.isfinite(values)) and np.all(np.diff(values) > 0))
        if isinstance(measured, Mapping):
            raise ValueError(f"this claim compares numbers ({self}); give a number or an array, not a mapping")
        numbers = np.asarray(measured, dtype=float)
        conditions = [~np.isnan(numbers)]
        if self.near is not None:
            target = np.asarray(self.near, dtype=float)
            if numbers.shape != target.shape:
                return False
            band = np.asarray(self.atol, dtype=float) if self.atol is not None else self.rtol * np.abs(target)
            conditions.append(np.abs(numbers - target) <= band)
        if self.equal is not None:
            target = np.asarray(self.equal, dtype=float)
            if numbers.shape != target.shape:
                return False
            conditions.append(numbers == target)
        if self.below is not None:
            conditions.append(numbers <= self.below)
        if self.above is not None:
            conditions.append(numbers >= self.above)
        return bool(numbers.size) and all(bool(np.all(condition)) for condition in conditions)

    def __str__(self) -> str:
        parts = []
        if self.order is not None:
            parts.append(" < ".join(self.order))
        if self.near is not None:
            band = f"{100 * self.rtol:g} %" if self.rtol is not None else f"± {value_text(self.atol)}"
            parts.append(f"within {band} of {value_text(self.near)}")
        if self.equal is not None:
            parts.append(f"exactly {self.equal}")
        if self.above is not None:
            parts.append(f"at least {self.above:g}")
        if self.below is not None:
            parts.append(f"at most {self.below:g}")
        return " and ".join(parts)


def plain_numbers(measured: Any) -> Any:
    """Return a measurement as plain Python numbers, rounded to six significant digits, for storing and printing.

    Args:
        measured: A number, an array, nested lists of numbers, or a mapping from names to numbers.

    Raises:
        TypeError: It is a boolean, or does not hold numbers.
    """
    if isinstance(measured, Mapping):
        return {str(name): plain_numbers(value) for name, value in measured.items()}
    try:
        array = np.asarray(measured)
    except ValueError:
        raise TypeError("a measurement is a number or an array; the rows of this one differ in length") from None
    if array.dtype == bool:
        raise TypeError("a claim needs a measured number, not True or False: pass the quantity behind it")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"a measurement must be a number or an array of numbers; got {type(measured).__name__}")
    if array.dtype.kind != "f":
        return array.tolist()
    return _rounded(array.tolist())


def _rounded(value: Any) -> Any:
    return [_rounded(part) for part in value] if isinstance(value, list) else float(f"{value:.6g}")
