"""What a batch's folder holds of each job: its last attempt, and its last good result.

Each job has a directory of its own:

    state.json          outcome of the last attempt: waiting, running, ok, failed or interrupted
    finished.json       outcome of the last good result; a worse attempt never replaces it
    STEM.ipynb          the executed notebook of finished.json
    STEM.partial.ipynb  the notebook of state.json as far as it got, where that is not finished.json
    logs, logs.partial  what these two wrote for TensorBoard, if anything

Whether a job is done is read from these outcomes, never from the existence of a notebook. Everything is written under a
temporary name and then renamed.
"""

import contextlib
import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from course_tools.jobs.lock import is_held
from course_tools.jobs.outcome import Job, Outcome, now

STATE = "state.json"
FINISHED = "finished.json"
_READY = ".finished.json.ready"


@dataclass(frozen=True)
class JobState:
    """What a job's directory holds.

    Attributes:
        folder: The directory.
        latest: The last attempt; `running` only while a batch is at work in the folder.
        finished: The last good result, if there is one.
    """

    folder: Path
    latest: Outcome
    finished: Outcome | None

    @property
    def stem(self) -> str:
        """The job's name."""
        return self.folder.name

    @property
    def in_force(self) -> Outcome:
        """The outcome that counts: a good result also when the same was begun again and did not end well."""
        same = self.finished and self.finished.inputs.get("hash") == self.latest.inputs.get("hash")
        return self.finished if same else self.latest

    @property
    def notebook(self) -> Path | None:
        """The executed notebook of the last attempt, as far as it got; None if there is none."""
        path = notebook_path(self.folder) if self.latest == self.finished else partial_path(self.folder)
        return path if path.is_file() else None

    @property
    def finished_notebook(self) -> Path | None:
        """The executed notebook of the last good result; None if there is none."""
        path = notebook_path(self.folder)
        return path if self.finished and path.is_file() else None


def notebook_path(folder: Path) -> Path:
    """Where a job's finished notebook lies."""
    return folder / f"{folder.name}.ipynb"


def partial_path(folder: Path) -> Path:
    """Where the notebook of an attempt lies that is running, or that did not end well."""
    return folder / f"{folder.name}.partial.ipynb"


def logs_path(notebook: Path) -> Path:
    """Where the run of an executed notebook, finished or partial, writes its files for TensorBoard."""
    return notebook.with_name("logs.partial" if notebook.name.endswith(".partial.ipynb") else "logs")


def announce(job: Job) -> None:
    """Note that a job waits, unless something is known of it already.

    Raises:
        OSError: Its directory cannot be written.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    if not (job.folder / STATE).exists():
        Outcome.blank(job, "waiting").save(job.folder / STATE)


def begin(job: Job) -> int:
    """Note that a job runs.

    Returns:
        Which attempt it is, from 1.

    Raises:
        OSError: Its directory cannot be written, or the disk is full.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    last = _load(job.folder / STATE)
    attempts = 1 + (last.attempts if last else 0)
    _remove(partial_path(job.folder))
    replace(Outcome.blank(job, "running"), started=now(), attempts=attempts).save(job.folder / STATE)
    return attempts


def keep(job: Job, outcome: Outcome) -> Outcome:
    """Store what an attempt came to; its notebook lies at `partial_path`.

    A good result replaces an earlier one. Anything worse stays beside it.

    Returns:
        The outcome, as it was stored.

    Raises:
        OSError: It cannot be stored.
    """
    folder, partial = job.folder, partial_path(job.folder)
    if not _is_notebook(partial):
        partial.unlink(missing_ok=True)
    if outcome.status == "ok" and not _is_worse(outcome, _load(folder / FINISHED)):
        ready = folder / _READY
        outcome.save(ready)  # what may find the disk full comes first, while the earlier result is still whole
        try:
            partial.replace(notebook_path(folder))
            _replace_logs(partial, notebook_path(folder))
            ready.replace(folder / FINISHED)
        finally:
            ready.unlink(missing_ok=True)
    outcome.save(folder / STATE)
    return outcome


def settle(folder: Path, outcome: Outcome) -> None:
    """Make a good result the last word on its job: an attempt that came later was cut short, and nothing needs it.

    Raises:
        OSError: Its directory cannot be written.
    """
    if _load(folder / STATE) != outcome:
        outcome.save(folder / STATE)
        _remove(partial_path(folder))
    if _load(folder / FINISHED) is None:
        outcome.save(folder / FINISHED)


def read(folder: Path) -> JobState | None:
    """What a job's directory holds; None if it is no job's, or nothing in it can be read."""
    latest, finished = _load(folder / STATE), _load(folder / FINISHED)
    if finished is None and latest and latest.status == "ok" and not partial_path(folder).exists():
        finished = latest  # the two are the same then, and one of them is enough
    latest = latest or finished
    return JobState(folder, latest, finished) if latest else None


def read_batch(folder: Path) -> list[JobState]:
    """What a batch's folder holds of its jobs, by name. A job that runs while nobody is at work was interrupted."""
    at_work = is_held(folder)
    states = []
    for path in sorted(folder.glob("[!.]*/")):
        state = read(path)
        if state and state.latest.status == "running" and not at_work:
            state = replace(state, latest=replace(state.latest, status="interrupted"))
        if state:
            states.append(state)
    return states


def unreadable(folder: Path) -> list[Path]:
    """Files in a batch's folder that should hold an outcome and do not."""
    return [path for name in (STATE, FINISHED) for path in sorted(folder.glob(f"[!.]*/{name}")) if _load(path) is None]


def _remove(notebook: Path) -> None:
    """Remove an executed notebook with what it wrote for TensorBoard."""
    notebook.unlink(missing_ok=True)
    shutil.rmtree(logs_path(notebook), ignore_errors=True)


def _replace_logs(new: Path, old: Path) -> None:
    shutil.rmtree(logs_path(old), ignore_errors=True)
    with contextlib.suppress(OSError):  # there are none, or TensorBoard is just reading them (Windows)
        logs_path(new).rename(logs_path(old))


def _load(path: Path) -> Outcome | None:
    with contextlib.suppress(OSError, ValueError):  # not there, cut off or something else: then nothing is known
        return Outcome.load(path)
    return None


def _is_worse(new: Outcome, before: Outcome | None) -> bool:
    """Whether a good result is worse than an earlier one: on data that stand in where the earlier one had the real."""
    return bool(before) and before.parameters == new.parameters and bool(_stand_ins(new) - _stand_ins(before))


def _stand_ins(outcome: Outcome) -> set[str]:
    return {str(data.get("requested")) for data in outcome.datasets if data.get("name") != data.get("requested")}


def _is_notebook(path: Path) -> bool:
    try:
        return "cells" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
