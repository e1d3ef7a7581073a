"""Records of what full runs measured, and the check that a record still fits its notebook."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_tools.jobs.notebook_code import code_hash
from course_tools.jobs.outcome import Outcome
from course_utils.claims.judging import VERDICTS
from course_utils.claims.record import read_record, record_path
from course_utils.errors import CourseError
from course_utils.files import write_json
from course_utils.syllabus import Chapter, Course


def is_stale(chapter: Chapter, record: dict[str, Any]) -> bool:
    """Return whether the measuring code of a notebook has changed since its record was made."""
    return code_hash(chapter.notebook, measuring_only=True) != record["code"]


def write_record(course: Course, chapter: Chapter, outcomes: Sequence[Outcome]) -> Path:
    """Store what the full runs of one chapter measured, one run per seed.

    Args:
        course: The course.
        chapter: The chapter.
        outcomes: Finished runs that differ in their seed only.

    Returns:
        The file written.

    Raises:
        CourseError: A run failed or used substitute data; the notebook or the package was edited during or after the
            runs; the runs do not show the same claims; or the record cannot be written.
    """
    failed = [outcome for outcome in outcomes if outcome.status != "ok"]
    if failed:
        raise CourseError(f"chapter {chapter.number} is not recorded: {len(failed)} of {len(outcomes)} runs failed")
    _refuse_other_inputs(chapter, outcomes)
    first = outcomes[0]
    claims = {}
    runs = [
        {row["id"]: row for row in outcome.claims if row["id"].startswith(f"{chapter.name}.")} for outcome in outcomes
    ]
    uneven = set().union(*runs) - set(runs[0]).intersection(*runs)
    if uneven:
        raise CourseError(f"{chapter.file_stem} is not recorded: not all of its seeds show {', '.join(sorted(uneven))}")
    for name in runs[0]:
        rows = [run[name] for run in runs]
        verdicts = Counter(row["verdict"] for row in rows)
        # A claim counts with its worst seed: if it differs on one seed, it differs.
        worst = min(verdicts, key=("differs", "not comparable", "reproduced", "confirmed", "erratum").index)
        claims[name] = {"verdict": worst, "measured": [row["values"] for row in rows]}
    common = set(first.metrics).intersection(*(outcome.metrics for outcome in outcomes))
    record = {
        "chapter": chapter.number,
        "code": code_hash(chapter.notebook, measuring_only=True),
        "date": first.date[:10],
        "device": first.versions.get("device", "an unknown device"),
        "versions": {name: version for name, version in first.versions.items() if name != "device"},
        "data": {row["name"]: row["sha256"] for row in first.datasets},
        "parameters": first.parameters,
        "seeds": [outcome.parameters["seed"] for outcome in outcomes],
        "seconds": [round(outcome.seconds, 1) for outcome in outcomes],
        "claims": claims,
        "metrics": {name: [outcome.metrics[name] for outcome in outcomes] for name in sorted(common)},
    }
    path = record_path(course, chapter)
    write_json(path, record)
    remember_seconds(course, chapter, "full", sum(record["seconds"]) / len(outcomes))
    return path


def remember_seconds(course: Course, chapter: Chapter, profile: str, seconds: float) -> None:
    """Store in `results/times.json` how long a chapter takes under a profile."""
    course.times.setdefault(str(chapter.number), {})[profile] = round(seconds, 1)
    write_json(
        course.root / "results" / "times.json", dict(sorted(course.times.items(), key=lambda item: int(item[0])))
    )


def verdict_counts(course: Course, chapter: Chapter) -> Counter:
    """Count a chapter's claims by verdict; a record that no longer fits its notebook counts as `stale`."""
    record = read_record(course, chapter)
    if record is None:
        return Counter()
    if chapter.notebook and is_stale(chapter, record) and record["claims"]:
        return Counter(stale=len(record["claims"]))
    counts = Counter(row["verdict"] for row in record["claims"].values())
    return Counter({verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]})


def _refuse_other_inputs(chapter: Chapter, outcomes: Sequence[Outcome]) -> None:
    """Refuse outcomes of other code than the notebook's present code, or of substitute data."""
    if any(outcome.inputs.get("code") != code_hash(chapter.notebook) for outcome in outcomes):
        raise CourseError(f"{chapter.file_stem} is not recorded: its notebook was edited after it began; run it again")
    if len({(outcome.inputs["package"], str(outcome.inputs["versions"])) for outcome in outcomes}) > 1:
        raise CourseError(f"{chapter.file_stem} is not recorded: the package was edited between its runs; use --force")
    for data in (row for outcome in outcomes for row in outcome.datasets):
        if data["name"] != data["requested"]:
            raise CourseError(
                f"{chapter.file_stem} is not recorded: the run used {data['name']} instead of {data['requested']}; "
                "put the data file where datasets/README.md says"
            )
