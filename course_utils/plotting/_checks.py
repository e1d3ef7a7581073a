"""What every picture asks of the data that it is given."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Histogram: TypeAlias = tuple[np.ndarray, np.ndarray]


def require_mapping(values: object, what: str) -> None:
    """Refuse anything but a mapping with at least one entry."""
    if not isinstance(values, Mapping):
        raise TypeError(f"{what} must be a mapping from a name to its values; got {type(values).__name__}")
    if not values:
        raise ValueError(f"{what} is empty: there is nothing to draw")


def new_axes(width: float = 9.0, height: float = 4.5) -> "Axes":
    """One Axes in a figure of its own, sizes in inches."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height))[1]


def is_histogram(values: object) -> bool:
    """Whether the values are `(counts, edges)`, as `numpy.histogram` returns them, and not raw values."""
    return (
        isinstance(values, tuple)
        and len(values) == 2
        and np.ndim(values[0]) == 1
        and np.ndim(values[1]) == 1
        and len(values[1]) == len(values[0]) + 1
    )


def finite_values(name: str, values: ArrayLike) -> np.ndarray:
    """The finite ones among the values, flattened, float64; none at all is an error.

    Nearly equal values in float32 have no edges of bins between them, and two large ones have no finite distance.
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
