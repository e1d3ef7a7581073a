"""Claims for people: what a run showed of each, with what the ledger knows about the document's statement."""

from dataclasses import dataclass
from typing import Any

from course_tools.jobs.outcome import Outcome
from course_utils.claims.ledger import WRONG, find_claim
from course_utils.errors import CourseError


@dataclass(frozen=True)
class ClaimRow:
    """One row. All texts come from the notebook but `source` and `right`, which come from the ledger.

    Attributes:
        id: The claim's name.
        statement: What the document states, in our words.
        document: Its figure.
        measured: This run's.
        verdict: What comparing them came to.
        why: What decided, or why the two cannot be compared.
        source: Document and chapter; empty for a claim that the ledger does not know.
        wrong: What is the matter with the document's statement: empty, or such as `erratum`.
        right: What is right instead, if something is wrong.
    """

    id: str
    statement: str
    document: str
    measured: str
    verdict: str
    why: str
    source: str = ""
    wrong: str = ""
    right: str = ""


def claim_rows(outcome: Outcome) -> list[ClaimRow]:
    """The claims of a run, in its order."""
    return [_row(claim) for claim in outcome.claims]


def _row(claim: dict[str, Any]) -> ClaimRow:
    known = ("id", "statement", "document", "measured", "verdict", "why")
    shown = {name: str(claim.get(name, "")) for name in known}
    try:
        entry = find_claim(shown["id"])
    except CourseError:  # a notebook of somebody's own, or a ledger of another version
        return ClaimRow(**shown)
    source = f"{entry.document}, {entry.chapter}"
    if entry.status not in WRONG:
        return ClaimRow(**shown, source=source)
    from course_utils.claims.rows import WRONG_LABELS, correction

    return ClaimRow(**shown, source=source, wrong=WRONG_LABELS[entry.status], right=correction(entry))
