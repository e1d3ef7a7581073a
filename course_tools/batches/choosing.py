"""The choice of the jobs of a batch that have to run, given what its folder holds already."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from course_tools.jobs import job_folder
from course_tools.jobs.fingerprint import PARTS, Fingerprints
from course_tools.jobs.job_folder import JobState
from course_tools.jobs.outcome import Job, Outcome


class Again(Enum):
    """The jobs that run although they have an earlier result."""

    UNFINISHED = "all without a good result of the same inputs"
    FAILED = "only those that failed or never ended; results of other code, data or versions are kept"
    ALL = "all"


@dataclass(frozen=True)
class Choice:
    """What a batch runs and what it leaves as it is.

    Attributes:
        folder: The batch's folder.
        to_run: Jobs to run, with their inputs.
        done: Good earlier results of the other jobs.
        reasons: Why each job of `to_run` runs again, in the same order; empty for a job without an earlier result.
        outdated: How many of `done` have other inputs than the present ones.
    """

    folder: Path
    to_run: list[Job]
    done: list[Outcome]
    reasons: list[str]
    outdated: int

    def lines(self) -> list[str]:
        """Return the lines to print before anything runs; none if no job has an earlier result."""
        lines = []
        if self.done:
            how = "with the same inputs" if not self.outdated else f"{self.outdated} of them with other inputs than now"
            lines.append(f"{_runs(len(self.done))} finished before, {how}: not run again (--force runs all)")
        counts = Counter(filter(None, self.reasons))
        if counts:
            parts = "; ".join(f"{count} {reason}" for reason, count in counts.items())
            lines.append(f"{_runs(sum(counts.values()))} again: {parts}")
        return lines


def choose(jobs: Sequence[Job], again: Again) -> Choice:
    """Decide which jobs run.

    Args:
        jobs: All jobs of a batch, in one folder.
        again: Which of them run although they have an earlier result.
    """
    fingerprints = Fingerprints()
    to_run, done, reasons, outdated = [], [], [], 0
    for job in jobs:
        found = job_folder.read(job.folder)
        good = None if again is Again.ALL else _good_result(job, found, fingerprints, again)
        if good:
            done.append(good)
            outdated += bool(fingerprints.changes(job, good))
        else:
            to_run.append(replace(job, inputs=fingerprints.of(job)))
            reasons.append(_reason(job, found, fingerprints))
    return Choice(jobs[0].out, to_run, done, reasons, outdated)


def _good_result(job: Job, found: JobState | None, fingerprints: Fingerprints, again: Again) -> Outcome | None:
    if found is None or found.latest.status == "failed":
        return None
    for outcome, notebook in ((found.finished, found.finished_notebook), (found.latest, found.notebook)):
        # An outcome is useless without its notebook.
        if outcome is None or outcome.status != "ok" or notebook is None:
            continue
        changes = fingerprints.changes(job, outcome)
        if not changes or (again is Again.FAILED and "parameters" not in changes):
            return outcome
    return None


def _reason(job: Job, found: JobState | None, fingerprints: Fingerprints) -> str:
    """Return why a job with an earlier result runs again; empty for a job without one."""
    if found is None:
        return "whose state cannot be read" if (job.folder / job_folder.STATE).exists() else ""
    match found.latest.status:
        case "waiting":
            return ""
        case "failed":
            return "failed before"
        case "running" | "interrupted":
            return "interrupted before"
    changes = fingerprints.changes(job, found.latest)
    if changes:
        return f"since {' and '.join(PARTS[part] for part in changes)} changed"
    return "because of --force" if found.notebook else "whose notebook is gone"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
