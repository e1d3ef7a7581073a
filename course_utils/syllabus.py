"""The course as a whole: `notebooks/course.yaml`, the one place for facts about chapters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.files import read_json, read_yaml

_PACKAGE = Path(__file__).parent
PROFILES = ("smoke", "quick", "full")


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
    """The content of `course.yaml`, with the folder that holds `notebooks/` and `results/`."""

    root: Path
    title: str
    documents: dict[str, dict[str, Any]]
    parts: list[str]
    chapters: list[Chapter]

    def short_name(self, document: str) -> str:
        """Return what the text calls a document, such as `the notes`; its key if `course.yaml` has no short name."""
        return self.documents.get(document, {}).get("short", document)

    def chapter(self, number: int) -> Chapter:
        """Return the chapter with this number.

        Args:
            number: An integer from 0.

        Returns:
            The chapter, planned or ready.

        Raises:
            CourseError: No chapter has this number.
        """
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        raise CourseError(
            f"there is no chapter {number!r}; chapters have the numbers from 0 to {self.chapters[-1].number}"
        )

    def chapter_named(self, name: str) -> Chapter:
        """Return the chapter with this name, such as `lenet5`, planned or ready.

        Raises:
            CourseError: No chapter has this name.
        """
        for chapter in self.chapters:
            if chapter.name == name:
                return chapter
        raise CourseError(f"{name!r} names no chapter; notebooks/course.yaml has their names")

    def select(self, wanted: Sequence[str]) -> list[Chapter]:
        """Return the chapters that a user names.

        Args:
            wanted: Numbers (`15`), names or file names; empty for all chapters with a notebook.

        Returns:
            The chapters in this order, each once.

        Raises:
            CourseError: A chapter is unknown, or has no notebook yet.
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
        for name in wanted:
            chapter = by_key.get(Path(name).name.removesuffix(".ipynb"))
            if chapter is None:
                raise CourseError(f"there is no chapter {name!r}; chapters with a notebook: {there}")
            if chapter.notebook is None:
                raise CourseError(
                    f"chapter {chapter.number} ({chapter.name}) is planned only; chapters with a notebook: {there}"
                )
            if chapter not in chosen:
                chosen.append(chapter)
        return chosen

    @cached_property
    def times(self) -> dict[str, dict[str, float]]:
        """Measured seconds: chapter number as a string → profile → seconds (`results/times.json`)."""
        path = self.root / "results" / "times.json"
        return read_json(path) if path.exists() else {}

    def minutes(self, chapter: Chapter, profile: str) -> str:
        """Return the measured running time, such as `25 s` or `3 min`; empty if it was never measured."""
        seconds = self.times.get(str(chapter.number), {}).get(profile)
        if seconds is None:
            return ""
        return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def find_course(start: Path | None = None, *, or_packaged: bool = False) -> Course:
    """Read `notebooks/course.yaml` in `start` or in the nearest folder above it.

    Args:
        start: Where to begin; the working directory if None.
        or_packaged: If there is no such file, take the one that came with the package, so that a notebook also works
            on its own in another folder (Colab).

    Raises:
        CourseError: There is none, or it cannot be read.
    """
    start = Path(start or Path.cwd()).resolve()
    folders = [start, *start.parents]
    if or_packaged:
        folders += [_PACKAGE.parent, _PACKAGE / "checkout"]
    for folder in folders:
        if is_course(folder):
            return _read(folder)
    raise CourseError(
        f"no notebooks/course.yaml in {start} or above it; run this inside the course, or name its folder: --course DIR"
    )


def packaged_course() -> Course:
    """Return the course that this package belongs to: that of the checkout, or what a wheel carries of it.

    Raises:
        CourseError: Its `course.yaml` is missing or cannot be read.
    """
    return find_course(_PACKAGE.parent if is_course(_PACKAGE.parent) else _PACKAGE / "checkout")


def chapter_folder(number: int) -> Path:
    """Return the folder in the package with what one chapter needs besides its notebook: claims and checks."""
    return _PACKAGE / "chapters" / f"ch{number:02d}"


def is_course(folder: Path) -> bool:
    """Return whether a folder holds a course; False for a folder that cannot be read."""
    try:
        return (folder / "notebooks" / "course.yaml").is_file()
    except OSError:
        return False


def _read(root: Path) -> Course:
    path = root / "notebooks" / "course.yaml"
    facts = read_yaml(path)
    try:
        parts, chapters = facts.get("parts", []), []
        for entry in facts["chapters"]:
            chapters.append(_chapter(path.parent, entry))
            if chapters[-1].part not in [None, *parts]:
                raise ValueError(f"chapter {entry['name']} is in part {entry['part']!r}; parts are {', '.join(parts)}")
        return Course(root, facts["title"], facts.get("documents", {}), parts, chapters)
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else error
        raise CourseError(f"{path} cannot be read as a course: {what}") from error


def _chapter(folder: Path, entry: dict[str, Any]) -> Chapter:
    if not isinstance(entry["number"], int):
        raise TypeError(f"chapter {entry['name']} has the number {entry['number']!r}; write an integer, without quotes")
    notebook = folder / f"{entry['number']:02d}_{entry['name']}.ipynb"
    return Chapter(notebook=notebook if notebook.exists() else None, **entry)
