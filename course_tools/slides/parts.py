"""What stands on slides: texts, figures, claims, tables, code and printed results, each with the room it takes.

The room is an estimate in pixels of a slide of 1280 × 720, made without a browser; it decides what goes on a slide
together. Whether everything fits is what the tests measure, in a browser.
"""

import base64
import math
import re
import struct
from dataclasses import dataclass, replace
from typing import Any

from course_tools.slides.claim_cards import ClaimCard, claim_card
from course_tools.slides.shortening import PREDICT, Piece, contains, shorten
from course_utils.display import CLAIM_MIME, DATASET_MIME
from course_utils.errors import CourseError

# As in slides.css: the body of a slide, its text, and the gap between what stands in it.
WIDTH, HEIGHT = 1168, 548
TEXT, LINE, GAP = 26, 35, 14
CODE_SIZES, PRINTED_SIZES = (24, 22, 20, 18, 17, 16), (24, 22, 20, 18)
CODE_WIDTH, CODE_LINE, CODE_FRAME = 0.603, 1.25, 32  # of a character and of a line, as parts of the font size; pixels


@dataclass
class Part:
    """One thing on a slide.

    Attributes:
        kind: `text`, `figure`, `claim`, `table`, `html` (another table), `code` or `printed`.
        source: Markdown of a text or table, base64 of a figure, HTML of another table, else plain text; empty if
            nothing of it stands on the slide.
        cell: Id of the cell that it comes from.
        height: Room it needs, in pixels; of a figure, at its natural size.
        width: Of a figure, at its natural size.
        full: Of a text, all of it, for the notes.
        alt: Of a figure.
        item: Of a text, whether it is an item of a list.
        leads: Of a text, whether it goes with what comes after it.
        card: Of a claim.
        size: Of code and printed results, the font size in pixels.
        revealed: Whether it appears by a step of its own.
    """

    kind: str
    source: str
    cell: str
    height: float = 0
    width: float = 0
    full: str = ""
    alt: str = ""
    item: bool = False
    leads: bool = False
    card: ClaimCard | None = None
    size: int = 0
    revealed: bool = False

    @property
    def is_thing(self) -> bool:
        """Whether it is what a slide is about; a slide has one such thing. A few printed lines are not."""
        return self.kind != "text" and not (self.kind == "printed" and self.source.count("\n") < 5)

    @property
    def asks(self) -> bool:
        """Whether it asks the listeners for a prediction, so that what follows has to wait."""
        return self.source.startswith(PREDICT)


def prose_part(piece: Piece, cell: str) -> Part:
    """The part that a piece of prose becomes, whatever piece but a heading; with an empty source if nothing stays."""
    if piece.kind == "table" and piece.short:
        return Part("table", piece.full, cell, _table_height(piece.full))
    if piece.kind == "code" and piece.short:
        return code_part("\n".join(piece.full.splitlines()[1:-1]), cell)
    height = _formula_height(piece.short) if piece.kind == "formula" else text_height(piece.short)
    return Part("text", piece.short, cell, height, full=piece.full, item=piece.kind == "item", leads=piece.leads)


def code_part(source: str, cell: str, room: float = HEIGHT) -> Part:
    """Code, in the largest size in which it fits into a room of that height, or the smallest that can be read."""
    source = re.sub(r"\n{3,}", "\n\n", source.rstrip())
    return _lines("code", source.splitlines(), cell, CODE_SIZES, room)


def _lines(kind: str, lines: list[str], cell: str, sizes: tuple[int, ...], room: float = HEIGHT) -> Part:
    longest = max(map(len, lines), default=1)
    for size in sizes:
        height = len(lines) * size * CODE_LINE + CODE_FRAME
        if height <= room and longest * size * CODE_WIDTH <= WIDTH - 44:
            break
    else:  # what was printed breaks its lines where they are too long; code stays too wide, and a test says so
        broken = sum(max(1, math.ceil(len(line) * size * CODE_WIDTH / (WIDTH - 44))) for line in lines)
        height = broken * size * CODE_LINE + CODE_FRAME
    return Part(kind, "\n".join(lines), cell, height, size=size)


def output_parts(cell: Any, where: str) -> list[Part]:
    """What a code cell's outputs put on slides.

    Args:
        cell: The cell, as nbformat reads it.
        where: Cell and notebook for an error message.

    Raises:
        CourseError: A figure has no description, a claim row comes from an older version, or an output is of a kind
            that slides cannot show.
    """
    parts: list[Part] = []
    keep = cell.metadata.get("slide_keep")
    for output in cell.outputs:
        data = output.get("data", {})
        printed = output.get("text") if output.output_type == "stream" else data.get("text/plain", "")
        if output.output_type == "stream" or list(data) == ["text/plain"]:
            lines = printed.strip("\n").splitlines()
            if isinstance(keep, list):
                lines = [line for line in lines if any(contains(line, wanted) for wanted in keep)]
            if lines:
                parts.append(_lines("printed", lines, cell.id, PRINTED_SIZES))
        elif "image/png" in data:
            parts.append(_figure(output, cell.id, where))
        elif CLAIM_MIME in data:
            claim = data[CLAIM_MIME]
            try:
                card = claim_card(claim)
            except KeyError as error:
                raise CourseError(f"{where}: a claim row lacks its {error}; course store writes it anew") from None
            if not isinstance(keep, list) or any(wanted in claim["id"] for wanted in keep):
                parts.append(Part("claim", card.statement, cell.id, card.height(WIDTH), card=card))
        elif "text/markdown" in data:
            pieces = shorten(data["text/markdown"], keep)
            # A result is not there for what comes after it, even if it ends without a full stop.
            parts += [prose_part(replace(piece, leads=False), cell.id) for piece in pieces]
        elif "text/html" in data:
            parts.append(Part("html", data["text/html"], cell.id, data["text/html"].count("<tr") * 42 + GAP))
        elif DATASET_MIME not in data:  # what was loaded is said in passing, not on a slide
            kind = ", ".join(data) or output.output_type
            raise CourseError(f"{where}: slides cannot show an output of the kind {kind}")
    return parts


def text_height(markdown: str, width: float = WIDTH) -> float:
    """Room that a text takes, in pixels.

    Args:
        markdown: The text.
        width: Of its column, in pixels.
    """
    if not markdown:
        return 0
    characters = len(plain(markdown))
    # Formulas make a line of text a little higher.
    return (
        math.ceil(characters * 0.465 * TEXT / width) * LINE
        + 3 * markdown.count("$")
        + 8 * markdown.count(r"\frac")
        + GAP
    )


def plain(markdown: str) -> str:
    """About the characters that a text with formulas shows."""
    text = re.sub(r"\\(operatorname|text|mathrm|mathcal|mathbb|left|right|[,;!])|[{}^_$*`]", "", markdown)
    return re.sub(r"\\[A-Za-z]+ ?", "x", text)


def _formula_height(formula: str) -> float:
    rows = formula.count(r"\\") + 1
    return (28 + rows * (58 if re.search(r"\\(frac|sum|int|prod)", formula) else 42) + GAP) if formula else 0


def _table_height(markdown: str) -> float:
    rows = [[plain(field) for field in line.strip("|").split("|")] for line in markdown.splitlines()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    # Rows break where a table is wider than the slide.
    lines = max(1, math.ceil(sum(widths) * 0.5 * 22 / (WIDTH - 28 * len(widths))))
    return (len(rows) - 1) * (10 + 30 * lines) + GAP


def _figure(output: Any, cell: str, where: str) -> Part:
    png = "".join(output.data["image/png"]).replace("\n", "")
    width, height = struct.unpack(">II", base64.b64decode(png[:44])[16:24])
    alt = output.metadata.get("image/png", {}).get("alt")
    if not alt:
        raise CourseError(f"{where}: a figure has no description; show(fig, alt=...) gives it one")
    return Part("figure", png, cell, height, width, alt=alt)
