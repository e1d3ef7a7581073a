"""Figures of a sweep: each measured value over a swept parameter, with the spread over seeds."""

import io
import math
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

from course_tools.jobs.outcome import Outcome
from course_tools.sweeps import results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame, Series

# Colours and line styles distinguish no more lines than this.
_LINES = 7
# Values further apart than this, all above zero, are drawn on a logarithmic axis.
_DECADES = 100
_PLACE = "place in the list"


def plots(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, bytes]]:
    """Draw every measured value in which the runs of a sweep differ, or the running time if there is none.

    The horizontal axis is the parameter with the most numeric values; for a list of values, it is the position in the
    list. Each combination of the other parameters is a line through the means of its seeds, in a band from the smallest
    to the largest value.

    Args:
        outcomes: Outcomes of `course sweep`, all of one chapter; those that are not `ok` are left out.

    Yields:
        A description of the figure, and the figure as PNG.
    """
    runs, names, measured = results.frame(outcomes)
    runs = runs[runs["status"] == "ok"]
    drawn = False
    for column in measured:
        chosen = runs.loc[[value is not None for value in runs[column]]]
        if chosen[column].map(str).nunique() > 1:
            drawn = True
            yield _plot(chosen, names, column)
    if not drawn and len(runs) > 1:
        yield _plot(runs, names, "seconds")


def _plot(runs: "DataFrame", names: Sequence[str], column: str) -> tuple[str, bytes]:
    from course_utils.plotting.style import use_house_style

    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        use_house_style()
        figure = Figure()
        axes = figure.add_subplot()
        alt = _draw(axes, runs, names, column)
        axes.set_title(column)
        png = io.BytesIO()
        figure.savefig(png, format="png", dpi=100)
    return alt, png.getvalue()


def _draw(axes: "Axes", runs: "DataFrame", names: Sequence[str], column: str) -> str:
    """Draw a column, and return a description of the figure."""
    others = [name for name in names if name != "seed"]
    if any(isinstance(value, list) for value in runs[column]):
        across, shown = _PLACE, f"The values of {column} by their place"
        runs = runs.explode(column, ignore_index=True)
        runs[across] = runs.groupby("run").cumcount() + 1
    else:
        parameters = others or ["seed"]
        across = max(parameters, key=lambda name: len({value for value in runs[name] if results.is_number(value)}))
        others, shown = [name for name in parameters if name != across], f"{column} against {across}"
    numeric = across != "seed" and all(map(results.is_number, runs[across]))  # seeds have no order
    x = runs[across].astype(float) if numeric else results.groups(runs, [across]).ngroup()
    y = runs[column].astype(float)
    finite = y[y.abs() < math.inf]
    lines = [(key, x[rows.index], finite.reindex(rows.index)) for key, rows in results.groups(runs, others)]
    _draw_lines(axes, lines, joined=numeric)
    labels = None if numeric else [key[0] for key, _ in results.groups(runs, [across])]
    _mark_x(axes, x, labels, places=across == _PLACE)
    axes.set_xlabel(across)
    if _wide(finite):
        axes.set_yscale("log")
    if others:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title=", ".join(others), alignment="left")
        shown += f", one line for each {' and '.join(others)}"
    if "seed" in names[1:]:
        shown += "; means of the seeds, with bands from the smallest to the largest"
    span = f"Values from {finite.min():.4g} to {finite.max():.4g}" if len(finite) else "No finite value"
    count = runs["run"].nunique()
    return f"{shown}. {span}, {'' if len(y) == count else f'{len(y)} values of '}{count} runs."


def _draw_lines(axes: "Axes", lines: Sequence[tuple[tuple, "Series", "Series"]], *, joined: bool) -> None:
    """Draw lines, each given as a label and two series: the means of the second over the first, with their spread."""
    from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_LINE_STYLES, CYCLE_MARKERS

    import matplotlib as mpl

    colours: Any = CYCLE_COLOURS
    if len(lines) > _LINES:
        colours = [mpl.colormaps["cividis_r"](0.1 + 0.85 * number / (len(lines) - 1)) for number in range(len(lines))]
    looks = zip(colours, cycle(CYCLE_MARKERS), cycle(CYCLE_LINE_STYLES), strict=False)
    for number, ((key, x, y), (colour, marker, style)) in enumerate(zip(lines, looks, strict=False)):
        # Categories side by side, so that their bars do not overlap.
        places = x if joined else x + 0.6 * ((number + 0.5) / len(lines) - 0.5)
        spread = y.groupby(places).agg(["mean", "min", "max"])
        if joined:
            axes.fill_between(spread.index, spread["min"], spread["max"], color=colour, alpha=0.2, linewidth=0)
        else:
            axes.vlines(spread.index, spread["min"], spread["max"], color=colour, linewidth=2)
        axes.plot(places, y, "_", color=colour, markersize=8)
        line = style if joined else "none"
        axes.plot(spread.index, spread["mean"], marker, color=colour, linestyle=line, label=", ".join(key))


def _mark_x(axes: "Axes", x: "Series", labels: Sequence[str] | None, *, places: bool) -> None:
    """Set the ticks of the horizontal axis: labels for categories, integers for places, the values if they are few."""
    if labels:
        axes.set_xticks(range(len(labels)), labels)
        axes.set_xlim(-0.5, len(labels) - 0.5)
    elif places:
        axes.xaxis.get_major_locator().set_params(integer=True)
    else:
        if _wide(x):
            axes.set_xscale("log")
        if x.nunique() <= 8:
            axes.set_xticks(sorted(set(x)), [f"{value:g}" for value in sorted(set(x))])
            axes.minorticks_off()


def _wide(values: "Series") -> bool:
    return values.min() > 0 and values.max() > _DECADES * values.min()
