"""The record: what full runs measured, `results/NN_name.json` per chapter, written only by `course run --record`."""

from pathlib import Path
from typing import Any

from course_utils.files import read_json
from course_utils.syllabus import Chapter, Course, find_course


def record_path(course: Course, chapter: Chapter) -> Path:
    """Return the path of a chapter's record."""
    return course.root / "results" / f"{chapter.file_stem}.json"


def read_record(course: Course, chapter: Chapter) -> dict[str, Any] | None:
    """Return a chapter's record, or None if it was never recorded.

    Raises:
        CourseError: The file cannot be read, or is not a record.
    """
    path = record_path(course, chapter)
    return read_json(path, "code", "claims") if path.exists() else None


def recorded(name: str) -> list[Any]:
    """Return what a chapter's full runs measured under a name, to draw it beside this run's.

    Args:
        name: The chapter's name, a dot, and the rest of a claim's id or the name of a `metric`, such as
            `lenet5.log_val_loss`.

    Returns:
        One entry for each recorded seed, as it was measured; an empty list if the record has no such name.

    Raises:
        CourseError: There is no such chapter.
    """
    course = find_course(or_packaged=True)
    chapter_name, _, metric = name.partition(".")
    record = read_record(course, course.chapter_named(chapter_name)) or {"claims": {}}
    if name in record["claims"]:
        return [values["measured"] for values in record["claims"][name]["measured"] if "measured" in values]
    return record.get("metrics", {}).get(metric, [])
