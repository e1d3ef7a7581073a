"""The parts of slides: texts, figures, claims, tables, code and printed results, each with its height.

The height is an estimate in pixels of a slide of 1280 × 720, made without a browser; it decides which parts share a
slide. The tests measure in a browser whether everything fits.
"""

import base64
import math
import re
import struct
from dataclasses import dataclass, replace
from typing import Any

from course_tools.slides.claim_cards import ClaimCard, claim_cards
from course_tools.slides.shortening import PREDICT, Piece, contains, shorten
from course_utils.display import CLAIM_MIME, DATASET_MIME, METRIC_MIME
from course_utils.errors import CourseError

# As in slides.css: the body of a slide, its text, and the gap between its parts.
WIDTH, HEIGHT = 1168, 548
TEXT, LINE, GAP = 26, 35, 14
CODE_SIZES, PRINTED_SIZES = (24, 22, 20, 18, 17, 16), (24, 22, 20, 18)
CODE_WIDTH, CODE_LINE, CODE_FRAME = 0.603, 1.25, 32  # of a character and of a line, as parts of the font size; pixels


@dataclass
class Part:
    """One thing on a slide.

    Attributes:
        kind: `text`, `figure`, `claim`, `table`, `html` (another table), `code` or `printed`.
        source: Markdown of a text or table, base64 of a figure, HTML of another table, else plain text; empty if the
            slide shows nothing of it.
        cell: Id of its cell.
        height: Its height in pixels; for a figure, at its natural size.
        width: Width of a figure at its natural size.
        full: The whole of a text, for the notes.
        alt: Description of a figure.
        item: Whether a text is an item of a list.
        leads: Whether a text belongs to the part after it.
        card: Card of a claim.
        size: Font size of code and printed results, in pixels.
        revealed: Whether it appears in a separate step.
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
        """Whether it can be the subject of a slide, which has only one; a few printed lines cannot."""
        return self.kind != "text" and not (self.kind == "printed" and self.source.count("\n") < 5)

    @property
    def asks(self) -> bool:
        """Whether it asks the audience for a prediction, so that the next parts have to wait."""
        return self.source.startswith(PREDICT)


def prose_part(piece: Piece, cell: str) -> Part:
    """Return a piece of prose (not a heading) as a part; its source is empty if nothing of it is shown."""
    if piece.kind == "table" and piece.short:
        return Part("table", piece.full, cell, _table_height(piece.full))
    if piece.kind == "code" and piece.short:
        return code_part("\n".join(piece.full.splitlines()[1:-1]), cell)
    height = _formula_height(piece.short) if piece.kind == "formula" else text_height(piece.short)
    return Part("text", piece.short, cell, height, full=piece.full, item=piece.kind == "item", leads=piece.leads)


def code_part(source: str, cell: str, room: float = HEIGHT) -> Part:
    """Return code as a part, in the largest size that fits into the height, or in the smallest readable one."""
    source = re.sub(r"\n{3,}", "\n\n", source.rstrip())
    return _lines("code", source.splitlines(), cell, CODE_SIZES, room)


def _lines(kind: str, lines: list[str], cell: str, sizes: tuple[int, ...], room: float = HEIGHT) -> Part:
    longest = max(map(len, lines), default=1)
    for size in sizes:
        height = len(lines) * size * CODE_LINE + CODE_FRAME
        if height <= room and longest * size * CODE_WIDTH <= WIDTH - 44:
            break
    else:  # long lines of printed text are broken; code stays too wide, and a test reports it
        broken = sum(max(1, math.ceil(len(line) * size * CODE_WIDTH / (WIDTH - 44))) for line in lines)
        height = broken * size * CODE_LINE + CODE_FRAME
    return Part(kind, "\n".join(lines), cell, height, size=size)


def output_parts(cell: Any, where: str) -> list[Part]:
    """Return the parts that a code cell's outputs become.

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
        if METRIC_MIME in data and "text/markdown" not in data:
            continue  # kept, not shown
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
            cards = claim_cards(data[CLAIM_MIME], where)
            for claim_id, card in cards.items():
                if not isinstance(keep, list) or any(wanted in claim_id for wanted in keep):
                    parts.append(Part("claim", card.statement, cell.id, card.height(WIDTH), card=card))
        elif "text/markdown" in data:
            pieces = shorten(data["text/markdown"], keep)
            # A result does not lead to the next part, even if it ends without a full stop.
            parts += [prose_part(replace(piece, leads=False), cell.id) for piece in pieces]
        elif "text/html" in data:
            parts.append(Part("html", data["text/html"], cell.id, data["text/html"].count("<tr") * 42 + GAP))
        elif DATASET_MIME not in data:  # the note about loaded data is not for slides
            kind = ", ".join(data) or output.output_type
            raise CourseError(f"{where}: slides cannot show an output of the kind {kind}")
    return parts


def text_height(markdown: str, width: float = WIDTH) -> float:
    """Return the height of a text in pixels.

    Args:
        markdown: The text.
        width: Width of its column in pixels.
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
    """Return roughly the characters that a text with formulas shows."""
    text = re.sub(r"\\(operatorname|text|mathrm|mathcal|mathbb|left|right|[,;!])|[{}^_$*`]", "", markdown)
    return re.sub(r"\\[A-Za-z]+ ?", "x", text)


def _formula_height(formula: str) -> float:
    rows = formula.count(r"\\") + 1
    return (28 + rows * (58 if re.search(r"\\(frac|sum|int|prod)", formula) else 42) + GAP) if formula else 0


def _table_height(markdown: str) -> float:
    rows = [[plain(field) for field in line.strip("|").split("|")] for line in markdown.splitlines()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=False)]
    # Lines break in a table that is wider than the slide.
    lines = max(1, math.ceil(sum(widths) * 0.5 * 22 / (WIDTH - 28 * len(widths))))
    return (len(rows) - 1) * (10 + 30 * lines) + GAP


def _figure(output: Any, cell: str, where: str) -> Part:
    png = "".join(output.data["image/png"]).replace("\n", "")
    width, height = struct.unpack(">II", base64.b64decode(png[:44])[16:24])
    alt = output.metadata.get("image/png", {}).get("alt")
    if not alt:
        raise CourseError(f"{where}: a figure has no description; add one with show(fig, alt=...)")
    return Part("figure", png, cell, height, width, alt=alt)
