"""What the benchmarks of the chapters share: their code, and measuring all sides in turns."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_tools.chapter_file import read_cells
from course_utils.syllabus import find_course


def chapter_code(number: int, *cells: str, **given: Any) -> dict[str, Any]:
    """Run cells of a chapter's notebook, so that what is measured is what students read.

    Args:
        number: The chapter.
        *cells: Ids of the cells, in the order in which to run them.
        **given: What cells that are left out would define, imports too.

    Returns:
        The names that exist afterwards.
    """
    notebook = find_course(Path(__file__).parent).chapter(number).notebook
    sources = {cell["id"]: cell["source"] for cell in read_cells(notebook)}
    for cell in cells:
        exec(compile(sources[cell], f"cell {cell} of chapter {number}", "exec"), given)
    return given


def in_turns(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Time all sides in turns, so that a busy moment hits all alike, and print a table.

    Args:
        sides: Functions to time, by what the table calls them. The first one is what the others are compared with.
        rounds: How often each is timed; one call more comes before, in which things are compiled.

    Returns:
        The median of each side, in seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    first = next(iter(medians.values()))
    print(f"| | median of {rounds}, ms | smallest | largest | times as fast as the first |\n|---|---|---|---|---|")
    for name, values in seconds.items():
        cells = " | ".join(f"{1000 * value:.3g}" for value in (medians[name], min(values), max(values)))
        print(f"| {name} | {cells} | {first / medians[name]:.3g} |")
    return medians
