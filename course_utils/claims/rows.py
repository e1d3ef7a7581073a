"""A claim as a notebook shows it: the numbers of the document, of this run and of the recorded one, and the verdict."""

import html
import os
import re
from typing import Any

from course_utils.claims.judging import Judgement, judge
from course_utils.claims.ledger import WRONG, Claim, read_ledger
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
WRONG_LABELS = {"erratum": "erratum", "dated": "dated", "copy_fault": "fault of our copy"}  # by a claim's status
_MOST_VALUES = 4  # in the line of a claim
_LABELS = {"measured": "this run", "printed": "as printed", "corrected": "corrected"}


def claim(claim_id: str, measured: Any = None, /, *, printed: Any = None, corrected: Any = None, **run: Any) -> None:
    """Show one claim of a document beside what this run measured: one line with the verdict, which unfolds.

    Below the line fold out the statement, all values, what decides, and what the full run recorded.

    The output also holds the same as data, so that a batch's report and the record need not measure again. It holds no
    time, device or path of this run, so that two runs can be compared character by character.

    Args:
        claim_id: Such as `weight_initialization.xavier`; its first part is the chapter's name.
        measured: What this run measured: a number, an array, or a mapping from names to numbers.
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
    stated = _document_value(entry)
    rows = [("document", stated)] if stated else []
    rows += [(_LABELS[name], value) for name, value in judgement.measured.items()]
    course = find_course(or_packaged=True)
    recorded = _recorded(course, entry)
    notes = [note for note in (judgement.reason, _criterion(entry), entry.why) if note]
    data = {
        "id": entry.id,
        "statement": entry.statement,
        "source": _source(course, entry),
        "document": value_text(stated),
        "measured": _measured_text(judgement.measured),
        "verdict": judgement.verdict,
        "why": ". ".join(notes),
        "values": judgement.measured,
        "rows": [[label, _texts(value)] for label, value in rows],
        "recorded": recorded | {"values": _texts(recorded["values"])} if recorded else {},
        "notes": notes,
    }
    if recorded:
        label = f"recorded {recorded['run']}: {recorded['verdict']}"
        if recorded["values"]:
            rows.append((label, recorded["values"]))
        else:
            notes = [*notes, label]
    emit(
        {
            "text/plain": _as_text(course, judgement, rows, notes),
            "text/html": _as_html(course, judgement, rows, notes),
            CLAIM_MIME: data,
        }
    )


def errata(number: int) -> None:
    """Show a folded list of what the ledger calls wrong, outdated or garbled in the documents of a chapter.

    Args:
        number: The chapter's number.
    """
    course = find_course(or_packaged=True)
    wrong = [entry for entry in read_ledger(course.chapter(number).name).values() if entry.status in WRONG]
    items, lines = [], []
    for entry in wrong:
        label = WRONG_LABELS[entry.status]
        right = f"Right: {correction(entry)}."
        items.append(
            f"<li><b>{label}</b>, {html.escape(_source(course, entry))}: {html.escape(entry.statement)} "
            f"<b>{html.escape(right)}</b> {html.escape(entry.why)}</li>"
        )
        lines.append(f"- {label}, {_source(course, entry)}: {entry.statement} {right} {entry.why}")
    title = f"What is wrong or outdated in the documents of this chapter ({len(wrong)})"
    emit(
        {
            "text/plain": "\n".join([title, *lines]),
            "text/html": f"<details><summary>{title}</summary><ul>{''.join(items)}</ul></details>",
        }
    )


def correction(entry: Claim) -> str:
    """Return what is right where a document is wrong, a formula as LaTeX between dollars."""
    return _formula(entry.correct) if entry.kind == "formula" else value_text(entry.correct)


def _criterion(entry: Claim) -> str:
    """Return the deciding condition, in words; empty if the document's number is the condition."""
    if entry.status in WRONG and entry.expect_correct:
        return f"as printed it would be {entry.expectation()}; corrected, {entry.expectation_of_correction()}"
    return "" if _is_number(entry.value) else f"holds if {entry.expectation()}"


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and np.asarray(value).dtype.kind in "iuf"


def _document_value(entry: Claim) -> Any:
    """Return what the document says as a string (a list of them for a list); empty if the statement says it all."""
    if _is_number(entry.value):
        return [str(part) for part in entry.value] if isinstance(entry.value, list) else str(entry.value)
    if entry.kind == "formula":
        return _formula(entry.value)
    return "" if entry.value is True else str(entry.value)


def _formula(latex: str | list[str]) -> str:
    return ", ".join(f"${part}$" for part in (latex if isinstance(latex, list) else [latex]))


def _recorded(course: Course, entry: Claim) -> dict[str, Any]:
    """Return when and on what the full run was recorded, its verdict and numbers; empty if it never was."""
    chapter = next(chapter for chapter in course.chapters if chapter.name == entry.id.partition(".")[0])
    record = read_record(course, chapter)
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


def _measured_text(measured: dict[str, Any]) -> str:
    if set(measured) == {"measured"}:
        return value_text(measured["measured"])
    return "; ".join(f"{_LABELS[name]} {value_text(value)}" for name, value in measured.items())


def _line(course: Course, judgement: Judgement) -> str:
    """Return what the document says and what was measured, in one line: no brackets, and of long lists the ends."""
    entry = judgement.claim
    stated = "" if entry.kind == "formula" else _short(_document_value(entry))
    stated = stated or re.sub(r"\s\((?:[^()]|\([^()]*\))*\)", "", entry.statement)
    measured = "; ".join(f"{_LABELS[name]}: {_short(value)}" for name, value in judgement.measured.items())
    return f"{course.short_name(entry.document)}: {stated.rstrip('.')} · {measured}"


def _source(course: Course, entry: Claim) -> str:
    return f"{course.short_name(entry.document)}, {entry.chapter}"


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > _MOST_VALUES:
        return f"{value_text(value[0])} … {value_text(value[-1])} ({len(value)} values)"
    return value_text(value)


def _as_text(course: Course, judgement: Judgement, rows: list[tuple[str, Any]], notes: list[str]) -> str:
    sign, _ = SIGNS[judgement.verdict]
    width = max(len(label) for label, _ in rows)
    lines = [f"{sign} {judgement.verdict}: {judgement.claim.statement} [{_source(course, judgement.claim)}]"]
    lines += [f"  {label:<{width}}  {value_text(value)}".rstrip() for label, value in rows]
    return "\n".join(lines + [f"  {note}" for note in notes])


def _as_html(course: Course, judgement: Judgement, rows: list[tuple[str, Any]], notes: list[str]) -> str:
    sign, color = SIGNS[judgement.verdict]
    entry = judgement.claim
    columns = max(len(value) if isinstance(value, list) else 1 for _, value in rows)
    body = []
    for label, value in rows:
        head = f"<th style='text-align:left;font-weight:normal;white-space:nowrap'>{html.escape(label)}</th>"
        if isinstance(value, list) and len(value) == columns:
            cells = "".join(f"<td style='text-align:right'>{html.escape(value_text(part))}</td>" for part in value)
        else:
            cells = f"<td colspan='{columns}' style='text-align:left'>{html.escape(value_text(value))}</td>"
        body.append(f"<tr>{head}{cells}</tr>")
    badge = f"<b style='color:{color}'>{sign} {judgement.verdict}</b>"
    statement = f"{html.escape(entry.statement)} <i>({html.escape(_source(course, entry))})</i>"
    small = "".join(f"<div style='font-size:90%'>{html.escape(note)}</div>" for note in notes)
    # Ten numbers are wider than a notebook on a small screen: the table scrolls, and nothing is cut off.
    table = f"<div style='overflow-x:auto'><table style='margin:4px 0'>{''.join(body)}</table></div>"
    return (
        f"<details style='border-left:4px solid {color};padding-left:10px;margin:4px 0'>"
        f"<summary>{badge} · {html.escape(_line(course, judgement))}</summary>"
        f"<div>{statement}</div>{table}{small}</details>"
    )
