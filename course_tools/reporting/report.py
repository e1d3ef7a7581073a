"""The report on a batch's folder: one page of all runs, and a page for each executed notebook."""

import json
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_tools.jobs import job_folder
from course_tools.jobs.batch_file import read_batch_facts
from course_tools.jobs.failures import KINDS
from course_tools.jobs.job_folder import JobState
from course_tools.jobs.lock import is_held
from course_tools.jobs.outcome import Outcome, verdict_counts
from course_tools.reporting.claim_rows import ClaimRow, claim_rows
from course_tools.reporting.notebook_page import write_notebook_page
from course_tools.reporting.page import render, write_page
from course_tools.reporting.pictures import Figure, figures
from course_tools.reporting.sweeps import Sweep, sweeps
from course_utils.errors import CourseError

FILE_NAME = "report.html"
# A page of this size still opens at once. Further figures are only on the notebooks' own pages.
MOST_BYTES_OF_FIGURES = 40_000_000
# Errors raised by files that are unreadable or not notebooks.
_NOT_A_NOTEBOOK = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError)


@dataclass(frozen=True)
class Entry:
    """One run on the page.

    Attributes:
        outcome: The last attempt.
        counted: The outcome that counts: the last good run, if a later attempt with the same inputs failed.
        status: Status of the last attempt as text, with the kind of failure.
        page: Address of its notebook's page, if it has one.
        good: Address of the page of the last good run, if that is not the last attempt.
        claims: The claims of `counted`.
        counts: Number of claims by verdict.
        figures: The figures of its notebook; empty if the page has no room for them.
        left_out: Number of figures without room on the page.
    """

    outcome: Outcome
    counted: Outcome
    status: str
    page: str | None
    good: str | None
    claims: list[ClaimRow]
    counts: Counter
    figures: list[Figure]
    left_out: int = 0


def write_report(folder: Path) -> Path:
    """Write `report.html` of a batch's folder, and a page beside each executed notebook.

    Args:
        folder: The folder that `course run` or `course sweep` wrote to.

    Returns:
        The report's path.

    Raises:
        CourseError: The folder has no results, or cannot be written.
    """
    states, command = states_of(folder), _command(folder)
    room = MOST_BYTES_OF_FIGURES
    entries = []
    for found in states:
        entry = _entry(found, room)
        room -= sum(len(figure.address) for figure in entry.figures)
        entries.append(entry)
    outcomes = [entry.outcome for entry in entries]
    page = render(
        "report.html.j2",
        entries=entries,
        of_last=sum(entry.outcome.stem in command["jobs"] for entry in entries),
        plain=[entry for entry in entries if not entry.outcome.swept],
        sweeps=_sweeps(entries),
        statuses=Counter(outcome.status for outcome in outcomes),
        counts=sum((entry.counts for entry in entries), Counter()),
        seconds=sum(outcome.seconds for outcome in outcomes),
        profiles=sorted({outcome.profile for outcome in outcomes}),
        command=command,
        at_work=is_held(folder),
        logs=shlex.quote(str(folder)) if next(folder.glob("*/logs*/*"), None) else None,
        unread=[str(path.relative_to(folder)) for path in job_folder.unreadable(folder)],
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    return write_page(folder / FILE_NAME, page)


def states_of(folder: Path) -> list[JobState]:
    """Return the states of the jobs in a batch's folder.

    Raises:
        CourseError: There is no such folder, or no results in it.
    """
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; name one that `course run` wrote to")
    states = job_folder.read_batch(folder)
    if not states:
        raise CourseError(f"{folder} holds no results of `course run`")
    return states


def status_of(outcome: Outcome) -> str:
    """Return a status as text, such as `failed: out of memory`."""
    return f"{outcome.status}: {KINDS.get(outcome.error.kind, outcome.error.kind)}" if outcome.error else outcome.status


def _entry(found: JobState, room: int) -> Entry:
    outcome, counted = found.latest, found.in_force
    status = status_of(outcome)
    page = good = None
    if found.notebook:
        page = _page(found.notebook, outcome, status)
    if found.finished_notebook and found.finished_notebook != found.notebook:
        good = _page(found.finished_notebook, found.finished, "ok")
    shown = found.notebook if counted == outcome else found.finished_notebook
    found_figures = _figures(shown) if shown and not outcome.swept else []
    fits = sum(len(figure.address) for figure in found_figures) <= room
    return Entry(
        outcome=outcome,
        counted=counted,
        status=status,
        page=page,
        good=good,
        claims=claim_rows(counted),
        counts=verdict_counts(counted),
        figures=found_figures if fits else [],
        left_out=0 if fits else len(found_figures),
    )


def _page(notebook: Path, outcome: Outcome, status: str) -> str | None:
    """Write the notebook's page and return its address from the report; None if it cannot be written.

    A directory that cannot be written, or a file that is not a notebook, must not stop the report on the other runs.
    """
    title = f"{outcome.stem}: {outcome.title}"
    try:
        page = write_notebook_page(notebook, title=title, status=status, report=f"../{FILE_NAME}")
    except (*_NOT_A_NOTEBOOK, CourseError):
        return None
    return page.relative_to(notebook.parent.parent).as_posix()


def _figures(notebook: Path) -> list[Figure]:
    """Return the notebook's figures; none if it cannot be read."""
    try:
        return list(figures(json.loads(notebook.read_text(encoding="utf-8"))))
    except _NOT_A_NOTEBOOK:
        return []


def _sweeps(entries: Sequence[Entry]) -> list[tuple[Sweep, list[Entry]]]:
    found = sweeps([entry.counted for entry in entries])
    return [(one, [entry for entry in entries if entry.counted in one.outcomes]) for one in found]


def _command(folder: Path) -> dict[str, Any]:
    """Return the command line, times and jobs of the last batch, as far as they are known."""
    facts = read_batch_facts(folder)
    arguments, jobs = facts.get("command"), facts.get("jobs")
    return {
        "line": shlex.join(["course", *map(str, arguments)]) if isinstance(arguments, list) else "",
        "started": str(facts.get("started") or ""),
        "ended": str(facts.get("ended") or ""),
        "jobs": jobs if isinstance(jobs, list) else [],
    }
