"""The head of a chapter, as its notebook shows it: one line, and one more if the text describes another run."""

import ast
import html
from pathlib import Path
from typing import Any

from course_utils.display import emit, value_text
from course_utils.files import read_json
from course_utils.syllabus import Chapter, Course, find_course


def chapter(number: int) -> None:
    """Show the head of a chapter in one line: its sources, running time, what to know before, the next chapter.

    A second line names the parameters whose values differ from those of the stored run, which the text describes.

    Args:
        number: The chapter's number.

    Raises:
        CourseError: No chapter has this number.
    """
    from IPython.core.getipython import get_ipython

    kernel = get_ipython()
    emit(head(find_course(or_packaged=True), number, kernel.user_ns if kernel else {}))


def head(course: Course, number: int, values: dict[str, Any]) -> dict[str, str]:
    """Return what `chapter` shows, by MIME type, as seen from the working directory.

    Args:
        course: The course.
        number: The chapter's number.
        values: The values of the running notebook's names.
    """
    here = course.chapter(number)
    times = {profile: course.minutes(here, profile) for profile in ("quick", "full")}
    groups = {
        "From": [_source(course, key, sections) for key, sections in here.sources.items()],
        "Time": [_text(f"{profile} {time}") for profile, time in times.items() if time],
        "Before": [_link(course, course.chapter(needed)) for needed in here.prerequisites],
        "Next": [_link(course, other) for other in course.chapters if other.number == number + 1],
    }
    shown = {label: parts for label, parts in groups.items() if parts}
    plain, markup = (
        " · ".join(f"{label}: {', '.join(part[form] for part in parts)}" for label, parts in shown.items())
        for form in (0, 1)
    )
    shown = {"text/plain": plain, "text/html": f"<div style='font-size:90%'>{markup}</div>"}
    stored = stored_parameters(here.notebook) if here.notebook else {}
    if other := [
        f"{name} = {value_text(values[name])}" for name in stored if values.get(name, stored[name]) != stored[name]
    ]:
        warning = f"The text describes the stored run. This one differs: {', '.join(other)}."
        shown["text/plain"] += f"\n{warning}"
        shown["text/html"] += f"<div><b>{html.escape(warning)}</b></div>"
    return shown


def stored_parameters(notebook: Path) -> dict[str, Any]:
    """Return the values of a notebook's parameters, as the file has them."""
    for cell in read_json(notebook, "cells")["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            lines = ast.parse("".join(cell["source"])).body
            return {line.target.id: ast.literal_eval(line.value) for line in lines if isinstance(line, ast.AnnAssign)}
    return {}


def _source(course: Course, key: str, sections: list[str]) -> tuple[str, str]:
    """Return a document's short name, and as HTML with the rest as its tooltip."""
    document = course.documents[key]
    full = html.escape(f"{document['author']}, {document['title']}: {', '.join(sections)}", quote=True)
    return course.short_name(key), f"<span title='{full}'>{html.escape(course.short_name(key))}</span>"


def _text(text: str) -> tuple[str, str]:
    """Return a string as it is, and as HTML."""
    return text, html.escape(text)


def _link(course: Course, chapter: Chapter) -> tuple[str, str]:
    """Return a chapter's name, and the same as a link if its notebook lies beside the running one."""
    ready = chapter.notebook or str(chapter.number) in course.times  # a wheel has no notebooks, but it has their times
    text, markup = _text(f"{chapter.number:02d} {chapter.title}" + ("" if ready else " (planned)"))
    beside = Path(f"{chapter.file_stem}.ipynb")  # a notebook's working directory is its folder
    return text, f"<a href='{beside}'>{markup}</a>" if beside.exists() else markup
