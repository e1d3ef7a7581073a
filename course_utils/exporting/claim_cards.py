"""A claim row as a card on a slide: the same content as in the notebook, set to be read from the last row of seats."""

import math
import re
from dataclasses import dataclass
from typing import Any

from course_utils.display import CLAIM_MIME

LINE, SMALL_LINE, CHARACTER = 32, 26, 0.47  # heights of lines in pixels; width of a character as part of the font size


@dataclass(frozen=True)
class ClaimCard:
    """What a claim row says.

    Attributes:
        badge: Sign and verdict, such as `✓ reproduced`.
        verdict: The verdict alone, its blanks made hyphens: a class of the style sheet.
        statement: What is claimed.
        source: Document and its chapter.
        rows: What is compared: a label, and the values.
        recorded: Verdict and figures of the recorded full run, if there is one.
        notes: What the verdict rests on, when and on what the full run ran, why.
    """

    badge: str
    verdict: str
    statement: str
    source: str
    rows: list[tuple[str, list[str]]]
    recorded: str
    notes: list[str]

    @property
    def columns(self) -> int:
        """Into how many columns the values go: 1 if the rows have different numbers of them, or too many."""
        lengths = {len(values) for _, values in self.rows if values}
        characters = sum(
            max(len(value) for value in column) for column in zip(*(v for _, v in self.rows), strict=False)
        )
        return lengths.pop() if len(lengths) == 1 and characters < 70 else 1

    def height(self, width: float) -> float:
        """Room that the card takes, in pixels."""
        said = math.ceil(len(self.badge + self.statement + self.source) * 24 * CHARACTER / (width - 60)) * LINE
        notes = sum(math.ceil(len(note) * 20 * CHARACTER / (width - 60)) for note in self.notes)
        return said + (len(self.rows) + bool(self.recorded)) * 42 + notes * SMALL_LINE + 60


def claim_card(data: Any) -> ClaimCard:
    """Read a claim row's output.

    Args:
        data: The output's MIME bundle, as `claim` displays it.
    """
    from bs4 import BeautifulSoup

    shown = BeautifulSoup(data["text/html"], features="html.parser")
    table = shown.find("table")
    rows, recorded = [], ""
    notes = [note.get_text() for note in table.parent.find_next_siblings("div")]
    for row in table.find_all("tr"):
        label = row.find("th").get_text()
        values = [value for cell in row.find_all("td") if (value := cell.get_text())]
        if full_run := re.fullmatch(r"recorded (.*): (.*)", label):
            recorded = ": ".join([full_run[2], ", ".join(values)] if values else [full_run[2]])
            notes.append(f"full run: {full_run[1]}")
        else:
            rows.append((label, values))
    return ClaimCard(
        badge=shown.find("b").get_text(),
        verdict=data[CLAIM_MIME]["verdict"].replace(" ", "-"),
        statement=data[CLAIM_MIME]["statement"],
        source=shown.find("i").get_text().strip("()"),
        rows=rows,
        recorded=recorded,
        notes=[
            f"{note[0].upper() if re.match('[a-z]+ ', note) else note[0]}{note[1:]}{'' if note[-1] in '.!?' else '.'}"
            for note in notes
        ],
    )
