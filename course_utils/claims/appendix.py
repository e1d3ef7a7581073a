"""The appendix of a chapter: all that a run measured of the documents, what is wrong in them, what tests hold."""

import html
from collections import Counter
from collections.abc import Iterable

from course_utils.claims.ledger import WRONG, Claim, read_ledger
from course_utils.claims.rows import JUDGED, Row, formula, short, source_of
from course_utils.display import CLAIM_MIME, emit, value_text
from course_utils.syllabus import Course, find_course

WRONG_LABELS = {"erratum": "erratum", "dated": "dated", "copy_fault": "fault of our copy"}  # by a claim's status
MEANING = {
    "reproduced": "measured here, and as the document states it",
    "confirmed": "the same, for what follows from its statement",
    "differs": "measured here, and something else came out",
    "erratum": "as printed it fails, corrected it holds",
    "not comparable": "this run has other data or a smaller scale",
}
_HEAD = ("", "What the document says", "Its figure", "This run", "Recorded full run")


def documents_checked(number: int) -> None:
    """Show what this run measured of a chapter's documents in one table, then their errors and what tests hold.

    The output also holds the claims that no line in the text has shown, as data.

    Args:
        number: The chapter's number.

    Raises:
        CourseError: No chapter has this number.
    """
    course = find_course(or_packaged=True)
    ledger = read_ledger(course.chapter(number).name)
    rows = [row for claim_id, row in JUDGED.items() if claim_id in ledger]
    wrong = [entry for entry in ledger.values() if entry.status in WRONG]
    held = Counter(entry.held_by for entry in ledger.values())
    met = {row.judgement.verdict for row in rows}
    legend = "; ".join(f"{verdict}: {meaning}" for verdict, meaning in MEANING.items() if verdict in met)
    plural = "" if held["test"] == 1 else "s"
    said = f"The chapter's tests measure {held['test']} more statement{plural}, such as formulas, shapes and counts."
    if held["listed"]:
        said += f" Not measured: {held['listed']}, such as wording and settings of listings."
    title = f"What is wrong, outdated or garbled in the documents of this chapter ({len(wrong)})"
    items = [_error(course, entry) for entry in wrong]
    emit(
        {
            "text/plain": "\n".join(
                [*map(_as_text, rows), legend, said, title, *(f"- {' '.join(item)}" for item in items)]
            ),
            "text/html": f"{_table(rows)}<p>{legend}</p><p>{said}</p>{_list(title, items)}",
            CLAIM_MIME: [row.data() for row in rows if not row.said],
        }
    )


def correction(entry: Claim) -> str:
    """Return what is right where a document is wrong, a formula as LaTeX between dollars."""
    return formula(entry.correct) if entry.kind == "formula" else value_text(entry.correct)


def _error(course: Course, entry: Claim) -> tuple[str, ...]:
    """Return where the error stands, what is printed, what is right, and why."""
    place = f"{WRONG_LABELS[entry.status]}, {source_of(course, entry)}:"
    return place, entry.statement, f"Right: {correction(entry)}.", entry.why


def _as_text(row: Row) -> str:
    return f"{row.heading} this run: {row.measured()}"


def _table(rows: Iterable[Row]) -> str:
    head = "".join(f"<th style='text-align:left'>{label}</th>" for label in _HEAD)
    body = "".join(f"<tr>{''.join(map(_cell, _cells(row)))}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div style='overflow-x:auto'>{table}</div>"


def _cells(row: Row) -> list[str]:
    """Return the cells of a row in HTML, in the order of the head."""
    values = row.recorded.get("values")
    recorded = short(values) if values else row.recorded.get("verdict", "")
    figure = short(row.stated) if row.stated else ""
    texts = [html.escape(text) for text in (row.entry.statement, figure, row.measured(), recorded)]
    return [row.badge, f"{texts[0]} <i>({html.escape(row.source)})</i>", *texts[1:]]


def _cell(content: str) -> str:
    return f"<td style='text-align:left;vertical-align:top'>{content}</td>"


def _list(title: str, items: list[tuple[str, ...]]) -> str:
    if not items:
        return ""
    shown = []
    for place, printed, right, why in ([html.escape(part) for part in item] for item in items):
        shown.append(f"<li><i>{place}</i> {printed} <b>{right}</b> {why}</li>")
    return f"<p><b>{title}</b></p><ul>{''.join(shown)}</ul>"
