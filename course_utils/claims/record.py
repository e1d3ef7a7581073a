"""The record: what full runs measured, `results/NN_name.json` per chapter, written by `course run --record` alone."""

import json
import os
import platform
from collections import Counter
from pathlib import Path
from typing import Any

from course_utils.chapters import Chapter, Course, code_hash
from course_utils.claims.judging import VERDICTS
from course_utils.errors import CourseError
from course_utils.files import write_text


def record_path(course: Course, chapter: Chapter) -> Path:
    """Where a chapter's record lies."""
    return course.root / "results" / f"{chapter.file_stem}.json"


def read_record(course: Course, chapter: Chapter) -> dict[str, Any] | None:
    """A chapter's record, or None if it was never recorded."""
    path = record_path(course, chapter)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def is_stale(chapter: Chapter, record: dict[str, Any]) -> bool:
    """Whether the notebook's code has changed since it was recorded; without the notebook nobody knows of a change."""
    return chapter.notebook is not None and code_hash(chapter.notebook, measuring_only=True) != record["code"]


def write_record(course: Course, chapter: Chapter, outcomes: list[Any]) -> Path:
    """Store what the full runs of one chapter measured, one run per seed.

    Args:
        course: The course.
        chapter: The chapter.
        outcomes: Finished `running.outcome.Outcome`s of the same code that differ in their seed only.

    Returns:
        The file written.

    Raises:
        CourseError: A run failed, so there is nothing to record; the runs do not show the same claims; or the record
            cannot be written.
    """
    failed = [outcome for outcome in outcomes if outcome.status != "ok"]
    if failed:
        raise CourseError(f"chapter {chapter.number} is not recorded: {len(failed)} of {len(outcomes)} runs failed")
    first = outcomes[0]
    claims = {}
    runs = [
        {row["id"]: row for row in outcome.claims if row["id"].startswith(f"{chapter.name}.")} for outcome in outcomes
    ]
    uneven = set().union(*runs) - set(runs[0]).intersection(*runs)
    if uneven:
        raise CourseError(
            f"{chapter.file_stem} cannot be recorded: not all of its seeds show {', '.join(sorted(uneven))}"
        )
    for name in runs[0]:
        rows = [run[name] for run in runs]
        verdicts = Counter(row["verdict"] for row in rows)
        # A claim is as good as its worst seed: one seed on which it differs is a claim that differs.
        worst = min(verdicts, key=("differs", "not comparable", "reproduced", "confirmed", "erratum").index)
        claims[name] = {"verdict": worst, "measured": [row["values"] for row in rows]}
    record = {
        "chapter": chapter.number,
        "code": code_hash(chapter.notebook, measuring_only=True),
        "date": first.date[:10],
        "device": device(first.versions),
        "versions": first.versions,
        "data": {row["name"]: row["sha256"] for row in first.datasets},
        "parameters": first.parameters,
        "seeds": [outcome.parameters["seed"] for outcome in outcomes],
        "seconds": [round(outcome.seconds, 1) for outcome in outcomes],
        "claims": claims,
    }
    path = record_path(course, chapter)
    write_json(path, record)
    remember_seconds(course, chapter, "full", sum(record["seconds"]) / len(outcomes))
    return path


def remember_seconds(course: Course, chapter: Chapter, profile: str, seconds: float) -> None:
    """Note in `results/times.json` how long a chapter takes under a profile."""
    course.times.setdefault(str(chapter.number), {})[profile] = round(seconds, 1)
    write_json(
        course.root / "results" / "times.json", dict(sorted(course.times.items(), key=lambda item: int(item[0])))
    )


def verdict_counts(course: Course, chapter: Chapter) -> Counter:
    """How many claims of a chapter have which verdict; a record that no longer fits its notebook counts as `stale`."""
    record = read_record(course, chapter)
    if record is None:
        return Counter()
    if is_stale(chapter, record):
        return Counter(stale=len(record["claims"]))
    counts = Counter(row["verdict"] for row in record["claims"].values())
    return Counter({verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]})


def device(versions: dict[str, str]) -> str:
    """What the run ran on, for people: number of cores and processor family, or the accelerator it used."""
    return versions.get("accelerator") or f"{os.cpu_count()} CPU cores ({platform.machine()})"


def write_json(path: Path, content: Any) -> None:
    """Write JSON, whole or not at all.

    Raises:
        CourseError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from error
