"""The measurements of a sweep, one row for each run, as a data frame and as CSV."""

import itertools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Job, Outcome
from course_utils.errors import CourseError
from course_utils.files import write_text

if TYPE_CHECKING:
    from pandas import DataFrame
    from pandas.api.typing import DataFrameGroupBy


def swept_outcomes(folder: Path) -> dict[str, list[Outcome]]:
    """Return the runs of all sweeps in a batch's folder by the name of their chapter (`15_weight_initialization`).

    Raises:
        CourseError: There is no such folder, or no sweep in it.
    """
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; name one that `course sweep` wrote to")
    chapters = by_chapter(found.in_force for found in job_folder.read_batch(folder))
    if not chapters:
        raise CourseError(f"{folder} holds no results of `course sweep`")
    return chapters


def by_chapter(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Return the runs of sweeps among some outcomes by the name of their chapter."""
    chapters: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.swept:
            chapters.setdefault(chapter_stem(outcome), []).append(outcome)
    return chapters


class Sheet:
    """`CHAPTER.csv` in a batch's folder: all runs of sweeps of one chapter, updated after each run.

    Args:
        job: Any job of the sweep.
    """

    def __init__(self, job: Job) -> None:
        self.path = job.out / f"{chapter_stem(job)}.csv"
        there = [found.in_force for found in job_folder.read_batch(job.out)] if job.out.is_dir() else []
        self._outcomes = {outcome.stem: outcome for outcome in by_chapter(there).get(chapter_stem(job), [])}

    def add(self, outcome: Outcome) -> None:
        """Add a run that has ended, and write the file.

        Raises:
            OSError: The file cannot be written.
        """
        found = job_folder.read(self.path.parent / outcome.stem)
        counts = found.in_force if found else outcome
        if self._outcomes.get(outcome.stem) != counts:  # no rewriting for each of the many earlier runs
            self._outcomes[outcome.stem] = counts
            self.write()

    def write(self) -> None:
        """Write the file.

        Raises:
            OSError: It cannot be written.
        """
        ended = [outcome for outcome in self._outcomes.values() if outcome.status not in ("waiting", "running")]
        if ended:
            write_text(self.path, csv_text(sorted(ended, key=lambda outcome: outcome.stem)))


def chapter_stem(run: Outcome | Job) -> str:
    """Return the name of the swept chapter: the part of the run's name before the values."""
    return run.stem.partition(".")[0]


def varied_names(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the parameters that a sweep varies or in which runs differ; `seed` last.

    Two sweeps into one folder may differ in a parameter that is the same in all runs of each.
    """
    swept = [name for outcome in outcomes for name in outcome.swept]
    known = dict.fromkeys(name for outcome in outcomes for name in outcome.parameters)
    differing = [name for name in known if len({str(one.parameters.get(name)) for one in outcomes}) > 1]
    return sorted(dict.fromkeys(swept + differing), key="seed".__eq__)


def mixture(outcomes: Sequence[Outcome]) -> str:
    """Return a warning if the runs cannot be compared because code has changed; empty if not."""
    of_code = [
        json.dumps([outcome.inputs.get(part) for part in ("code", "package", "versions")], sort_keys=True)
        for outcome in sorted(outcomes, key=lambda outcome: outcome.date)
        if outcome.inputs
    ]
    older = sum(one != of_code[-1] for one in of_code)
    if not older:
        return ""
    return (
        f"{older} of {len(outcomes)} runs used other code than the last one (the notebook, the package, Keras or its "
        "backend); give the same `course sweep` again to update them"
    )


def frame(outcomes: Sequence[Outcome]) -> tuple["DataFrame", list[str], list[str]]:
    """Return one row for each run of one chapter, the names of the varied parameters, and those of the measured values.

    Args:
        outcomes: Outcomes of `course sweep`, all of one chapter.

    Returns:
        A frame with the columns `run`, the varied parameters, `status`, `seconds`, `peak_mb` (megabytes or None), and
        the measured values: claims by their ids (`ID.NAME` if a claim has several named values), and metrics as
        `CHAPTER.NAME`. Values are numbers or lists of numbers, or None if the run has none. Then the names of both
        groups of columns.
    """
    import pandas as pd

    names = varied_names(outcomes)
    facts: dict[str, list[Any]] = {"run": [outcome.stem for outcome in outcomes]}
    for name in names:
        values = [outcome.parameters.get(name) for outcome in outcomes]
        facts[name] = [str(value) if isinstance(value, list) else value for value in values]
    facts["status"] = [outcome.status for outcome in outcomes]
    facts["seconds"] = [round(outcome.seconds, 2) for outcome in outcomes]
    facts["peak_mb"] = [outcome.peak_bytes and round(outcome.peak_bytes / 1e6, 1) for outcome in outcomes]
    rows = [_measured(outcome) for outcome in outcomes]
    measured = [column for column in dict.fromkeys(itertools.chain(*rows)) if column not in facts]
    values = {column: [row.get(column) for row in rows] for column in measured}
    # As objects, so that integers stay integers, and None (not measured) differs from NaN (measured).
    return pd.DataFrame(facts | values, dtype=object), names, measured


def groups(table: "DataFrame", names: Sequence[str]) -> "DataFrameGroupBy":
    """Group rows by the values of some parameters as strings, sorted by value, with numbers first.

    Args:
        table: See `frame`.
        names: Parameters; leave out `seed` to have all seeds in one group.
    """

    def place(row: Any) -> list[tuple]:
        values = table.loc[row, list(names)]
        return [(0, value, "") if is_number(value) else (1, 0, str(value)) for value in values]

    ordered = table.loc[sorted(table.index, key=place)]
    return ordered.groupby([ordered[name].map(str) for name in names] or [[""] * len(ordered)], sort=False)


def is_number(value: Any) -> bool:
    """Return whether a measured value is a number, not a list, string or Boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def csv_text(outcomes: Sequence[Outcome]) -> str:
    """Return runs as CSV, with one column for each value of a list (`ID[0]`, `ID[1]`, …).

    Args:
        outcomes: Outcomes of `course sweep`, all of one chapter.
    """
    import pandas as pd

    columns = {}
    for name, values in frame(outcomes)[0].items():
        lists = [value if isinstance(value, list) else [value] for value in values]
        listed = any(isinstance(value, list) for value in values)
        for place, cells in enumerate(itertools.zip_longest(*lists)):
            columns[f"{name}[{place}]" if listed else name] = ["nan" if cell != cell else cell for cell in cells]
    return pd.DataFrame(columns, dtype=object).to_csv(index=False, lineterminator="\n")


def _measured(outcome: Outcome) -> dict[str, Any]:
    """Return the measurements of a run by column."""
    found: dict[str, Any] = {}
    for claim in outcome.claims:
        values = claim.get("values")
        for name, value in values.items() if isinstance(values, dict) else ():
            found |= _plain(f"{claim.get('id')}{'' if name == 'measured' else f'.{name}'}", value)
    return found | _plain(chapter_stem(outcome).partition("_")[2], outcome.metrics)


def _plain(column: str, value: Any) -> dict[str, Any]:
    """Return a measured value as columns of numbers and lists of numbers; leave out everything else."""
    if is_number(value) or (isinstance(value, list) and value and all(map(is_number, value))):
        return {column: value}
    if isinstance(value, dict):
        parts = {f"{column}.{key}": part for key, part in value.items()}
    else:
        parts = {f"{column}[{key}]": part for key, part in enumerate(value if isinstance(value, list) else ())}
    return {name: one for key, part in parts.items() for name, one in _plain(key, part).items()}
