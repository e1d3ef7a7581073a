"""The sizes of each layer's values, for several states of a network side by side in one Axes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from course_utils.arguments import Histogram, finite_values, is_histogram, require_mapping
from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_MARKERS, new_axes

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 40
# The magnitudes of values that pass through zero have a long thin tail downwards, which says nothing about a layer and
# would take most of a logarithmic axis.
TAIL = 0.005


def spread_over_layers(
    series: Mapping[str, Mapping[str, ArrayLike | Histogram]],
    *,
    ax: "Axes | None" = None,
    scale: Literal["log", "linear"] = "log",
    ordered: bool = False,
    ylabel: str = "|value|",
    not_finite: Mapping[str, Mapping[str, int]] | None = None,
) -> "Axes":
    """Draw the distribution of every layer's values as an upright histogram, with one such shape per series.

    On a log scale these are the magnitudes of the values: layers whose values differ by powers of ten, as vanishing
    gradients do, can then be compared in one figure. Exact zeros have no place on a log scale; a layer that has
    nothing else is marked "all 0". The smallest 0.5 % of the magnitudes are not drawn. Values that are NaN or infinite
    are not drawn either: their number is written at the foot of the Axes, or "not finite" if there are no others. The
    marker in each shape is the median.

    Args:
        series: Series name (an epoch, an initialisation) to a mapping from layer name to its values: an array of any
            shape, or `(counts, edges)`. All series have the same layers. For `scale="log"` the edges must be positive.
        ax: Where to draw; without it a new figure.
        scale: `"log"` for magnitudes, `"linear"` for the values with their signs.
        ordered: Whether the series follow one another, as epochs do: they then go from light to dark.
        ylabel: What the values are, with their unit if they have one.
        not_finite: Series name to layer name to the number of values that are NaN or infinite and therefore not in the
            `(counts, edges)`. Those of an array are counted here.

    Returns:
        The Axes drawn on.

    Raises:
        TypeError: Not a mapping of mappings, or something other than numbers.
        ValueError: No series, no layers, series with different layers, no finite value, or an unknown scale.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> layers = {"layer 1": rng.normal(size=500), "layer 2": 0.01 * rng.normal(size=500)}
        >>> ax = spread_over_layers({"at the start": layers})
    """
    if scale not in ("log", "linear"):
        raise ValueError(f"scale must be 'log' or 'linear'; got {scale!r}")
    require_mapping(series, "series")
    for name, layers in series.items():
        require_mapping(layers, f"series {name!r}")
    names = list(next(iter(series.values())))
    for name, layers in series.items():
        if list(layers) != names:
            raise ValueError(f"all series must have the same layers: {names}, but {name!r} has {list(layers)}")
    if ax is None:
        ax = new_axes(9.0, 4.5)

    colours = _light_to_dark(len(series)) if ordered else CYCLE_COLOURS
    slot = 0.84 / len(series)
    drawn = False
    for index, (name, layers) in enumerate(series.items()):
        colour = colours[index % len(colours)]
        marker = CYCLE_MARKERS[index % len(CYCLE_MARKERS)]
        edge = "white" if _is_dark(colour) else "black"
        medians, centres = [], []
        for position, (layer, values) in enumerate(layers.items()):
            centre = position + (index - (len(series) - 1) / 2) * slot
            counts, edges = _histogram(layer, values, scale)
            unseen = _not_finite(values) + (not_finite or {}).get(name, {}).get(layer, 0)
            if note := _note(counts, unseen):
                ax.text(centre, 0.02, note, transform=ax.get_xaxis_transform(), rotation=90, ha="center", fontsize=11)
            if not counts.any():
                continue
            half_width = 0.47 * slot * counts / counts.max()
            height = np.repeat(edges, 2)[1:-1]
            width = np.repeat(half_width, 2)
            ax.fill_betweenx(height, centre - width, centre + width, color=colour, alpha=0.75, linewidth=0.6)
            centres.append(centre)
            medians.append(_median(counts, edges, scale))
        ax.plot(centres, medians, marker=marker, color=colour, label=name, linestyle="none", markeredgecolor=edge, ms=7)
        drawn = drawn or bool(medians)

    if scale == "log":
        ax.set_yscale("log")
    if not drawn:  # all values are zero or not finite: the numbers of an empty axis would mean nothing
        ax.tick_params(axis="y", which="both", left=False, labelleft=False)
    ax.set_xlim(-0.6, len(names) - 0.4)
    tilted = sum(len(name) for name in names) > 70
    ax.set_xticks(range(len(names)), names, rotation=25 if tilted else 0, ha="right" if tilted else "center")
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", visible=False)
    ax.set_ylabel(ylabel)
    if len(series) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title="marker: median", alignment="left")
    return ax


def _light_to_dark(count: int) -> list:
    import matplotlib as mpl

    return [mpl.colormaps["cividis_r"](fraction) for fraction in np.linspace(0.1, 0.95, count)]


def _is_dark(colour: Any) -> bool:
    from matplotlib.colors import to_rgb

    return float(np.dot(to_rgb(colour), (0.30, 0.59, 0.11))) < 0.5


def _histogram(layer: str, values: ArrayLike | Histogram, scale: str) -> Histogram:
    if is_histogram(values):
        counts, edges = (np.asarray(part, dtype=float) for part in values)
        if scale == "log" and edges[0] <= 0:
            raise ValueError(f"a log scale needs positive edges; those of {layer!r} begin at {edges[0]:g}")
        return counts, edges
    finite = finite_values(layer, values)
    return magnitude_histogram(finite, BINS) if scale == "log" else np.histogram(finite, bins=BINS)


def _not_finite(values: ArrayLike | Histogram) -> int:
    return 0 if is_histogram(values) else int(np.sum(~np.isfinite(values)))


def _note(counts: np.ndarray, not_finite: int) -> str:
    """Return what the shape of a layer does not show."""
    if not_finite:
        return f"{not_finite} not finite" if counts.any() else "not finite"
    return "" if counts.any() else "all 0"


def magnitude_histogram(values: np.ndarray, bins: int) -> Histogram:
    """Count magnitudes in bins of equal width on a log scale.

    Args:
        values: Finite numbers, any shape. Exact zeros are left out, and so are the smallest 0.5 % of the rest; if
            there are only zeros, all counts are zero.
        bins: Number of bins.

    Returns:
        `(counts, edges)`, shapes `(bins,)` and `(bins + 1,)`; the edges are positive.
    """
    magnitudes = np.abs(values[values != 0]).astype(np.float64)
    if magnitudes.size == 0:
        return np.zeros(bins), np.geomspace(1e-1, 1e1, bins + 1)
    logarithms = np.log10(magnitudes)
    low, high = np.quantile(logarithms, TAIL), logarithms.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(logarithms, bins=bins, range=(low, high))
    return counts, 10.0**edges


def _median(counts: np.ndarray, edges: np.ndarray, scale: str) -> float:
    """Return the value with half of the counts below it, with those of each bin spread evenly over it."""
    shares = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    axis = np.log10(edges) if scale == "log" else edges
    median = np.interp(0.5, shares, axis)
    return 10.0**median if scale == "log" else median
