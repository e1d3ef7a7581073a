"""Divide a notebook into slides: one idea per slide, with everything that has room beside it."""

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from course_tools.jobs.notebook_code import LIVE_TAG
from course_tools.slides.parts import GAP, HEIGHT, WIDTH, Part, code_part, output_parts, prose_part, text_height
from course_tools.slides.shortening import KEEP_ALL, contains, shorten
from course_utils.display import CLAIM_MIME
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter

# The smallest scale of a figure that shares its slide with other parts, and the largest.
SMALLEST, LARGEST = 0.8, 1.45
COLUMN = 430  # width of a text beside a figure
BARE, WORDS = 0.2, 0.6  # text that fills no more than this fraction of a slide is shown larger
READABLE = 18  # smallest font size of code that shares a slide with text
# Parts of chapters that no lecture shows: exercises, texts about sliders, further reading, the appendix.
_NO_LECTURE = re.compile(
    r"\A#{2,3} (\d+\. )?Exercises?\b|\AIn JupyterLab\b.*\bslider|\A## (Further reading|Appendix)\b"
)
_NO_LECTURE_WITHIN = re.compile(r"(Exercises|Further reading|Appendix)\b")  # a section that begins within a cell
_NO_LECTURE_CODE = re.compile(r"\Adocuments_checked\(")


@dataclass
class Slide:
    """One slide.

    Attributes:
        title: Its title.
        section: Title of its section.
        opens: Whether it opens a section (a new column in reveal.js' overview).
        parts: Its parts from top to bottom, including those that are only in its notes.
    """

    title: str
    section: str
    opens: bool
    parts: list[Part] = field(default_factory=list)

    @property
    def shown(self) -> list[Part]:
        """The parts that the slide shows."""
        return [part for part in self.parts if part.source]

    @property
    def things(self) -> list[Part]:
        """The subject of the slide, if that is more than its text; two claims may share a slide."""
        return [part for part in self.shown if part.is_thing]

    @property
    def cells(self) -> list[str]:
        """The ids of the cells that it shows parts of."""
        return list(dict.fromkeys(part.cell for part in self.shown))

    @property
    def notes(self) -> str:
        """The full text of the shortened parts in Markdown; empty if nothing was left out."""
        if all(part.source == part.full for part in self.parts if part.full):
            return ""
        return "\n\n".join(part.full for part in self.parts if part.full)

    @property
    def layout(self) -> str:
        """`beside` (a figure with its text beside it) or `stacked`; for text alone, also `words` or `bare`."""
        if self.things:
            return "beside" if self._better_beside() else "stacked"
        height = sum(part.height for part in self.shown)
        if height > WORDS * HEIGHT:
            return "stacked"
        return "bare" if height <= BARE * HEIGHT else "words"

    def _better_beside(self) -> bool:
        """Return whether a figure is larger beside its text, or loses little there and does not fit above or below."""
        if [part.kind for part in self.things] != ["figure"] or len(self.shown) == 1 or self._column() > HEIGHT:
            return False
        [figure] = self.things
        above = sum(part.height for part in self.shown if part is not figure)
        stacked = min(WIDTH / figure.width, (HEIGHT - above) / figure.height)
        beside = min((WIDTH - COLUMN - 2 * GAP) / figure.width, HEIGHT / figure.height)
        alone = min(WIDTH / figure.width, HEIGHT / figure.height)
        if stacked < SMALLEST and sum(map(_height, self.shown)) > HEIGHT:
            return min(beside, LARGEST) > 0.8 * min(alone, LARGEST)
        return min(beside, LARGEST) > 1.1 * min(stacked, LARGEST)

    def _column(self) -> float:
        return sum(text_height(part.source, COLUMN) for part in self.shown if not part.is_thing)

    def room(self) -> float:
        """Return the remaining height in pixels."""
        if self.layout == "beside":
            return HEIGHT - self._column()
        return HEIGHT - sum(_height(part) for part in self.shown)

    def takes(self, part: Part) -> bool:
        """Return whether a part may be added to this slide and has room there."""
        if not self.shown:
            return True
        if part.is_thing and self.things and not _go_together(self.things, part):
            return False
        return Slide(self.title, self.section, False, [*self.shown, part]).room() >= 0


def _go_together(things: list[Part], part: Part) -> bool:
    """Return whether one more thing fits these: a second claim, a figure's claim, or the printed output of code."""
    if part.kind == "claim":
        return len(things) == 1 and things[0].kind in ("claim", "figure")
    return part.kind == "printed" and things[-1].kind == "code" and part.cell == things[-1].cell


def _height(part: Part) -> float:
    if part.kind != "figure":
        return part.height
    return part.height * min(SMALLEST, WIDTH / part.width) + GAP


def slides(notebook: Any, chapter: Chapter) -> list[Slide]:
    """Return the slides of a chapter after its title slide.

    Args:
        notebook: As nbformat reads it, with its outputs.
        chapter: The chapter, for error messages.

    Raises:
        CourseError: It contains something that slides cannot show, or its metadata are invalid.
    """
    deck = _Deck()
    for cell in lecture_cells(notebook):
        deck.add(cell, f"{chapter.file_stem}, cell {cell.id}")
    if deck.slides:
        deck.slides[-1].parts += deck.waiting  # notes for a slide that never came
    return deck.slides


def lecture_cells(notebook: Any) -> list[Any]:
    """Return the cells of the lecture: those after the setup whose slide type is not `skip`."""
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    start = next((place + 1 for place, names in enumerate(tags) if "setup" in names), 0)
    return [
        cell for cell in notebook.cells[start:] if slide_type(cell) != "skip" and cell.cell_type in ("markdown", "code")
    ]


def slide_type(cell: Any) -> str:
    """Return `slide`, `subslide`, `fragment`, `-`, `skip` or `notes`: the type in the metadata, or the usual one.

    Exercises, checks and live cells are never shown, whatever their metadata.
    """
    if "nbgrader" in cell.metadata or LIVE_TAG in cell.metadata.get("tags", []):
        return "skip"
    return cell.metadata.get("slideshow", {}).get("slide_type") or usual_slide_type(cell)


def usual_slide_type(cell: Any) -> str:
    """Return the slide type of a cell whose metadata name none, by its content."""
    if (_NO_LECTURE_CODE if cell.cell_type == "code" else _NO_LECTURE).search(cell.source):
        return "skip"
    heading = re.match(r"(#+) ", cell.source) if cell.cell_type == "markdown" else None
    if heading is None:
        return "-"
    return "slide" if len(heading[1]) <= 2 else "subslide"


class _Deck:
    """The slides so far, and the notes that wait for the next one."""

    def __init__(self) -> None:
        self.slides: list[Slide] = []
        self.title = self.section = ""
        self.starts = self.opens = True  # whether the next part starts a slide, and that slide a section
        self.waiting: list[Part] = []  # notes for the next slide

    def add(self, cell: Any, where: str) -> None:
        kind = slide_type(cell)
        _check_keep(cell, where)
        if kind == "notes":
            self.place(Part("text", "", cell.id, full=cell.source))
        elif cell.cell_type == "markdown":
            if kind in ("slide", "subslide"):
                self.starts, self.opens = True, self.opens or kind == "slide"
            self.add_prose(cell, revealed=kind == "fragment")
        else:
            parts = output_parts(cell, where)
            if kind in ("slide", "subslide"):
                if any(part.kind == "figure" for part in parts):
                    self.starts = True
                else:
                    self.add_code(cell)
            for part in parts:
                part.revealed = kind == "fragment"
                self.place(part)

    def add_prose(self, cell: Any, *, revealed: bool) -> None:
        for place, piece in enumerate(shorten(cell.source, cell.metadata.get("slide_keep"))):
            if piece.kind == "heading":
                if place and piece.level == 2 and _NO_LECTURE_WITHIN.match(piece.full):
                    break
                self.title, self.starts = piece.full, True
                if piece.level <= 2:
                    self.section, self.opens = piece.full, True
            else:
                part = prose_part(piece, cell.id)
                part.revealed = revealed
                self.place(part)

    def add_code(self, cell: Any) -> None:
        """Add a cell's code, in a smaller size if it then fits below the text that leads to it."""
        source = _kept_code(cell)
        if self.slides and not self.starts and not self.slides[-1].things:
            below = code_part(source, cell.id, room=self.slides[-1].room() - GAP)
            if below.size >= READABLE and self.slides[-1].takes(below):
                self.place(below)
                return
        self.place(code_part(source, cell.id))

    def place(self, part: Part) -> None:
        if not part.source:
            (self.waiting if self.starts else self.slides[-1].parts).append(part)
            return
        if self.starts or self.needs_another(part):
            taken = [] if self.starts else self.take_what_leads_on()
            self.slides.append(Slide(self.title, self.section, self.opens, [*self.waiting, *taken]))
            self.starts = self.opens = False
            self.waiting = []
        slide = self.slides[-1]
        part.revealed = part.revealed or any(other.asks for other in slide.parts)
        slide.parts.append(part)

    def needs_another(self, part: Part) -> bool:
        slide = self.slides[-1]
        if part.kind == "text" and slide.things:
            code = slide.things[-1].kind == "code" and slide.things[-1].cell != part.cell
            if part.leads or code:
                return True
        return not slide.takes(part)

    def take_what_leads_on(self) -> list[Part]:
        """Remove from the last slide the texts that lead to the next part, unless nothing would be left."""
        parts = self.slides[-1].parts
        start = len(parts)
        while start and not parts[start - 1].is_thing and parts[start - 1].leads:
            start -= 1
        if not any(part.source for part in parts[:start]):
            return []
        taken, parts[start:] = parts[start:], []
        return taken


def _kept_code(cell: Any) -> str:
    """Return a cell's code, or only the paragraphs (between blank lines) that contain a part in `slide_keep`."""
    keep = cell.metadata.get("slide_keep")
    paragraphs = re.split(r"\n\s*\n", cell.source)
    wanted = [isinstance(keep, list) and any(part in paragraph for part in keep) for paragraph in paragraphs]
    if not any(wanted):
        return cell.source
    kept = []
    for is_wanted, run in itertools.groupby(zip(wanted, paragraphs, strict=True), key=lambda pair: pair[0]):
        texts = [text for _, text in run]
        indent = re.match(r"\n*( *)", texts[0])[1]
        kept += texts if is_wanted else [f"{indent}# …"]
    return "\n\n".join(kept)


def _check_keep(cell: Any, where: str) -> None:
    keep = cell.metadata.get("slide_keep")
    if keep is None or keep == KEEP_ALL:
        return
    if not (isinstance(keep, list) and all(isinstance(part, str) and part for part in keep)):
        raise CourseError(f"{where}: slide_keep must be a list of parts of sentences, or 'all'; got {keep!r}")
    text = cell.source
    if cell.cell_type == "code":
        shown = [output.get("data", {}) for output in cell.outputs]
        text = "\n".join(
            [cell.source]
            + [output.get("text", "") for output in cell.outputs]
            + [data.get("text/markdown", "") for data in shown]
            + [claim["id"] for data in shown for claim in data.get(CLAIM_MIME, [])]
        )
    for part in keep:
        if not contains(text, part):
            raise CourseError(f"{where}: slide_keep names {part!r}, which the cell does not contain")
