"""What a job is and what it leaves behind."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from course_utils.display import CLAIM_MIME, DATASET_MIME


@dataclass(frozen=True)
class Job:
    """One execution of one notebook. Plain data, so that it can be sent to another process or machine.

    Attributes:
        chapter: Number of the chapter.
        stem: Name of the files it writes, without suffix: `15_weight_initialization`, or with the seed at its end.
        title: The chapter's title.
        notebook: The notebook to execute; its folder is the kernel's working directory.
        out: Folder for the results.
        profile: Name of the profile that the parameters came from.
        parameters: Values to inject over the notebook's own.
        defaults: The notebook's own values of all parameters.
    """

    chapter: int
    stem: str
    title: str
    notebook: Path
    out: Path
    profile: str = "quick"
    parameters: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a job failed; `traceback` is plain text without colours."""

    name: str
    message: str
    traceback: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a job left behind, stored as JSON beside the executed notebook.

    Attributes:
        status: `ok`, `failed` or `interrupted`.
        seconds: Wall time of the whole job.
        start_seconds: Part of it before the first cell: the process that drives the notebook, and its kernel. None if
            no cell was reached.
        import_seconds: Part of it in the cells up to the one tagged `setup`; None if the notebook has no such cell or
            did not get that far.
        peak_bytes: Largest resident memory of the job's processes; None where the system does not tell.
        parameters: Values of all parameters in this run.
        claims: Data of the claim rows that the notebook showed, in their order.
        datasets: Data sets that it used.
        versions: Python, NumPy, Keras and its backend, and the accelerator if there was one.
        date: When the job ended, ISO 8601 in UTC.
    """

    chapter: int
    stem: str
    title: str
    profile: str
    parameters: dict[str, Any]
    status: str
    seconds: float
    date: str
    start_seconds: float | None = None
    import_seconds: float | None = None
    peak_bytes: int | None = None
    error: Failure | None = None
    claims: list[dict[str, Any]] = field(default_factory=list)
    datasets: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write the outcome beside its notebook."""
        write_text(folder / f"{self.stem}.json", json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Outcome":
        """Read an outcome.

        Raises:
            ValueError, TypeError: The file holds something else.
        """
        outcome = cls(**json.loads(path.read_text(encoding="utf-8")))
        return replace(outcome, error=Failure(**outcome.error)) if outcome.error else outcome


def harvest(notebook: dict[str, Any]) -> dict[str, Any]:
    """What an executed notebook says about itself: the part of an `Outcome` that is found in its cells.

    Args:
        notebook: As nbformat reads it, executed by papermill.
    """
    claims, datasets = [], []
    seconds, import_seconds = 0.0, None
    for cell in notebook["cells"]:
        timing = cell["metadata"].get("papermill", {})
        seconds += timing.get("duration") or 0.0
        if "setup" in cell["metadata"].get("tags", []) and timing.get("status") == "completed":
            import_seconds = seconds
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            claim, dataset = data.get(CLAIM_MIME), data.get(DATASET_MIME)
            if isinstance(claim, dict):  # a notebook may put anything under our MIME types
                claims.append(claim)
            if isinstance(dataset, dict) and dataset not in datasets:
                datasets.append(dataset)
    return {"claims": claims, "datasets": datasets, "import_seconds": import_seconds}


def write_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    What UTF-8 cannot hold (a lone surrogate in a notebook's text) becomes `\\ud800`, which JSON reads back as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
