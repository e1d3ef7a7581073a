"""The generated parts of the README files: facts about chapters and data, read from their only source."""

import base64
import re
from collections import Counter
from pathlib import Path

from course_tools.authoring.data_readme import data_readme
from course_tools.authoring.prerequisites import map_of_prerequisites
from course_tools.authoring.recording import verdict_counts
from course_tools.authoring.study import study_minutes
from course_tools.chapter_file import read_cells
from course_utils.claims.record import read_record
from course_utils.errors import CourseError
from course_utils.files import read_text, write_bytes
from course_utils.syllabus import Chapter, Course

MARKER = re.compile(r"(<!-- generated: syllabus -->\n).*?(<!-- end -->)", re.DOTALL)
FIGURE = (15, "back-figure")  # chapter and cell of the figure that README shows


def write_docs(course: Course) -> list[Path]:
    """Rewrite README's syllabus and pictures and the data folder's README.

    Returns:
        The files that changed.

    Raises:
        CourseError: README.md has lost the marks around the syllabus, the figure's chapter has no stored outputs, or a
            file cannot be read or written.
    """
    changed = []
    for path, content in generated(course).items():
        try:
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(exist_ok=True)
                write_bytes(path, content)
                changed.append(path)
        except OSError as error:
            raise CourseError(f"{path} cannot be written: {error.strerror}") from error
    return changed


def generated(course: Course) -> dict[Path, bytes]:
    """Return the right content of every file with generated parts.

    Raises:
        CourseError: As `write_docs`, except when writing.
    """
    readme = course.root / "README.md"
    text = read_text(readme)
    if not MARKER.search(text):
        raise CourseError(
            f"{readme} lacks the marks '<!-- generated: syllabus -->' … '<!-- end -->' for the syllabus; restore them"
        )
    syllabus = syllabus_table(course)
    return {
        readme: MARKER.sub(lambda match: f"{match[1]}{syllabus}{match[2]}", text).encode(),
        course.root / "datasets" / "README.md": data_readme().encode(),
        course.root / "docs" / "gradients.png": _figure(course),
        course.root / "docs" / "prerequisites.svg": map_of_prerequisites(course).encode(),
    }


def _figure(course: Course) -> bytes:
    number, cell_id = FIGURE
    [chapter] = course.select([str(number)])
    for cell in read_cells(chapter.notebook):
        for output in cell.get("outputs", []):
            if cell.get("id") == cell_id and "image/png" in output.get("data", {}):
                return base64.b64decode(output["data"]["image/png"])
    raise CourseError(f"chapter {number} has no stored figure in cell {cell_id}; run: course store {number}")


def syllabus_table(course: Course) -> str:
    """Return the syllabus as a Markdown table, followed by the counts of verdicts over all records."""
    rows = ["| # | chapter | from | study | run | claims measured |", "|---|---|---|---|---|---|"]
    part, total = None, Counter()
    for chapter in course.chapters:
        if chapter.part not in (None, part):
            part = chapter.part
            rows.append(f"| | **Part {course.parts.index(part) + 1} {part}** | | | | |")
        counts = verdict_counts(course, chapter)
        total += counts
        rows.append(
            f"| {chapter.number:02d} | {_title(chapter)} | {_sources(course, chapter)} | {_study(chapter)} | "
            f"{_times(course, chapter)} | "
            f"{_counted(counts)} |"
        )
    recorded = sum(1 for chapter in course.chapters if read_record(course, chapter))
    summary = (
        f"In the recorded full runs ({recorded} of {len(course.chapters)} chapters): {_counted(total) or 'none yet'}."
    )
    return "\n".join([*rows, "", summary, ""])


def _sources(course: Course, chapter: Chapter) -> str:
    return ", ".join(course.short_name(key).removeprefix("the ") for key in chapter.sources)


def _title(chapter: Chapter) -> str:
    if chapter.notebook is None:
        return f"{chapter.title} *(planned)*"
    return f"[{chapter.title}](notebooks/{chapter.file_stem}.ipynb)"


def _study(chapter: Chapter) -> str:
    if chapter.notebook is None:
        return ""
    hours, minutes = divmod(study_minutes(chapter), 60)
    return f"{hours} h {minutes:02d}" if hours else f"{minutes} min"


def _times(course: Course, chapter: Chapter) -> str:
    times = {profile: course.minutes(chapter, profile) for profile in ("quick", "full")}
    return ", ".join(f"{profile} {time}" for profile, time in times.items() if time)


def _counted(counts: Counter) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
