"""A row of histograms, one for each layer: how activations or gradients are distributed from input to output."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils.arguments import Histogram, finite_values, is_histogram, require_count, require_mapping
from course_utils.plotting.style import PALETTE

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_IN_A_ROW = 10


def histograms_over_layers(
    values: Mapping[str, ArrayLike | Histogram],
    *,
    axes: "Axes | Sequence[Axes] | np.ndarray | None" = None,
    value_range: tuple[float, float] | None = None,
    bins: int = 31,
    xlabel: str = "value",
) -> np.ndarray:
    """Draw one histogram per layer, side by side, with common axes.

    The height of a bar is the share of the layer's values in that bin, on an axis that all panels have in common, so
    that a layer that has collapsed to one value stands out. Each layer's name has the mean and standard deviation
    of all its finite values under it. They include the values outside `value_range`, which the bars leave out; each
    panel gives their share as `out`. Values that are not finite are left out of both and counted in the panel.

    Source: the row of histograms in the lecture slides on weight initialisation (30 bins from -1 to 1, one per layer).

    Args:
        values: Layer name to its values, an array of any shape, or to `(counts, edges)` as `numpy.histogram` returns
            them (mean and standard deviation are then taken from the middles of the bins, and marked ≈).
        axes: One Axes per layer, in the same order. Without it a new figure, ten layers to a row.
        value_range: Left and right end of the common horizontal axis. Without it, the range of all values.
        bins: Number of bins between the two ends. An odd number keeps zero in the middle of a bin, so that values that
            collapse to zero fill one bin and not two halves. `(counts, edges)` keep their own.
        xlabel: What the values are, with their unit if they have one.

    Returns:
        The Axes drawn on, shape `(layers,)`.

    Raises:
        TypeError: `values` is not a mapping, or holds something other than numbers.
        ValueError: No layers, a layer without a finite value, a number of axes other than that of layers, a range
            that is empty, or fewer than one bin.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> axes = histograms_over_layers({"layer 1": rng.normal(size=500), "layer 2": rng.uniform(-1, 1, 500)})
    """
    require_mapping(values, "values")
    require_count("bins", bins)
    if value_range is None:
        value_range = _common_range(values)
    low, high = value_range
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"value_range must be two finite numbers, the smaller first; got {value_range!r}")

    panels = _new_row(len(values)) if axes is None else np.atleast_1d(np.asarray(axes, dtype=object)).ravel()
    if len(panels) != len(values):
        raise ValueError(f"axes must hold one Axes per layer: {len(values)} layers, but {len(panels)} axes")

    tallest = 0.0
    for panel, (name, layer) in zip(panels, values.items(), strict=True):
        if is_histogram(layer):
            tallest = max(tallest, _draw_counts(panel, name, layer, value_range))
        else:
            tallest = max(tallest, _draw_values(panel, name, np.asarray(layer), value_range, bins))
    for panel in panels:
        margin = 0.03 * (high - low)
        panel.set(xlim=(low - margin, high + margin), ylim=(0, min(1.05 * tallest, 105)))
        panel.set_xticks([low, (low + high) / 2, high], [f"{tick:.3g}" for tick in (low, (low + high) / 2, high)])
        panel.get_xticklabels()[0].set_horizontalalignment("left")
        panel.get_xticklabels()[2].set_horizontalalignment("right")
        panel.grid(axis="x", visible=False)
        if panel is not panels[0] and (axes is not None or not panel.get_subplotspec().is_first_col()):
            panel.tick_params(labelleft=False)
    panels[0].set_ylabel("share of values in %")
    if axes is None:
        panels[0].figure.supxlabel(xlabel, fontsize=12)
    else:
        panels[len(panels) // 2].set_xlabel(xlabel)
    return panels


def _common_range(values: Mapping[str, ArrayLike | Histogram]) -> tuple[float, float]:
    ends = []
    for name, layer in values.items():
        numbers = np.asarray(layer[1]) if is_histogram(layer) else finite_values(name, layer)
        ends.append((numbers.min(), numbers.max()))
    low = float(min(end[0] for end in ends))
    high = float(max(end[1] for end in ends))
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _new_row(layers: int) -> np.ndarray:
    import matplotlib.pyplot as plt

    columns = min(layers, MOST_IN_A_ROW)
    rows = -(-layers // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(max(4.0, min(11.0, 2.2 * columns)), 2.8 * rows), squeeze=False)
    panels = grid.ravel()
    for unused in panels[layers:]:
        figure.delaxes(unused)
    return panels[:layers]


def _draw_values(panel: "Axes", name: str, layer: np.ndarray, value_range: tuple[float, float], bins: int) -> float:
    finite = finite_values(name, layer)
    counts, edges = np.histogram(finite, bins=bins, range=value_range)
    low, high = value_range
    outside = int(np.sum((finite < low) | (finite > high)))
    _draw(panel, 100 * counts / finite.size, edges)
    _title(panel, name, finite.mean(), finite.std(), "")
    _note(panel, 100 * outside / finite.size, layer.size - finite.size)
    return float(100 * counts.max() / finite.size)


def _draw_counts(panel: "Axes", name: str, layer: Histogram, value_range: tuple[float, float]) -> float:
    counts, edges = (np.asarray(part, dtype=float) for part in layer)
    total = counts.sum()
    if not total > 0 or (counts < 0).any():
        raise ValueError(f"the counts of {name!r} must be zero or more and not all zero; got {counts.tolist()}")
    middles = (edges[:-1] + edges[1:]) / 2
    mean = np.average(middles, weights=counts)
    sd = np.sqrt(np.average((middles - mean) ** 2, weights=counts))
    inside = (middles >= value_range[0]) & (middles <= value_range[1])
    _draw(panel, 100 * counts / total, edges)
    _title(panel, name, mean, sd, "≈ ")
    _note(panel, 100 * counts[~inside].sum() / total, 0)
    return float(100 * counts[inside].max(initial=0) / total)


def _draw(panel: "Axes", share: np.ndarray, edges: np.ndarray) -> None:
    panel.stairs(share, edges, fill=True, color=PALETTE["blue"], linestyle="-")


def _note(panel: "Axes", percent_outside: float, not_finite: int) -> None:
    notes = []
    if percent_outside:
        notes.append(f"{percent_outside:.0f} % out" if percent_outside >= 1 else "<1 % out")
    if not_finite:
        notes.append(f"{not_finite} not finite")
    if notes:
        panel.text(0.97, 0.97, "\n".join(notes), transform=panel.transAxes, ha="right", va="top", fontsize=10)


def _title(panel: "Axes", name: str, mean: float, sd: float, about: str) -> None:
    # a mean that is lost in the spread is zero to the eye, and its digits would not fit above a narrow panel
    shown_mean = f"mean {about}{_short(mean)}" if abs(mean) >= 0.01 * sd else "mean ≈ 0"
    panel.set_title(f"{name}\n{shown_mean}\nsd {about}{_short(sd)}", fontsize=11, loc="left")


def _short(number: float) -> str:
    return f"{number:.2g}" if number == 0 or 0.001 <= abs(number) < 100 else f"{number:.0e}"
