"""A claim row as a card on a slide: the same content as in the notebook, in large type."""

import math
import re
from dataclasses import dataclass
from typing import Any

from course_utils.claims.rows import SIGNS
from course_utils.errors import CourseError

LINE, SMALL_LINE, CHARACTER = 32, 26, 0.47  # heights of lines in pixels; width of a character as part of the font size


@dataclass(frozen=True)
class ClaimCard:
    """The content of a claim row.

    Attributes:
        badge: Sign and verdict, such as `✓ reproduced`.
        verdict: The verdict with hyphens for blanks: a class of the style sheet.
        statement: The claim, in the words of the text.
        source: Document and its chapter.
        rows: The compared values: a label, and the values.
        recorded: Verdict and values of the recorded full run, if there is one.
        notes: The reasons for the verdict, and when and on what machine the full run ran.
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
        """The number of columns for the values: 1 if the rows differ in their numbers of values or are too wide."""
        lengths = {len(values) for _, values in self.rows if values}
        characters = sum(
            max(len(value) for value in column) for column in zip(*(v for _, v in self.rows), strict=False)
        )
        return lengths.pop() if len(lengths) == 1 and characters < 70 else 1

    def height(self, width: float) -> float:
        """Return the height of the card in pixels."""
        statement = math.ceil(len(self.badge + self.statement + self.source) * 24 * CHARACTER / (width - 60)) * LINE
        notes = sum(math.ceil(len(note) * 20 * CHARACTER / (width - 60)) for note in self.notes)
        return statement + (len(self.rows) + bool(self.recorded)) * 42 + notes * SMALL_LINE + 60


def claim_cards(claims: list[dict[str, Any]], where: str) -> dict[str, ClaimCard]:
    """Set the claims of one output as cards, by their ids.

    Args:
        claims: Their data, which the output holds beside what is visible.
        where: Chapter and cell, for the error message.

    Raises:
        CourseError: An older version of the package wrote the output, with other data.
    """
    try:
        return {claim["id"]: _card(claim) for claim in claims}
    except (KeyError, TypeError) as error:
        raise CourseError(f"{where}: a claim lacks its data ({error}); course store writes new ones") from None


def _card(claim: dict[str, Any]) -> ClaimCard:
    verdict, notes, recorded = claim["verdict"], list(claim["notes"]), claim["recorded"]
    if recorded:
        notes.append(f"full run: {recorded['run']}")
    return ClaimCard(
        badge=f"{SIGNS[verdict][0]} {verdict}",
        verdict=verdict.replace(" ", "-"),
        statement=claim["said"] or claim["statement"],
        source=claim["source"],
        rows=[(label, values) for label, values in claim["rows"]],
        recorded=": ".join(filter(None, [recorded["verdict"], ", ".join(recorded["values"])])) if recorded else "",
        notes=[
            f"{note[0].upper() if re.match('[a-z]+ ', note) else note[0]}{note[1:]}{'' if note[-1] in '.!?' else '.'}"
            for note in notes
        ],
    )
