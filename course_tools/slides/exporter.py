"""The nbconvert exporter behind `course slides` and `jupyter nbconvert --to course_slides`."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_tools.chapter_file import complete
from course_tools.slides.assets import FOLDER, SUFFIX, assets
from course_tools.slides.paging import Slide, slides
from course_tools.slides.parts import Part
from course_tools.slides.shortening import shorten
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter, Course, find_course

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from traitlets import default


class DeckPreprocessor(Preprocessor):
    """Makes slides from a notebook's cells, after nbconvert's own preprocessors (`--execute` is one of them)."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Add the deck and the files that it loads to the resources.

        Args:
            nb: The notebook of a chapter, with its outputs.
            resources: nbconvert's resources; `metadata.path` is the notebook's folder.

        Raises:
            CourseError: The notebook is not a chapter, has no outputs, or has something that slides cannot show.
        """
        course = find_course(Path(resources["metadata"].get("path") or "."), or_packaged=True)
        complete(nb, resources["metadata"].get("name", ""))
        chapter = course.chapter(nb.metadata.get("course", {}).get("number"))
        if not any(cell.get("execution_count") for cell in nb.cells):
            raise CourseError(f"{chapter.file_stem} has no outputs to show; run: course store {chapter.number}")
        resources["outputs"] = {**(resources.get("outputs") or {}), **assets()}
        resources["deck"] = {
            "assets": FOLDER,
            "course": course,
            "chapter": chapter,
            "part": course.parts.index(chapter.part) + 1 if chapter.part in course.parts else None,
            "sources": sources(course, chapter),
            "title": title_page(nb, chapter),
            "slides": slides(nb, chapter),
        }
        return nb, resources


class CourseSlidesExporter(HTMLExporter):
    """A chapter as a reveal.js deck that needs no network: the files that it loads are written beside it."""

    export_from_notebook = "Course slides"

    @default("file_extension")
    def _slides_extension(self) -> str:
        return SUFFIX

    @default("template_extension")
    def _template_extension(self) -> str:
        return ".html.j2"

    @default("template_name")
    def _slides_template(self) -> str:
        return "course_slides"

    @default("extra_template_basedirs")
    def _our_templates(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    @default("exclude_anchor_links")
    def _no_anchors(self) -> bool:
        return True

    @default("preprocessors")
    def _our_preprocessor(self) -> list[type[Preprocessor]]:
        return [DeckPreprocessor]

    def default_filters(self) -> Any:
        """Yield nbconvert's filters and the course's."""
        yield from super().default_filters()
        yield "groups", groups
        yield "columns", columns
        yield "inline", self.inline

    @pass_context
    def inline(self, context: Any, text: str) -> str:
        """Convert one line of Markdown to HTML without a paragraph around it; "1. Title" is not a list."""
        page = self.markdown2html(context, re.sub(r"^(\d+)\.", r"\1\\.", text)).strip()
        return page.removeprefix("<p>").removesuffix("</p>")


def title_page(notebook: Any, chapter: Chapter) -> dict[str, Any]:
    """Return the content of the title cell: the title, its prose in short and in full, and the aims.

    Raises:
        CourseError: The first cell does not begin with a title.
    """
    first = notebook.cells[0] if notebook.cells else None
    pieces = shorten(first.source, first.metadata.get("slide_keep")) if first else []
    if not pieces or pieces[0].kind != "heading" or pieces[0].level != 1:
        raise CourseError(f"{chapter.file_stem} does not begin with a cell that has its title (# ...) and its aims")
    aims = [piece for piece in pieces if piece.kind == "item"]
    prose = pieces[1 : pieces.index(aims[0])] if aims else pieces[1:]
    return {
        "title": pieces[0].full,
        "aims": "\n".join(piece.full for piece in aims),
        "prose": "\n\n".join(piece.short for piece in prose),
        "notes": "\n\n".join(piece.full for piece in prose),
    }


def sources(course: Course, chapter: Chapter) -> list[str]:
    """Return the documents that a chapter follows, one line of Markdown for each."""
    lines = []
    for key, names in chapter.sources.items():
        document = course.documents[key]
        year = f" ({document['year']})" if "year" in document else ""
        lines.append(f"{document['author']}, *{document['title']}*{year}: {', '.join(names)}")
    return lines


def columns(deck: list[Slide]) -> list[list[tuple[int, Slide]]]:
    """Return slides with their numbers, one list for each section; the title slide has the number 1."""
    found: list[list[tuple[int, Slide]]] = []
    for number, slide in enumerate(deck, 2):
        if slide.opens or not found:
            found.append([])
        found[-1].append((number, slide))
    return found


def groups(parts: list[Part]) -> list[Part]:
    """Return the parts of a slide with adjacent texts joined; a question stays alone, to stand out."""
    joined: list[Part] = []
    before = None
    for part in parts:
        if (
            before
            and before.kind == part.kind == "text"
            and before.revealed == part.revealed
            and not (before.asks or part.asks)
        ):
            joined[-1].source += ("\n" if before.item and part.item else "\n\n") + part.source
        else:
            joined.append(replace(part))
        before = part
    return joined
