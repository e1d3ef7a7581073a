"""The files of a new chapter, written from `templates/`: each is in its place and marks what is *to write*."""

import json
import re
from pathlib import Path
from string import Template

from course_utils.claims.ledger import claims_of
from course_utils.errors import CourseError
from course_utils.files import read_text, write_text
from course_utils.syllabus import Chapter, Course

TEMPLATES = Path(__file__).parent / "templates"
ONLY_WITH_DOCUMENTS = ("test_claims.py", "mutations.yaml")  # not for a chapter of your own, which no document has
DATA = "    data: [mnist]  # to write: what the notebook loads\n"
PROFILES = """\
    profiles:  # to write: what differs from the notebook's own values
      smoke: {seed: 7, steps: 8}
      full: {steps: 200}
"""


def new_chapter(course: Course, number: int) -> list[Path]:
    """Write the skeleton of a planned chapter, and complete its entry in `course.yaml`.

    A chapter whose entry names no documents (`sources`) has no appendix about them, no claims and no mutations.

    Args:
        course: The course, in a checkout.
        number: The chapter's number.

    Returns:
        The files written.

    Raises:
        CourseError: There is no such chapter, it has documents and no ledger, one of its files exists already, or this
            is not a checkout (nothing is written in these cases); or a file cannot be written.
    """
    if number not in [chapter.number for chapter in course.chapters]:
        raise CourseError(f"there is no chapter {number}: write its entry into notebooks/course.yaml (CONTRIBUTING.md)")
    chapter = course.chapter(number)
    if not (course.root / "course_utils" / "chapters").is_dir():
        raise CourseError(f"{course.root} is not a checkout of the course: it has no folder course_utils/chapters")
    files = places(course, chapter)
    there = [path for path in files.values() if path.exists()]
    if there:
        raise CourseError(f"{there[0].relative_to(course.root)} exists already; course new never changes a chapter")
    facts = {
        "number": str(number),
        "name": chapter.name,
        "title": chapter.title,
        "dataset": next(iter(chapter.data), "mnist"),
        "claim": _first_claim(chapter) if chapter.sources else "",
    }
    written = {path: _filled(template, facts) for template, path in files.items()}
    if not chapter.sources:
        written[files["notebook.ipynb"]] = _without_documents(written[files["notebook.ipynb"]])
    syllabus = course.root / "notebooks" / "course.yaml"
    written[syllabus] = _completed(read_text(syllabus), chapter)
    try:
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be written: {error.strerror}") from error
    return list(written)


def places(course: Course, chapter: Chapter) -> dict[str, Path]:
    """Return the paths of a chapter's files by the names of their templates; a chapter may have no documents."""
    folder = f"ch{chapter.number:02d}"
    tests = course.root / "tests" / "chapters" / folder
    files = {
        "notebook.ipynb": course.root / "notebooks" / f"{chapter.file_stem}.ipynb",
        "checks.py": course.root / "course_utils" / "chapters" / folder / "checks.py",
        "answers.py": tests / "answers.py",
        "test_claims.py": tests / "test_claims.py",
        "mutations.yaml": tests / "mutations.yaml",
    }
    return {name: path for name, path in files.items() if chapter.sources or name not in ONLY_WITH_DOCUMENTS}


def _first_claim(chapter: Chapter) -> str:
    """Return the first claim that a notebook may measure, so that the skeleton shows a claim that exists."""
    claims = claims_of(chapter)
    if not claims:
        raise CourseError(
            f"chapter {chapter.number} has documents (sources), so course_utils/chapters/ch{chapter.number:02d}/"
            "claims.yaml must say first what they state; a chapter of your own needs no sources (CONTRIBUTING.md)"
        )
    return min(claims, key=lambda claim: ("notebook", "open", "test", "listed").index(claim.held_by)).id


def _without_documents(notebook: str) -> str:
    """Return the skeleton of a notebook without the appendix, which compares documents with the run."""
    content = json.loads(notebook)
    content["cells"] = [cell for cell in content["cells"] if not cell["id"].startswith("documents")]
    for cell in content["cells"]:
        cell["source"] = [line for line in cell["source"] if line not in ("    claim,\n", "    documents_checked,\n")]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _filled(template: str, facts: dict[str, str]) -> str:
    """Return a template with the facts about the chapter filled in, escaped where the template is JSON."""
    if template.endswith(".ipynb"):
        facts = {name: json.dumps(fact, ensure_ascii=False)[1:-1] for name, fact in facts.items()}
    return Template(read_text(TEMPLATES / template)).substitute(facts)


def entry_in(syllabus: str, number: int) -> str:
    """Return the lines about a chapter in the text of `course.yaml`.

    Raises:
        CourseError: No entry has the form of the others.
    """
    entry = re.search(rf"(?m)^  - number: {number}\n(?:    .*\n)*", syllabus)
    if entry is None:
        raise CourseError(f"course.yaml has no line '  - number: {number}' to begin the chapter's entry")
    return entry[0]


def _completed(syllabus: str, chapter: Chapter) -> str:
    """Return the text of `course.yaml` with data and profiles added to the chapter's entry."""
    entry = entry_in(syllabus, chapter.number)
    missing = ("" if chapter.data else DATA) + ("" if chapter.profiles else PROFILES)
    return syllabus.replace(entry, entry + missing)
