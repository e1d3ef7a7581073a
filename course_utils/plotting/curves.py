"""Learning curves: one run, or several side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_utils.arguments import require_mapping
from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_MARKERS, new_axes

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_MARKERS = 12


def learning_curves(histories: Mapping[str, Any], *, metric: str = "loss", ax: "Axes | None" = None) -> "Axes":
    """Draw a metric over the epochs for every run: training solid, validation dashed.

    Each run has a colour and a marker of its own. Values that are not finite (a run that diverged) leave a gap, and the
    legend says where.

    Args:
        histories: Run name to what `fit` returned (a `keras.callbacks.History`), to its `.history` dictionary, or to a
            plain sequence of numbers, one per epoch.
        metric: Which of a history's metrics. Where a history has `val_<metric>` too, both are drawn.
        ax: Where to draw; without it a new figure.

    Returns:
        The Axes drawn on.

    Raises:
        TypeError: `histories` is not a mapping, or a sequence holds something other than numbers.
        ValueError: No runs, an empty run, a metric that a history does not have, sequences that are not flat, or
            training and validation of different lengths.

    Example:
        >>> ax = learning_curves({"small": [0.9, 0.5, 0.4], "large": [0.8, 0.3, 0.2]})
    """
    require_mapping(histories, "histories")
    runs = {name: _curves(name, run, metric) for name, run in histories.items()}
    if ax is None:
        ax = new_axes(9.0, 4.5)

    longest = 1
    for index, (name, curves) in enumerate(runs.items()):
        colour, marker = CYCLE_COLOURS[index % len(CYCLE_COLOURS)], CYCLE_MARKERS[index % len(CYCLE_MARKERS)]
        for part, curve in curves.items():
            steps = np.arange(1, len(curve) + 1)
            longest = max(longest, len(curve))
            ax.plot(
                steps,
                np.where(np.isfinite(curve), curve, np.nan),
                color=colour,
                marker=marker,
                markevery=max(1, len(curve) // MOST_MARKERS),
                markerfacecolor=colour if part == "training" else "white",
                linestyle="-" if part == "training" else "--",
                label=_label(name, part, curve, alone=len(runs) == 1, both=len(curves) == 2),
            )
    ax.set(xlabel="epoch", ylabel=metric)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if longest == 1:
        ax.set_xlim(0, 2)
    validated = any(len(curves) == 2 for curves in runs.values())
    title = "solid: training\ndashed: validation" if validated and len(runs) > 1 else None
    ax.legend(loc="best", title=title, alignment="left")
    return ax


def _curves(name: str, run: Any, metric: str) -> dict[str, np.ndarray]:
    """Return the run's training curve and, if it has one, its validation curve."""
    history = getattr(run, "history", run)
    if not isinstance(history, Mapping):
        return {"training": _numbers(name, history)}
    if metric not in history:
        known = ", ".join(sorted(history)) or "nothing"
        raise ValueError(f"run {name!r} has no metric {metric!r}; it has {known}")
    curves = {"training": _numbers(name, history[metric])}
    if f"val_{metric}" in history:
        curves["validation"] = _numbers(name, history[f"val_{metric}"])
        # validation_freq > 1 gives fewer values, and a history does not say to which epochs they belong
        if len(curves["validation"]) != len(curves["training"]):
            raise ValueError(
                f"run {name!r} has {len(curves['training'])} training values but {len(curves['validation'])} "
                "validation values: fit with validation_freq=1, or pass the sequences themselves"
            )
    return curves


def _numbers(name: str, values: Sequence[float]) -> np.ndarray:
    try:
        curve = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"run {name!r} must be a History, its dictionary or a sequence of numbers") from None
    if curve.ndim != 1 or curve.size == 0:
        raise ValueError(f"run {name!r} must be a flat sequence with at least one number; got shape {curve.shape}")
    return curve


def _label(name: str, part: str, curve: np.ndarray, *, alone: bool, both: bool) -> str:
    broken = np.flatnonzero(~np.isfinite(curve)) + 1
    beside = both and part == "validation" and not alone
    if beside and not broken.size:
        return "_" + name  # matplotlib leaves such labels out of the legend: the run is listed there once
    label = f"{name}, {part}" if both and (alone or beside) else name
    if not broken.size:
        return label
    for_good = broken.size == len(curve) - broken[0] + 1
    return f"{label} (not finite {f'from {broken[0]} on' if for_good else f'at {_places(broken)}'})"


def _places(numbers: np.ndarray) -> str:
    shown = ", ".join(map(str, numbers[:3]))
    return shown if len(numbers) <= 3 else f"{shown}, …"
