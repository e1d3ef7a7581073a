"""The claim rows of a run, completed from the ledger."""

from dataclasses import dataclass
from typing import Any

from course_tools.jobs.outcome import Outcome
from course_utils.claims.ledger import WRONG, find_claim
from course_utils.errors import CourseError


@dataclass(frozen=True)
class ClaimRow:
    """One claim row. `source`, `wrong` and `right` come from the ledger, all other strings from the notebook.

    Attributes:
        id: The claim's name.
        statement: The document's statement in our words.
        document: The document's value.
        measured: This run's value.
        verdict: The result of comparing the two.
        why: The reason for the verdict, or why the two cannot be compared.
        source: Document and chapter; empty for a claim that is not in the ledger.
        wrong: The kind of error in the document's statement, such as `erratum`; empty if there is none.
        right: The correction, if the statement is wrong.
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
    """Return the claim rows of a run, in its order."""
    return [_row(claim) for claim in outcome.claims]


def _row(claim: dict[str, Any]) -> ClaimRow:
    known = ("id", "statement", "document", "measured", "verdict", "why")
    shown = {name: str(claim.get(name, "")) for name in known}
    try:
        entry = find_claim(shown["id"])
    except CourseError:  # a notebook that is not a chapter, or a ledger of another version
        return ClaimRow(**shown)
    source = f"{entry.document}, {entry.chapter}"
    if entry.status not in WRONG:
        return ClaimRow(**shown, source=source)
    from course_utils.claims.appendix import WRONG_LABELS, correction

    return ClaimRow(**shown, source=source, wrong=WRONG_LABELS[entry.status], right=correction(entry))
