"""What the runs of a sweep measured: rows for people and programs, as a table and as CSV."""

import csv
import io
import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Job, Outcome
from course_utils.errors import CourseError
from course_utils.files import write_text

RUN_COLUMNS = ("run", "status", "seconds", "peak_mb")


def swept_outcomes(folder: Path) -> dict[str, list[Outcome]]:
    """The runs of all sweeps in a batch's folder, by the name of their chapter (`15_weight_initialization`).

    Raises:
        CourseError: There is no such folder, or no sweep in it.
    """
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; name one that `course sweep` wrote to")
    by_chapter: dict[str, list[Outcome]] = {}
    for found in job_folder.read_batch(folder):
        outcome = found.in_force
        if outcome.swept:
            by_chapter.setdefault(chapter_stem(outcome), []).append(outcome)
    if not by_chapter:
        raise CourseError(f"{folder} holds no results of `course sweep`")
    return by_chapter


class Sheet:
    """`CHAPTER.csv` in a batch's folder: all runs of sweeps of one chapter, kept up to date run by run.

    Args:
        job: Any job of the sweep.
    """

    def __init__(self, job: Job) -> None:
        self.path = job.out / f"{chapter_stem(job)}.csv"
        self._outcomes: dict[str, Outcome] = {}
        if job.out.is_dir():
            for found in job_folder.read_batch(job.out):
                if found.latest.swept and chapter_stem(found.latest) == chapter_stem(job):
                    self._outcomes[found.stem] = found.in_force

    def add(self, outcome: Outcome) -> None:
        """Take in a run that has ended.

        Raises:
            OSError: The file cannot be written.
        """
        found = job_folder.read(self.path.parent / outcome.stem)
        counts = found.in_force if found else outcome
        if self._outcomes.get(outcome.stem) != counts:  # not for each of the many that were done before
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
    """Name of the chapter that was swept: what stands before the values in the run's name."""
    return run.stem.partition(".")[0]


def varied_names(outcomes: Sequence[Outcome]) -> list[str]:
    """Parameters in which some runs differ, or that a sweep was to vary; `seed` last.

    Two sweeps into one folder may differ in a parameter that was the same in all runs of each.
    """
    swept = [name for outcome in outcomes for name in outcome.swept]
    known = dict.fromkeys(name for outcome in outcomes for name in outcome.parameters)
    differing = [name for name in known if len({str(one.parameters.get(name)) for one in outcomes}) > 1]
    return sorted(dict.fromkeys(swept + differing), key="seed".__eq__)


def mixture(outcomes: Sequence[Outcome]) -> str:
    """What is to be said of runs that should not be compared, since code changed between them; empty if none did."""
    of_code = [
        json.dumps([outcome.inputs.get(part) for part in ("code", "package", "versions")], sort_keys=True)
        for outcome in sorted(outcomes, key=lambda outcome: outcome.date)
        if outcome.inputs
    ]
    older = sum(one != of_code[-1] for one in of_code)
    if not older:
        return ""
    return (
        f"{older} of {len(outcomes)} runs are of other code than the last one (the notebook, the package, Keras or its "
        "backend); the same `course sweep` runs them again"
    )


def frame(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One plain row for each run of one chapter.

    Args:
        outcomes: Of `course sweep`, all of one chapter.

    Returns:
        Rows with the same keys in the same order: `run`, the parameters that differ by name, `status`, `seconds`,
        `peak_mb` (megabytes or None), the measured values of the claims by the claims' ids (`ID.NAME` where a claim has
        several named values), and the metrics as `CHAPTER.NAME`. Values are numbers or lists of numbers, None where the
        run has none.
    """
    names = varied_names(outcomes)
    measured = [_measured(outcome) for outcome in outcomes]
    ids = [id for id in dict.fromkeys(column for row in measured for column in row) if id not in (*RUN_COLUMNS, *names)]
    return [
        {
            "run": outcome.stem,
            **{name: outcome.parameters.get(name) for name in names},
            "status": outcome.status,
            "seconds": round(outcome.seconds, 2),
            "peak_mb": None if outcome.peak_bytes is None else round(outcome.peak_bytes / 1e6, 1),
            **{column: row.get(column) for column in ids},
        }
        for outcome, row in zip(outcomes, measured, strict=True)
    ]


def measured_columns(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> list[str]:
    """The columns of a frame that hold measured values: of claims, and metrics.

    Args:
        rows: See `frame`.
        names: The varied parameters.
    """
    return [column for column in (rows[0] if rows else ()) if column not in (*RUN_COLUMNS, *names)]


def groups(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[tuple, list[dict[str, Any]]]:
    """Rows by the values of some parameters, in the order of these values.

    Args:
        rows: See `frame`.
        names: Parameters; leave out `seed` to have all seeds in one group.
    """
    found: dict[tuple, list[dict[str, Any]]] = {}
    for row in rows:
        key = tuple(tuple(row[name]) if isinstance(row[name], list) else row[name] for name in names)
        found.setdefault(key, []).append(row)
    return dict(sorted(found.items(), key=lambda item: [_sortable(value) for value in item[0]]))


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and sample standard deviation of finite numbers; NaN for a deviation of fewer than two, or of none."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return math.nan, math.nan
    return statistics.fmean(finite), statistics.stdev(finite) if len(finite) > 1 else math.nan


def is_number(value: Any) -> bool:
    """Whether a measured value is a number, and no list, text or truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def csv_text(outcomes: Sequence[Outcome]) -> str:
    """Runs as CSV, a list of values as one column for each (`ID[0]`, `ID[1]`, …).

    Args:
        outcomes: Of `course sweep`, all of one chapter.
    """
    rows = frame(outcomes)
    values = measured_columns(rows, varied_names(outcomes))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    lengths = {
        column: max((len(row[column]) for row in rows if isinstance(row[column], list)), default=0) for column in values
    }
    header = []
    for column in rows[0]:
        length = lengths.get(column, 0)
        header += [f"{column}[{number}]" for number in range(length)] if length else [column]
    writer.writerow(header)
    for row in rows:
        cells = []
        for column, value in row.items():
            length = lengths.get(column, 0)
            parts = value if length and isinstance(value, list) else [value]
            cells += [*parts, *[None] * (length - len(parts))]
        writer.writerow(cells)
    return text.getvalue()


def _measured(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for claim in outcome.claims:
        values = claim.get("values")
        if isinstance(values, dict):
            named = {"" if name == "measured" else f".{name}": value for name, value in values.items()}
            for name, value in named.items():
                found |= _plain(f"{claim.get('id')}{name}", value)
    chapter = chapter_stem(outcome).partition("_")[2]
    for name, value in outcome.metrics.items():
        found |= _plain(f"{chapter}.{name}", value)
    return found


def _plain(column: str, value: Any) -> dict[str, Any]:
    """A measured value as columns of numbers and lists of numbers; nothing if it is something else."""
    if isinstance(value, dict):
        return {name: one for key, part in value.items() for name, one in _plain(f"{column}.{key}", part).items()}
    if is_number(value) or (isinstance(value, list) and value and all(is_number(part) for part in value)):
        return {column: value}
    if isinstance(value, list):
        return {name: one for key, part in enumerate(value) for name, one in _plain(f"{column}[{key}]", part).items()}
    return {}


def _sortable(value: Any) -> tuple:
    return (0, value, "") if is_number(value) else (1, 0, str(value))
