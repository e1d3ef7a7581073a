"""Jobs and their outcomes."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_utils.display import CLAIM_MIME, DATASET_MIME, METRIC_MIME, with_numbers
from course_utils.files import write_text
from course_utils.syllabus import Chapter

STATUSES = ("waiting", "running", "ok", "failed", "interrupted")


@dataclass(frozen=True)
class Job:
    """One execution of one notebook, as plain data that can be sent to another process or machine.

    Attributes:
        chapter: Number of the chapter.
        stem: Name of its directory and of the notebooks in it, without suffix: `15_weight_initialization`; it ends in
            what distinguishes runs of one chapter (`….seed1`, `….layers=5.seed=0`).
        title: The chapter's title.
        notebook: The notebook to execute; its folder is the kernel's working directory.
        out: Folder of the batch.
        profile: Name of the profile of the parameters.
        parameters: Values to inject in place of the notebook's own.
        defaults: The notebook's own values of all parameters.
        swept: Names of the parameters that a sweep varies; empty for a plain run.
        data: Names of the data sets that it should load.
        cell_timeout: Seconds that one cell may take; None for no limit.
        timeout: Seconds that the whole run may take; None for no limit.
        inputs: The inputs of the result, with their hash (see `fingerprint`); empty until a batch begins.
        kernel: Name of the kernel that runs it (see `kernel`).
        threads: How many threads TensorFlow and NumPy may use; None for no limit.
    """

    chapter: int
    stem: str
    title: str
    notebook: Path
    out: Path
    profile: str = "quick"
    parameters: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    swept: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    cell_timeout: float | None = None
    timeout: float | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    kernel: str = "python3"
    threads: int | None = None

    @classmethod
    def of(cls, chapter: Chapter, suffix: str = "", **fields: Any) -> "Job":
        """Return the job of a chapter.

        Args:
            chapter: A chapter with a notebook.
            suffix: What distinguishes it from other runs of the chapter, such as `.seed1`.
            **fields: The other fields.
        """
        return cls(
            chapter=chapter.number,
            stem=chapter.file_stem + suffix,
            title=chapter.title,
            notebook=chapter.notebook,
            data=chapter.data,
            **fields,
        )

    @property
    def folder(self) -> Path:
        """The job's own directory."""
        return self.out / self.stem

    @property
    def values(self) -> dict[str, Any]:
        """The values of all parameters in this run."""
        return self.defaults | self.parameters


@dataclass(frozen=True)
class Failure:
    """The reason why a job failed.

    Attributes:
        name: Name of the exception or the event.
        message: What happened, in a sentence.
        traceback: Where it happened, as plain text without colours; may be empty.
        kind: One of the keys of `failures.KINDS`.
    """

    name: str
    message: str
    traceback: str = ""
    kind: str = "error"


@dataclass(frozen=True)
class Outcome:
    """The result of a job, stored as JSON in the job's directory (see `job_folder`).

    Attributes:
        status: `ok`, `failed` or `interrupted`; on disk also `waiting` and `running`.
        seconds: Wall time of the whole job.
        date: When the job ended, ISO 8601 in UTC.
        start_seconds: Time before the first cell, to start the driving process and the kernel; None if no cell was
            reached.
        import_seconds: Time of the cells up to the one tagged `setup`; None if the notebook has no such cell or did not
            get that far.
        peak_bytes: Largest resident memory of any of the job's processes; None if the system does not tell.
        parameters: Values of all parameters in this run.
        claims: Data of the claim rows that the notebook showed, in their order.
        metrics: The other measurements: numbers and lists of numbers by name.
        datasets: Data sets that it used.
        versions: Versions of Python, NumPy, Keras and its backend, and the device.
        started: When the job began, as `date`.
        attempts: How many times the job has begun in this directory, including this time.
        reached: The last code cell that began: `cell` (from 1) of `cells`, under `heading`. None if none did.
        inputs: The inputs of the result, with their hash (see `fingerprint`).
        swept: Names of the parameters that a sweep varied; empty for a plain run.
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
    metrics: dict[str, Any] = field(default_factory=dict)
    datasets: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    started: str | None = None
    attempts: int = 0
    reached: dict[str, Any] | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    swept: list[str] = field(default_factory=list)

    @classmethod
    def blank(cls, job: Job, status: str) -> "Outcome":
        """Return an outcome with only the job and the status."""
        return cls(
            chapter=job.chapter,
            stem=job.stem,
            title=job.title,
            profile=job.profile,
            parameters=job.values,
            status=status,
            seconds=0.0,
            date=now(),
            inputs=job.inputs,
            swept=job.swept,
        )

    @classmethod
    def failed(cls, job: Job, error: Failure) -> "Outcome":
        """Return the outcome of a failed job with only its failure."""
        return replace(cls.blank(job, "failed"), error=error)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Outcome":
        """Return an outcome from the output of `dataclasses.asdict`, as JSON stores it.

        Raises:
            TypeError: The fields are not those of an outcome.
        """
        outcome = cls(**fields)
        return replace(outcome, error=Failure(**outcome.error)) if outcome.error else outcome

    def save(self, path: Path) -> None:
        """Write the outcome as JSON."""
        write_text(path, json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Outcome":
        """Read an outcome.

        Raises:
            ValueError: The file is cut off, or does not hold an outcome.
            OSError: It cannot be read.
        """
        try:
            outcome = cls.of(json.loads(path.read_text(encoding="utf-8")))
        except TypeError as error:
            raise ValueError(f"{path.name} does not hold an outcome: {error}") from error
        if outcome.status not in STATUSES or not isinstance(outcome.inputs, dict):
            raise ValueError(f"{path.name} has an invalid status or invalid inputs")
        return outcome


def now() -> str:
    """Return the time in the format of outcomes."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def collect_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an `Outcome` that is in the cells of an executed notebook.

    Args:
        notebook: As nbformat reads it, executed by papermill.
    """
    claims, metrics, datasets = [], {}, []
    seconds, import_seconds = 0.0, None
    for cell in notebook["cells"]:
        timing = cell["metadata"].get("papermill", {})
        seconds += timing.get("duration") or 0.0
        if "setup" in cell["metadata"].get("tags", []) and timing.get("status") == "completed":
            import_seconds = seconds
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            shown, metric, dataset = (data.get(mime) for mime in (CLAIM_MIME, METRIC_MIME, DATASET_MIME))
            for claim in shown if isinstance(shown, list) else []:  # a notebook may put anything under our MIME types
                if isinstance(claim, dict):
                    claims.append(claim | {"values": with_numbers(claim["values"])} if "values" in claim else claim)
            if isinstance(metric, dict):
                metrics[str(metric.get("name"))] = with_numbers(metric.get("value"))
            if isinstance(dataset, dict) and dataset not in datasets:
                datasets.append(dataset)
    return {"claims": claims, "metrics": metrics, "datasets": datasets, "import_seconds": import_seconds}


def verdict_counts(outcome: Outcome) -> Counter:
    """Count a run's claim rows by verdict."""
    return Counter(str(claim.get("verdict")) for claim in outcome.claims)


def duration(seconds: float) -> str:
    """Return seconds as readable text: `8.4 s`, `3 min 20 s`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"
