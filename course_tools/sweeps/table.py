"""What a sweep measured as tables for a terminal: parameters × values, over the seeds as mean ± standard deviation."""

import math
import re
from collections.abc import Sequence
from typing import Any

from course_tools.jobs.outcome import Outcome
from course_tools.sweeps import results
from course_utils.errors import CourseError

from rich.table import Table
from rich.text import Text

_GAP = 2
_HEADING_WIDTH = 18


def results_tables(outcomes: Sequence[Outcome], wanted: Sequence[str], width: int) -> list[Table]:
    """Tables of what the runs of a sweep measured.

    Args:
        outcomes: Of `course sweep`, all of one chapter.
        wanted: Ids of claims and names of metrics, with or without the chapter's name; all if there is none.
        width: Columns of the terminal. What does not fit side by side becomes another table with the same rows.

    Raises:
        CourseError: No run has measured anything of that name.
    """
    rows = results.frame(outcomes)
    names = results.varied_names(outcomes)
    columns = _select(results.measured_columns(rows, names), wanted)
    names = [name for name in names if name != "seed"]
    grouped = results.groups(rows, names)
    finished = {key: [row for row in group if row["status"] == "ok"] for key, group in grouped.items()}
    left = {name: [_text(key[number]) for key in grouped] for number, name in enumerate(names)}
    left["runs"] = [f"{len(finished[key])} of {len(group)}" for key, group in grouped.items()]
    right = {
        _heading(column): [_over_seeds([row[column] for row in group]) for group in finished.values()]
        for column in ["seconds", *columns]
    }
    tables = []
    while right:
        block, used = dict(left), sum(_width(name, cells) for name, cells in left.items())
        for name in list(right):
            used += _width(name, right[name])
            if used > width and len(block) > len(left):
                break
            block[name] = right.pop(name)
        tables.append(_table(block))
    return tables


def _select(columns: Sequence[str], wanted: Sequence[str]) -> list[str]:
    chosen = []
    for word in wanted:
        # A claim with several named values is several columns.
        found = [column for column in columns if re.fullmatch(rf"(.*\.)?{re.escape(word)}([.\[].*)?", column)]
        if not found:
            there = ", ".join(column.partition(".")[2] or column for column in columns) or "nothing"
            raise CourseError(f"no run has measured {word!r}; measured are {there}")
        chosen += [column for column in found if column not in chosen]
    return chosen or list(columns)


def _heading(column: str) -> str:
    """Name of what was measured, without its chapter, broken into lines."""
    lines = [""]
    for word in re.findall(r"[^_.]+[_.]?", column.partition(".")[2] or column):
        if lines[-1] and len(lines[-1] + word) > _HEADING_WIDTH:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def _over_seeds(values: Sequence[Any]) -> str:
    """Several runs' values; of lists the first and the last place, with the number of places."""
    values = [value for value in values if value is not None]
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        first, last = ([value[place] for value in lists] for place in (0, -1))
        return f"{_over_seeds(first)} … {_over_seeds(last)} ({len(lists[0])})"
    if not values:
        return "–"
    mean, spread = results.mean_and_spread(values)
    return f"{mean:.4g}" if math.isnan(spread) else f"{mean:.4g} ± {spread:.2g}"


def _text(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _width(name: str, cells: Sequence[str]) -> int:
    return _GAP + max(len(line) for line in [*name.split("\n"), *cells])


def _table(columns: dict[str, Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0))
    for name in columns:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for cells in zip(*columns.values(), strict=True):
        table.add_row(*map(Text, cells))
    return table
