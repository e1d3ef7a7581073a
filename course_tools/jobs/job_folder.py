"""The directory of each job in a batch's folder, with its last attempt and its last good result:

    state.json          outcome of the last attempt: waiting, running, ok, failed or interrupted
    finished.json       outcome of the last good result; a worse attempt never replaces it
    STEM.ipynb          the executed notebook of finished.json
    STEM.partial.ipynb  the notebook of state.json as far as it got, if that is not finished.json
    logs, logs.partial  the files that these two wrote for TensorBoard, if any

These outcomes decide whether a job is done, never the existence of a notebook. Everything is written under a temporary
name and then renamed.
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
    """The content of a job's directory.

    Attributes:
        folder: The directory.
        latest: The last attempt; `running` only while a batch runs in the folder.
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
        """The outcome that counts: the good result, even if a later attempt with the same inputs failed."""
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
    """Return the path of a job's finished notebook."""
    return folder / f"{folder.name}.ipynb"


def partial_path(folder: Path) -> Path:
    """Return the path of the notebook of an attempt that is running or did not succeed."""
    return folder / f"{folder.name}.partial.ipynb"


def logs_path(notebook: Path) -> Path:
    """Return the folder for TensorBoard files of an executed notebook, finished or partial."""
    return notebook.with_name("logs.partial" if notebook.name.endswith(".partial.ipynb") else "logs")


def mark_waiting(job: Job) -> None:
    """Store that a job waits, unless its directory has a state already.

    Raises:
        OSError: Its directory cannot be written.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    if not (job.folder / STATE).exists():
        Outcome.blank(job, "waiting").save(job.folder / STATE)


def begin(job: Job) -> int:
    """Store that a job runs.

    Returns:
        The number of the attempt, from 1.

    Raises:
        OSError: Its directory cannot be written, or the disk is full.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    last = _load(job.folder / STATE)
    attempts = 1 + (last.attempts if last else 0)
    _remove(partial_path(job.folder))
    replace(Outcome.blank(job, "running"), started=now(), attempts=attempts).save(job.folder / STATE)
    return attempts


def store(job: Job, outcome: Outcome) -> Outcome:
    """Store the outcome of an attempt whose notebook is at `partial_path`.

    A good result replaces an earlier one. Anything worse is stored beside it.

    Returns:
        The stored outcome.

    Raises:
        OSError: It cannot be stored.
    """
    folder, partial = job.folder, partial_path(job.folder)
    if not _is_notebook(partial):
        partial.unlink(missing_ok=True)
    if outcome.status == "ok" and not _is_worse(outcome, _load(folder / FINISHED)):
        ready = folder / _READY
        outcome.save(ready)  # first, since the disk may be full and the earlier result is still whole
        try:
            partial.replace(notebook_path(folder))
            _replace_logs(partial, notebook_path(folder))
            ready.replace(folder / FINISHED)
        finally:
            ready.unlink(missing_ok=True)
    outcome.save(folder / STATE)
    return outcome


def mark_finished(folder: Path, outcome: Outcome) -> None:
    """Make a good result the state of its job again, and drop a later attempt that was cut short.

    Raises:
        OSError: Its directory cannot be written.
    """
    if _load(folder / STATE) != outcome:
        outcome.save(folder / STATE)
        _remove(partial_path(folder))
    if _load(folder / FINISHED) is None:
        outcome.save(folder / FINISHED)


def read(folder: Path) -> JobState | None:
    """Return the content of a job's directory; None if it is not a job's, or nothing in it can be read."""
    latest, finished = _load(folder / STATE), _load(folder / FINISHED)
    if finished is None and latest and latest.status == "ok" and not partial_path(folder).exists():
        finished = latest  # then the two are the same, and one of them is enough
    latest = latest or finished
    return JobState(folder, latest, finished) if latest else None


def read_batch(folder: Path) -> list[JobState]:
    """Return the states of a batch's jobs, by name; a running job without a running batch was interrupted."""
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
    """Return the files in a batch's folder that should hold an outcome and do not."""
    return [path for name in (STATE, FINISHED) for path in sorted(folder.glob(f"[!.]*/{name}")) if _load(path) is None]


def _remove(notebook: Path) -> None:
    """Remove an executed notebook with its files for TensorBoard."""
    notebook.unlink(missing_ok=True)
    shutil.rmtree(logs_path(notebook), ignore_errors=True)


def _replace_logs(new: Path, old: Path) -> None:
    shutil.rmtree(logs_path(old), ignore_errors=True)
    with contextlib.suppress(OSError):  # there are none, or TensorBoard is reading them (Windows)
        logs_path(new).rename(logs_path(old))


def _load(path: Path) -> Outcome | None:
    with contextlib.suppress(OSError, ValueError):  # missing, cut off, or not an outcome
        return Outcome.load(path)
    return None


def _is_worse(new: Outcome, before: Outcome | None) -> bool:
    """Return whether a good result is worse than an earlier one: it used substitute data, the earlier one real."""
    return bool(before) and before.parameters == new.parameters and bool(_stand_ins(new) - _stand_ins(before))


def _stand_ins(outcome: Outcome) -> set[str]:
    return {str(data.get("requested")) for data in outcome.datasets if data.get("name") != data.get("requested")}


def _is_notebook(path: Path) -> bool:
    try:
        return "cells" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
