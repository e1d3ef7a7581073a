"""What a sweep measured as pictures: each measured value over a swept parameter, with the spread over seeds."""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from course_tools.jobs.outcome import Outcome
from course_tools.sweeps import results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More lines than this cannot be told apart by colour and line style.
_LINES = 7
# Values further apart than this, all above zero, are drawn on a logarithmic axis.
_DECADES = 100


@dataclass(frozen=True)
class Plot:
    """A picture.

    Attributes:
        title: What is measured: a claim's id, a metric, or `seconds`.
        alt: What there is to see, in words.
        png: The picture.
    """

    title: str
    alt: str
    png: bytes


def plots(outcomes: Sequence[Outcome]) -> Iterator[Plot]:
    """Draw every measured value of a sweep whose runs differ in it; the running time where no value does.

    The parameter with the most numeric values makes the horizontal axis; of a claim that measures a list of values,
    their places do. Each combination of the other parameters is a line through the means of its seeds, in a band from
    the smallest to the largest.

    Args:
        outcomes: Of `course sweep`, all of one chapter; those that are not `ok` are left out.
    """
    rows = [row for row in results.frame(outcomes) if row["status"] == "ok"]
    names = results.varied_names(outcomes)
    drawn = False
    for column in results.measured_columns(rows, names):
        chosen = [row for row in rows if row[column] is not None]
        if len({str(row[column]) for row in chosen}) > 1:
            drawn = True
            yield _plot(chosen, names, column)
    if not drawn and len(rows) > 1:
        yield _plot(rows, names, "seconds")


def _plot(rows: Sequence[dict[str, Any]], names: Sequence[str], column: str) -> Plot:
    from course_utils.plotting.style import use_house_style

    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        use_house_style()
        figure = Figure()
        axes = figure.add_subplot()
        lists = any(isinstance(row[column], list) for row in rows)
        alt = _draw_lists(axes, rows, names, column) if lists else _draw_numbers(axes, rows, names, column)
        axes.set_title(column)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=100)
    return Plot(column, alt, picture.getvalue())


def _draw_numbers(axes: "Axes", rows: Sequence[dict[str, Any]], names: Sequence[str], column: str) -> str:
    parameters = [name for name in names if name != "seed"] or ["seed"]
    across = max(parameters, key=lambda name: _numeric_values(rows, name))
    others = [name for name in parameters if name != across]
    numeric = across != "seed" and all(results.is_number(row[across]) for row in rows)  # seeds have no order
    ticks = {key[0]: place for place, key in enumerate(results.groups(rows, [across]))}
    lines = []
    for key, group in results.groups(rows, others).items():
        points = [
            (value[0] if numeric else ticks[value[0]], [row[column] for row in runs])
            for value, runs in results.groups(group, [across]).items()
        ]
        lines.append((_label(others, key), points))
    _draw_lines(axes, lines, joined=numeric)
    if numeric:
        if _wide(list(ticks)):
            axes.set_xscale("log")
        if len(ticks) <= 8:
            axes.set_xticks(list(ticks), [f"{value:g}" for value in ticks])
            axes.minorticks_off()
    else:
        axes.set_xticks(list(ticks.values()), [_label([across], [value]) for value in ticks])
        axes.set_xlim(-0.5, len(ticks) - 0.5)
    axes.set_xlabel(across)
    _legend(axes, others)
    return f"{column} against {across}{_described(names, others)}. {_range(rows, column)}"


def _draw_lists(axes: "Axes", rows: Sequence[dict[str, Any]], names: Sequence[str], column: str) -> str:
    others = [name for name in names if name != "seed"]
    lines = []
    for key, group in results.groups(rows, others).items():
        lists = [row[column] for row in group if isinstance(row[column], list)]
        longest = max(map(len, lists), default=0)
        points = [(place + 1, [value[place] for value in lists if place < len(value)]) for place in range(longest)]
        lines.append((_label(others, key), points))
    _draw_lines(axes, lines, joined=True)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("place in the list")
    _legend(axes, others)
    return f"The values of {column} by their place{_described(names, others)}. {_range(rows, column)}"


def _draw_lines(axes: "Axes", lines: Sequence[tuple[str, list[tuple[float, list[float]]]]], *, joined: bool) -> None:
    from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_LINE_STYLES, CYCLE_MARKERS

    import matplotlib as mpl

    colours: Any = CYCLE_COLOURS
    if len(lines) > _LINES:
        colours = [mpl.colormaps["cividis_r"](0.1 + 0.85 * number / (len(lines) - 1)) for number in range(len(lines))]
    looks = zip(colours, cycle(CYCLE_MARKERS), cycle(CYCLE_LINE_STYLES), strict=False)
    every = [value for _, points in lines for _, values in points for value in values]
    for number, ((label, points), (colour, marker, style)) in enumerate(zip(lines, looks, strict=False)):
        places = [place for place, _ in points]
        if not joined:  # categories: side by side, so that their bars can be told apart
            places = [place + 0.6 * ((number + 0.5) / len(lines) - 0.5) for place in places]
        means = [results.mean_and_spread(values)[0] for _, values in points]
        low, high = [min(values) for _, values in points], [max(values) for _, values in points]
        if joined:
            axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
        else:
            axes.vlines(places, low, high, color=colour, linewidth=2)
        for place, (_, values) in zip(places, points, strict=True):
            axes.plot([place] * len(values), values, "_", color=colour, markersize=8)
        axes.plot(places, means, marker, color=colour, linestyle=style if joined else "none", label=label)
    if _wide(every):
        axes.set_yscale("log")


def _legend(axes: "Axes", others: Sequence[str]) -> None:
    if others:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), title=", ".join(others), alignment="left")


def _label(names: Sequence[str], key: Sequence[Any]) -> str:
    return ", ".join(str(list(value) if isinstance(value, tuple) else value) for value in key[: len(names)])


def _described(names: Sequence[str], others: Sequence[str]) -> str:
    lines = f", one line for each {' and '.join(others)}" if others else ""
    spread = "; means of the seeds, with bands from the smallest to the largest" if "seed" in names[1:] else ""
    return lines + spread


def _range(rows: Sequence[dict[str, Any]], column: str) -> str:
    values = [number for row in rows for number in (row[column] if isinstance(row[column], list) else [row[column]])]
    finite = [value for value in values if math.isfinite(value)]
    span = f"Values from {min(finite):.4g} to {max(finite):.4g}" if finite else "No finite value"
    each = "" if len(values) == len(rows) else f"{len(values)} values of "
    return f"{span}, {each}{len(rows)} runs."


def _numeric_values(rows: Sequence[dict[str, Any]], name: str) -> int:
    values = {row[name] for row in rows if results.is_number(row[name])}
    return len(values)


def _wide(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) > _DECADES * min(values)
