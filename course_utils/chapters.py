"""The course as a whole: `notebooks/course.yaml`, the one place for facts about chapters, and the head of a chapter."""

import hashlib
import html
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError

_PACKAGE = Path(__file__).parent
PROFILES = ("smoke", "quick", "full")
LIVE_TAG = "live"  # of a cell that does something in a live front end only


@dataclass(frozen=True)
class Chapter:
    """One chapter of the syllabus; `notebook` is None as long as the chapter is planned."""

    number: int
    name: str
    title: str
    notebook: Path | None
    part: str | None = None
    sources: dict[str, list[str]] = field(default_factory=dict)
    prerequisites: list[int] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    seeds: int = 1

    @property
    def file_stem(self) -> str:
        """`15_weight_initialization`: the notebook's and the ledger's file name without suffix."""
        return f"{self.number:02d}_{self.name}"


@dataclass(frozen=True)
class Course:
    """`course.yaml` read, with the folder that holds `notebooks/` and `results/`."""

    root: Path
    title: str
    documents: dict[str, dict[str, Any]]
    parts: list[str]
    chapters: list[Chapter]

    def chapter(self, number: int) -> Chapter:
        """The chapter with this number.

        Raises:
            CourseError: No chapter has it.
        """
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        raise CourseError(
            f"there is no chapter {number!r}; chapters are the whole numbers from 0 to {self.chapters[-1].number}"
        )

    def select(self, wanted: Sequence[str]) -> list[Chapter]:
        """Chapters by number (`15`), name or file name; all that have a notebook if none is named.

        Raises:
            CourseError: Unknown, or planned only.
        """
        ready = [chapter for chapter in self.chapters if chapter.notebook]
        if not wanted:
            return ready
        by_key = {
            key: chapter
            for chapter in self.chapters
            for key in (str(chapter.number), f"{chapter.number:02d}", chapter.name, chapter.file_stem)
        }
        there = ", ".join(chapter.file_stem for chapter in ready) or "none yet"
        chosen = []
        for word in wanted:
            chapter = by_key.get(Path(word).name.removesuffix(".ipynb"))
            if chapter is None:
                raise CourseError(f"there is no chapter {word!r}; chapters with a notebook: {there}")
            if chapter.notebook is None:
                raise CourseError(
                    f"chapter {chapter.number} ({chapter.name}) is planned only; with a notebook: {there}"
                )
            if chapter not in chosen:
                chosen.append(chapter)
        return chosen

    @cached_property
    def times(self) -> dict[str, dict[str, float]]:
        """Measured seconds: chapter number as text → profile → seconds (`results/times.json`)."""
        path = self.root / "results" / "times.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def minutes(self, chapter: Chapter, profile: str) -> str:
        """Measured running time for people, such as `25 s` or `3 min`; empty if it was never measured."""
        seconds = self.times.get(str(chapter.number), {}).get(profile)
        if seconds is None:
            return ""
        return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def find_course(start: Path | None = None, *, or_packaged: bool = False) -> Course:
    """Read `notebooks/course.yaml`, looked for in `start` and in the folders above it.

    Args:
        start: Where to begin; the working directory if None.
        or_packaged: Where no such file is found take the one that came with the package, so that a notebook also works
            on its own in another folder (Colab).

    Raises:
        CourseError: There is none, or it cannot be read.
    """
    start = Path(start or Path.cwd()).resolve()
    folders = [start, *start.parents]
    if or_packaged:
        folders += [_PACKAGE.parent, _PACKAGE / "checkout"]
    for folder in folders:
        if (folder / "notebooks" / "course.yaml").is_file():
            return _read(folder)
    raise CourseError(
        f"no notebooks/course.yaml in {start} or above it; run this inside the course, or name its folder: --course DIR"
    )


def _read(root: Path) -> Course:
    import yaml

    path = root / "notebooks" / "course.yaml"
    try:
        facts = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        chapters = []
        for row in facts["chapters"]:
            notebook = path.parent / f"{row['number']:02d}_{row['name']}.ipynb"
            chapters.append(Chapter(notebook=notebook if notebook.exists() else None, **row))
        return Course(root, facts["title"], facts.get("documents", {}), facts.get("parts", []), chapters)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise CourseError(f"{path} cannot be read as a course: {' '.join(str(error).split())}") from error


def code_hash(notebook: Path | dict[str, Any], measuring_only: bool = False) -> str:
    """Hash of a notebook's code: its code cells in order, not their outputs and not the prose between them.

    Args:
        notebook: A path, or a notebook as nbformat reads it.
        measuring_only: Leave out what cannot change a measurement: exercises, cells for a live front end, blank lines,
            and where one cell ends and the next begins.
    """
    if isinstance(notebook, os.PathLike):
        notebook = json.loads(Path(notebook).read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if measuring_only:
        cells = [cell for cell in cells if not _is_aside(cell.get("metadata", {}))]
        lines = "\n".join("".join(cell["source"]) for cell in cells).splitlines()
        sources = [line.rstrip() for line in lines if line.strip()]
    else:
        sources = ["".join(cell["source"]).strip() for cell in cells]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def _is_aside(metadata: dict[str, Any]) -> bool:
    return "nbgrader" in metadata or LIVE_TAG in metadata.get("tags", [])


def chapter(number: int) -> None:
    """Show the head of a chapter: sources, running time, what to know before, previous and next chapter.

    Args:
        number: The chapter's number.

    Raises:
        CourseError: No chapter has this number.
    """
    from course_utils.display import emit

    course = find_course(or_packaged=True)
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
    emit({"text/plain": "\n".join(plain), "text/html": f"<table>{''.join(table)}</table>"})


def _text(text: str) -> tuple[str, str]:
    """A text as it is, and as HTML."""
    return text, html.escape(text)


def _link(course: Course, chapter: Chapter) -> tuple[str, str]:
    """A chapter's name, and the same as a link if its notebook lies beside the one that is running."""
    ready = chapter.notebook or str(chapter.number) in course.times  # a wheel holds no notebooks, but their times
    text, markup = _text(f"{chapter.number:02d} {chapter.title}" + ("" if ready else " (planned)"))
    beside = Path(f"{chapter.file_stem}.ipynb")  # a notebook's working directory is its folder
    return text, f"<a href='{beside}'>{markup}</a>" if beside.exists() else markup
