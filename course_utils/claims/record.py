"""The record: what full runs measured, `results/NN_name.json` per chapter, written only by `course run --record`."""

from pathlib import Path
from typing import Any

from course_utils.files import read_json
from course_utils.syllabus import Chapter, Course


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
