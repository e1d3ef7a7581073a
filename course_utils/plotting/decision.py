"""The regions of the plane that a classifier assigns to each class."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_MARKERS, new_axes

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TINT = 0.22  # share of its class's colour in a region; the rest is white


def decision_boundary(
    predict: Callable[[np.ndarray], ArrayLike],
    x: ArrayLike,
    y: ArrayLike,
    *,
    ax: "Axes | None" = None,
    names: Sequence[str] | None = None,
    limits: tuple[float, float, float, float] | None = None,
    resolution: int = 300,
) -> "Axes":
    """Draw a classifier's regions of the plane, the border between them, and labelled points.

    Each class has a colour and a marker of its own; its region has a tint of the colour, and the border is black, so
    that the colour alone is never needed. A point that the classifier gets wrong has a black ring.

    Args:
        predict: The classifier: from points, shape `(n, 2)`, float, to their classes, shape `(n,)` or `(n, 1)`,
            integers. A classifier that gives scores needs its threshold or argmax first.
        x: The points, shape `(n, 2)`.
        y: Their classes, integers from 0, shape `(n,)`.
        ax: Where to draw; without it a new figure.
        names: What the classes are called, class 0 first; with it there is a legend.
        limits: Left, right, lower and upper end of the part of the plane that is drawn. Without it, all points with
            a margin around them.
        resolution: Number of grid points in each direction at which the classifier is asked.

    Returns:
        The Axes drawn on.

    Raises:
        ValueError: Points or classes of another shape, points that are not finite, classes that are not integers
            from 0, predictions of another shape or that are scores, too few names, or limits that are empty.

    Example:
        >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
        >>> ax = decision_boundary(lambda points: (points.sum(axis=1) > 1.5).astype(int), x, [0, 0, 0, 1])
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) == 0:
        raise ValueError(f"x must hold points of the plane, shape (n, 2); got {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("x must be finite; it has values that are NaN or infinite")
    y = _classes(y, len(x), "y")
    left, right, lower, upper = limits or _limits_around(x)
    if not (left < right and lower < upper):
        raise ValueError(f"limits must be (left, right, lower, upper) with left < right, lower < upper; got {limits!r}")
    across, up = np.meshgrid(np.linspace(left, right, resolution), np.linspace(lower, upper, resolution))
    grid = np.column_stack([across.ravel(), up.ravel()])
    regions = _classes(predict(grid), len(grid), "predict").reshape(across.shape)
    wrong = _classes(predict(x), len(x), "predict") != y
    highest = int(max(y.max(), regions.max()))
    if names is not None and len(names) <= highest:
        raise ValueError(f"names must have one name per class: {highest + 1} classes, but {len(names)} names")

    if ax is None:
        ax = new_axes(5.0, 4.5)
    _draw_regions(ax, across, up, regions)
    for number in range(highest + 1):
        ax.scatter(
            *x[y == number].T,
            s=60,
            color=_of_cycle(CYCLE_COLOURS, number),
            marker=_of_cycle(CYCLE_MARKERS, number),
            edgecolors="white",
            label=names[number] if names is not None else None,
            zorder=3,
        )
    if wrong.any():
        ax.scatter(*x[wrong].T, s=190, facecolors="none", edgecolors="black", linewidths=1.8, label="wrong", zorder=4)
    ax.set(xlim=(left, right), ylim=(lower, upper), xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(visible=False)
    if names is not None:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    return ax


def _of_cycle(cycle: Sequence[str], number: int) -> str:
    return cycle[number % len(cycle)]


def _classes(values: ArrayLike, count: int, name: str) -> np.ndarray:
    """Return the values as integer classes from 0, one per point."""
    classes = np.asarray(values)
    if classes.shape == (count, 1):
        classes = classes[:, 0]
    gives = "predict must return" if name == "predict" else f"{name} must hold"
    if classes.shape != (count,):
        raise ValueError(f"{gives} one class per point, shape ({count},); got {classes.shape}")
    if classes.dtype.kind not in "fiub" or not np.all(classes == np.floor(classes)) or classes.min() < 0:
        raise ValueError(f"{gives} classes as integers from 0; got values such as {classes.ravel()[0]!r}")
    return classes.astype(int)


def _limits_around(x: np.ndarray) -> tuple[float, float, float, float]:
    low, high = x.min(axis=0), x.max(axis=0)
    margin = np.where(high > low, 0.25 * (high - low), 0.5)
    (left, lower), (right, upper) = low - margin, high + margin
    return float(left), float(right), float(lower), float(upper)


def _draw_regions(ax: "Axes", across: np.ndarray, up: np.ndarray, regions: np.ndarray) -> None:
    from matplotlib.colors import to_rgb

    tints = 1 - TINT * (1 - np.array([to_rgb(_of_cycle(CYCLE_COLOURS, n)) for n in range(regions.max() + 1)]))
    half_x, half_y = (across[0, 1] - across[0, 0]) / 2, (up[1, 0] - up[0, 0]) / 2
    extent = (across[0, 0] - half_x, across[0, -1] + half_x, up[0, 0] - half_y, up[-1, 0] + half_y)
    ax.imshow(tints[regions], extent=extent, origin="lower", interpolation="nearest", aspect="auto", zorder=0)
    for number in np.unique(regions)[:-1]:  # the border of the last class is drawn by the others
        ax.contour(across, up, regions == number, levels=[0.5], colors="black", linewidths=1.5, zorder=2)
