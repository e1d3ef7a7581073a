"""The magnitudes of each layer's values, for several states of a network side by side in one Axes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from course_utils.arguments import require_mapping
from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_MARKERS, new_axes

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Histogram: TypeAlias = tuple[np.ndarray, np.ndarray]  # counts and edges

BINS = 40
# The magnitudes of values that pass through zero have a long thin tail downwards, which says nothing about a layer and
# would take most of a logarithmic axis.
TAIL = 0.005


def spread_over_layers(
    series: Mapping[str, Mapping[str, Histogram]], *, ax: "Axes | None" = None, ylabel: str = "|value|"
) -> "Axes":
    """Draw how the magnitudes of every layer's values are distributed: an upright histogram for each series.

    On the log scale layers whose values differ by powers of ten, as vanishing gradients do, can be compared in one
    figure. A layer whose counts are all zero is marked "empty". The marker in each shape is the median.

    Args:
        series: Series name (an epoch, an initialisation) to a mapping from layer name to `(counts, edges)`, shapes
            `(bins,)` and `(bins + 1,)`, the edges positive, as in `GradientHistogram.magnitudes`. All series have the
            same layers.
        ax: Where to draw; without it a new figure.
        ylabel: What the values are, with their unit if they have one.

    Returns:
        The Axes drawn on.

    Raises:
        TypeError: Not a mapping of mappings.
        ValueError: No series, no layers, series with different layers, or edges that are not positive.

    Example:
        >>> counted = {"layer 1": ([1, 4, 2], [0.1, 1, 10, 100]), "layer 2": ([3, 5, 1], [0.01, 0.1, 1, 10])}
        >>> ax = spread_over_layers({"at the start": counted})
    """
    require_mapping(series, "series")
    for name, layers in series.items():
        require_mapping(layers, f"series {name!r}")
    names = list(next(iter(series.values())))
    for name, layers in series.items():
        if list(layers) != names:
            raise ValueError(f"all series must have the same layers: {names}, but {name!r} has {list(layers)}")
    if ax is None:
        ax = new_axes(9.0, 4.5)

    slot = 0.84 / len(series)
    drawn = False
    for index, (name, layers) in enumerate(series.items()):
        colour = CYCLE_COLOURS[index % len(CYCLE_COLOURS)]
        marker = CYCLE_MARKERS[index % len(CYCLE_MARKERS)]
        edge = "white" if _is_dark(colour) else "black"
        medians, centres = [], []
        for position, (layer, counted) in enumerate(layers.items()):
            centre = position + (index - (len(series) - 1) / 2) * slot
            counts, edges = (np.asarray(part, dtype=float) for part in counted)
            if edges[0] <= 0:
                raise ValueError(f"a log scale needs positive edges; those of {layer!r} begin at {edges[0]:g}")
            if not counts.any():
                ax.text(
                    centre, 0.02, "empty", transform=ax.get_xaxis_transform(), rotation=90, ha="center", fontsize=11
                )
                continue
            half_width = 0.47 * slot * counts / counts.max()
            height = np.repeat(edges, 2)[1:-1]
            width = np.repeat(half_width, 2)
            ax.fill_betweenx(height, centre - width, centre + width, color=colour, alpha=0.75, linewidth=0.6)
            centres.append(centre)
            medians.append(_median(counts, edges))
        ax.plot(centres, medians, marker=marker, color=colour, label=name, linestyle="none", markeredgecolor=edge, ms=7)
        drawn = drawn or bool(medians)

    ax.set_yscale("log")
    if not drawn:  # the numbers of an empty axis would mean nothing
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


def _is_dark(colour: Any) -> bool:
    from matplotlib.colors import to_rgb

    return float(np.dot(to_rgb(colour), (0.30, 0.59, 0.11))) < 0.5


def magnitude_histogram(values: np.ndarray) -> Histogram:
    """Count magnitudes in bins of equal width on a log scale.

    Args:
        values: Finite numbers, float64, any shape. Exact zeros are left out, and so are the smallest 0.5 % of the rest;
            if there are only zeros, all counts are zero.

    Returns:
        `(counts, edges)`, shapes `(BINS,)` and `(BINS + 1,)`; the edges are positive.
    """
    magnitudes = np.abs(values[values != 0])
    if magnitudes.size == 0:
        return np.zeros(BINS), np.geomspace(1e-1, 1e1, BINS + 1)
    logarithms = np.log10(magnitudes)
    low, high = np.quantile(logarithms, TAIL), logarithms.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(logarithms, bins=BINS, range=(low, high))
    return counts, 10.0**edges


def _median(counts: np.ndarray, edges: np.ndarray) -> float:
    """Return the value with half of the counts below it, with those of each bin spread evenly over it."""
    shares = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    return 10.0 ** np.interp(0.5, shares, np.log10(edges))
