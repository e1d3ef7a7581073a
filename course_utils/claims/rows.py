"""A claim as a notebook shows it: what a document says, the numbers of this run and of the full run, the verdict."""

import html
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_utils.claims.judging import Judgement, judge
from course_utils.claims.ledger import WRONG, Claim
from course_utils.claims.record import read_record
from course_utils.display import CLAIM_MIME, emit, value_text
from course_utils.syllabus import Course, find_course

import numpy as np

# Verdicts differ in sign and word besides colour (Okabe and Ito's palette, which the colour-blind can tell apart).
SIGNS = {
    "reproduced": ("✓", "#009E73"),
    "confirmed": ("✓", "#0072B2"),
    "differs": ("✗", "#D55E00"),
    "erratum": ("!", "#CC79A7"),
    "not comparable": ("–", "#888888"),
}
_MOST_VALUES = 4  # in one line
_LABELS = {"measured": "this run", "printed": "as printed", "corrected": "corrected"}


def short(value: Any) -> str:
    """Return a value as a string, of a long list its ends."""
    values = np.ravel(value).tolist() if isinstance(value, list) else []
    if len(values) > _MOST_VALUES:
        return f"{value_text(values[0])} … {value_text(values[-1])} ({len(values)} values)"
    return value_text(value)


@dataclass(frozen=True)
class Row:
    """What this run measured of one claim.

    Attributes:
        judgement: The verdict and its grounds.
        course: The course.
        said: The document's statement in the words of the text; empty if only the appendix shows the claim.
        recorded: When and on what the full run was recorded, its verdict and numbers; empty if it never was.
    """

    judgement: Judgement
    course: Course
    said: str
    recorded: dict[str, Any] = field(default_factory=dict)

    @property
    def entry(self) -> Claim:
        """The ledger's entry."""
        return self.judgement.claim

    @property
    def source(self) -> str:
        """Short name of the document, and its chapter."""
        return source_of(self.course, self.entry)

    @property
    def heading(self) -> str:
        """Verdict, statement and source as plain text."""
        sign, _ = SIGNS[self.judgement.verdict]
        return f"{sign} {self.judgement.verdict}: {self.entry.statement} [{self.source}]"

    @property
    def badge(self) -> str:
        """Sign and verdict in HTML."""
        sign, color = SIGNS[self.judgement.verdict]
        return f"<b style='color:{color};white-space:nowrap'>{sign} {self.judgement.verdict}</b>"

    @property
    def stated(self) -> Any:
        """What the document says as a string (a list of them for a list); empty if the statement says it all."""
        if _is_number(self.entry.value):
            return (
                [str(part) for part in self.entry.value]
                if isinstance(self.entry.value, list)
                else str(self.entry.value)
            )
        if self.entry.kind == "formula":
            return formula(self.entry.value)
        return "" if self.entry.value is True else str(self.entry.value)

    def measured(self, text: Callable[[Any], str] = short) -> str:
        """Return what this run measured, in one line, with each value made a string by `text`."""
        return "; ".join(
            text(value) if name == "measured" else f"{_LABELS[name]} {text(value)}"
            for name, value in self.judgement.measured.items()
        )

    @property
    def notes(self) -> list[str]:
        """What decides, and why the verdict is what it is."""
        return [note for note in (self.judgement.reason, _criterion(self.entry), self.entry.why) if note]

    @property
    def table(self) -> list[tuple[str, Any]]:
        """All values with their labels."""
        rows = [("document", self.stated)] if self.stated else []
        return rows + [(_LABELS[name], value) for name, value in self.judgement.measured.items()]

    def data(self) -> dict[str, Any]:
        """Return the claim as data, from which reports, records and slides are made."""
        return {
            "id": self.entry.id,
            "statement": self.entry.statement,
            "said": self.said,
            "source": self.source,
            "document": value_text(self.stated),
            "measured": self.measured(value_text),
            "verdict": self.judgement.verdict,
            "why": ". ".join(self.notes),
            "values": self.judgement.measured,
            "rows": [[label, _texts(value)] for label, value in self.table],
            "recorded": self.recorded | {"values": _texts(self.recorded["values"])} if self.recorded else {},
            "notes": self.notes,
        }


# What this process has judged, in order: the appendix shows it in one table.
JUDGED: dict[str, Row] = {}


def claim(
    claim_id: str,
    measured: Any = None,
    /,
    *,
    say: str = "",
    printed: Any = None,
    corrected: Any = None,
    **run: Any,
) -> None:
    """Compare what this run measured with a claim of a document, for the text or for the appendix.

    With `say` it shows one line, which unfolds into the ledger's statement, all values, what decides, and what the full
    run recorded. Without, it shows nothing here: `documents_checked` shows it in the appendix.

    What is shown holds the same as data, so that a batch's report and the record need not measure again, and no time,
    device or path of this run, so that two runs can be compared character by character.

    Args:
        claim_id: Such as `weight_initialization.xavier`; its first part is the chapter's name.
        measured: What this run measured: a number, an array, or a mapping from names to numbers.
        say: What the document states, in the words of the text around it.
        printed: For an erratum, what the statement as printed leads to.
        corrected: For an erratum, what the corrected statement leads to.
        **run: Settings and data of this run that the claim needs to be comparable, such as `layers=10`.

    Raises:
        AssertionError: The claim differs and the environment sets `COURSE_CLAIMS=assert`, as the tests do for cells
            whose numbers vary.

    Example:
        ```python
        claim("weight_initialization.unit_tanh_stds", stds, layers=layers, units=units, examples=examples)
        ```
    """
    judgement = judge(claim_id, measured, printed=printed, corrected=corrected, **run)
    entry = judgement.claim
    if judgement.verdict == "differs" and os.environ.get("COURSE_CLAIMS") == "assert":
        raise AssertionError(
            f"{claim_id} differs: {judgement.measured}, expected {entry.expectation()}. {judgement.reason}"
        )
    course = find_course(or_packaged=True)
    row = JUDGED[claim_id] = Row(judgement, course, say, _recorded(course, entry))
    if say:
        emit({"text/plain": _as_text(row), "text/html": _as_html(row), CLAIM_MIME: [row.data()]})


def source_of(course: Course, entry: Claim) -> str:
    """Return the short name of a claim's document and its chapter."""
    return f"{course.short_name(entry.document)}, {entry.chapter}"


def formula(latex: str | list[str]) -> str:
    """Return LaTeX between dollars, several formulas with commas between them."""
    return ", ".join(f"${part}$" for part in (latex if isinstance(latex, list) else [latex]))


def _criterion(entry: Claim) -> str:
    """Return the deciding condition, in words; empty if the document's number itself is the condition."""
    if entry.status in WRONG and entry.expect_correct:
        return f"as printed it would be {entry.expectation()}; corrected, {entry.expectation_of_correction()}"
    decides_itself = entry.kind in ("exact", "count", "shape") and not entry.expect
    return "" if decides_itself else f"holds if {entry.expectation()}"


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and np.asarray(value).dtype.kind in "iuf"


def _recorded(course: Course, entry: Claim) -> dict[str, Any]:
    """Return what `Row.recorded` holds."""
    record = read_record(course, course.chapter_named(entry.id.partition(".")[0]))
    if record is None or entry.id not in record["claims"]:
        return {}
    row = record["claims"][entry.id]
    figures = row["measured"]
    seeds = "" if len(figures) == 1 else f", {len(figures)} seeds"
    single = isinstance(figures[0].get("measured"), int | float)
    return {
        "run": f"{record['date']}, {record['device']}{seeds}",
        "verdict": row["verdict"],
        "values": [figure["measured"] for figure in figures] if single else [],
    }


def _texts(value: Any) -> list[str]:
    return [value_text(part) for part in (value if isinstance(value, list) else [value])]


def _line(row: Row) -> str:
    """Return who says what, and what was measured; where this run cannot decide, the numbers of the full run too."""
    label = f"{_LABELS['measured']}: " if "measured" in row.judgement.measured else ""
    parts = [f"{row.course.short_name(row.entry.document)}: {row.said.rstrip('.')}", f"{label}{row.measured()}"]
    if row.judgement.verdict == "not comparable" and row.recorded.get("values"):
        parts.append(f"full run, {row.recorded['verdict']}: {short(row.recorded['values'])}")
    return " · ".join(parts)


def _with_record(row: Row) -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the table and the notes with what the full run recorded."""
    rows, notes = row.table, row.notes
    if row.recorded:
        label = f"recorded {row.recorded['run']}: {row.recorded['verdict']}"
        if row.recorded["values"]:
            rows = [*rows, (label, row.recorded["values"])]
        else:
            notes = [*notes, label]
    return rows, notes


def _as_text(row: Row) -> str:
    rows, notes = _with_record(row)
    width = max(len(label) for label, _ in rows)
    lines = [row.heading]
    lines += [f"  {label:<{width}}  {value_text(value)}".rstrip() for label, value in rows]
    return "\n".join(lines + [f"  {note}" for note in notes])


def _as_html(row: Row) -> str:
    rows, notes = _with_record(row)
    columns = max(len(value) if isinstance(value, list) else 1 for _, value in rows)
    body = []
    for label, value in rows:
        head = f"<th style='text-align:left;font-weight:normal;white-space:nowrap'>{html.escape(label)}</th>"
        if isinstance(value, list) and len(value) == columns:
            cells = "".join(f"<td style='text-align:right'>{html.escape(value_text(part))}</td>" for part in value)
        else:
            cells = f"<td colspan='{columns}' style='text-align:left'>{html.escape(value_text(value))}</td>"
        body.append(f"<tr>{head}{cells}</tr>")
    statement = f"{html.escape(row.entry.statement)} <i>({html.escape(row.source)})</i>"
    small = "".join(f"<div style='font-size:90%'>{html.escape(note)}</div>" for note in notes)
    # Ten numbers are wider than a notebook on a small screen: the table scrolls, and nothing is cut off.
    table = f"<div style='overflow-x:auto'><table style='margin:4px 0'>{''.join(body)}</table></div>"
    color = SIGNS[row.judgement.verdict][1]
    return (
        f"<details style='border-left:4px solid {color};padding-left:10px;margin:4px 0'>"
        f"<summary>{row.badge} · {html.escape(_line(row))}</summary>"
        f"<div>{statement}</div>{table}{small}</details>"
    )
