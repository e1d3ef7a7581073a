"""Tables of a sweep for a terminal: parameters × measured values, as mean ± standard deviation over the seeds."""

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
    """Return tables of the measurements of a sweep.

    Args:
        outcomes: Outcomes of `course sweep`, all of one chapter.
        wanted: Ids of claims and names of metrics, with or without the chapter's name; all if empty.
        width: Columns of the terminal. Values that do not fit go into further tables with the same rows.

    Raises:
        CourseError: No run has measured a value of that name.
    """
    runs, names, measured = results.frame(outcomes)
    names = [name for name in names if name != "seed"]
    columns = ["seconds", *_select(measured, wanted)]
    left, right = [*names, "runs"], [_heading(column) for column in columns]
    rows = []
    for key, group in results.groups(runs, names):
        ok = group[group["status"] == "ok"]
        cells = [
            *key[: len(names)],
            f"{len(ok)} of {len(group)}",
            *(_over_seeds(ok[column].tolist()) for column in columns),
        ]
        rows.append(dict(zip([*left, *right], cells, strict=True)))
    widths = {
        name: _GAP + max(len(line) for line in [*name.split("\n"), *(row[name] for row in rows)]) for name in rows[0]
    }
    blocks = [[*left]]
    for name in right:
        if len(blocks[-1]) > len(left) and sum(widths[one] for one in [*blocks[-1], name]) > width:
            blocks.append([*left])
        blocks[-1].append(name)
    return [_table(block, rows) for block in blocks]


def _select(columns: Sequence[str], wanted: Sequence[str]) -> list[str]:
    chosen = []
    for name in wanted:
        # A claim with several named values has several columns.
        found = [column for column in columns if re.fullmatch(rf"(.*\.)?{re.escape(name)}([.\[].*)?", column)]
        if not found:
            there = ", ".join(column.partition(".")[2] or column for column in columns) or "nothing"
            raise CourseError(f"no run has measured {name!r}; the measured values are {there}")
        chosen += [column for column in found if column not in chosen]
    return chosen or list(columns)


def _heading(column: str) -> str:
    """Return the name of a measured value without its chapter, broken into lines."""
    lines = [""]
    for word in re.findall(r"[^_.]+[_.]?", column.partition(".")[2] or column):
        if lines[-1] and len(lines[-1] + word) > _HEADING_WIDTH:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def _over_seeds(values: Sequence[Any]) -> str:
    """Return several runs' values as text; for lists, the first and the last place, with the number of places."""
    import pandas as pd

    lists = [value for value in values if isinstance(value, list)]
    if lists:
        first, last = ([value[place] for value in lists] for place in (0, -1))
        return f"{_over_seeds(first)} … {_over_seeds(last)} ({len(lists[0])})"
    measured = pd.Series([value for value in values if value is not None], dtype=float)
    if measured.empty:
        return "–"
    finite = measured[measured.abs() < math.inf]
    return f"{finite.mean():.4g}" if len(finite) < 2 else f"{finite.mean():.4g} ± {finite.std():.2g}"


def _table(names: Sequence[str], rows: Sequence[dict[str, str]]) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0))
    for name in names:
        table.add_column(Text(name), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(row[name]) for name in names))
    return table
