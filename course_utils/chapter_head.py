"""The head of a chapter, as its notebook shows it."""

import html
from pathlib import Path

from course_utils.display import emit
from course_utils.syllabus import Chapter, Course, find_course


def chapter(number: int) -> None:
    """Show the head of a chapter: sources, running time, what to know before, previous and next chapter.

    Args:
        number: The chapter's number.

    Raises:
        CourseError: No chapter has this number.
    """
    emit(head(find_course(or_packaged=True), number))


def head(course: Course, number: int) -> dict[str, str]:
    """Return what `chapter` shows, by MIME type, as seen from the working directory."""
    here = course.chapter(number)
    rows = {
        "Sources": [
            _text(f"{course.documents[key]['author']}, {course.documents[key]['title']}: {', '.join(names)}")
            for key, names in here.sources.items()
        ],
        "Time": [
            _text(f"{profile}: {time}") for profile in ("quick", "full") if (time := course.minutes(here, profile))
        ],
        "Before": [_link(course, course.chapter(needed)) for needed in here.prerequisites],
        "Previous": [_link(course, other) for other in course.chapters if other.number == number - 1],
        "Next": [_link(course, other) for other in course.chapters if other.number == number + 1],
    }
    plain, table = [], []
    for label, entries in rows.items():
        if entries:
            plain.append(f"{label}: {'; '.join(text for text, _ in entries)}")
            cells = "<br>".join(markup for _, markup in entries)
            table.append(f"<tr><th style='text-align:left'>{label}</th><td style='text-align:left'>{cells}</td></tr>")
    return {"text/plain": "\n".join(plain), "text/html": f"<table>{''.join(table)}</table>"}


def _text(text: str) -> tuple[str, str]:
    """Return a string as it is, and as HTML."""
    return text, html.escape(text)


def _link(course: Course, chapter: Chapter) -> tuple[str, str]:
    """Return a chapter's name, and the same as a link if its notebook lies beside the running one."""
    ready = chapter.notebook or str(chapter.number) in course.times  # a wheel has no notebooks, but it has their times
    text, markup = _text(f"{chapter.number:02d} {chapter.title}" + ("" if ready else " (planned)"))
    beside = Path(f"{chapter.file_stem}.ipynb")  # a notebook's working directory is its folder
    return text, f"<a href='{beside}'>{markup}</a>" if beside.exists() else markup
