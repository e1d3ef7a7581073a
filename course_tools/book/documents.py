"""Two pages of the book about the documents: what they get wrong, and every claim with its verdict."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from course_tools.authoring.recording import is_stale
from course_tools.chapter_file import read_cells
from course_utils.claims.appendix import MEANING, WRONG_LABELS, correction
from course_utils.claims.ledger import WRONG, Claim, claims_of
from course_utils.claims.record import read_record
from course_utils.claims.rows import SIGNS, short, source_of
from course_utils.display import value_text
from course_utils.syllabus import Chapter, Course

# What a claim that no notebook measures has instead of a verdict.
HELD = {"test": "held by a test", "listed": "listed", "open": "open", "notebook": "to be recorded"}
VERDICTS = [*MEANING, *HELD.values()]


def errata_page(course: Course) -> str:
    """Return the page of all errors in the documents, in MyST Markdown: what is printed, what is right, what shows it.

    Args:
        course: A course whose chapters have their ledgers.
    """
    parts, kinds, shown = [], Counter(), 0
    for chapter in course.select([]):
        wrong = [entry for entry in claims_of(chapter) if entry.status in WRONG]
        known, sections = _recorded(course, chapter), _sections(chapter)
        kinds.update(WRONG_LABELS[entry.status] for entry in wrong)
        shown += sum(entry.held_by == "notebook" for entry in wrong)
        if wrong:
            items = "".join(f"<li>{_error(course, chapter, entry, known, sections)}</li>" for entry in wrong)
            parts += [_heading(chapter), _raw(f"<ul>{items}</ul>")]
    count = ", ".join(f"{number} × {kind}" for kind, number in kinds.items())
    introduction = (
        f"Every sentence, formula and figure of the four documents that the course found wrong: {count}. Of these "
        f"{shown} are measured in a chapter, as printed and as corrected, by a run that anyone can repeat. *Dated* was "
        "right when it was written; a *fault of our copy* is the copy's, not the author's."
    )
    return "\n\n".join(["# What the documents get wrong", introduction, *parts, ""])


def claims_page(course: Course) -> str:
    """Return the page of all claims in MyST Markdown: counts by document, then each claim with its recorded verdict.

    Args:
        course: A course whose chapters have their ledgers.
    """
    counts: dict[str, Counter] = {document: Counter() for document in course.documents}
    parts = []
    for chapter in course.select([]):
        known, rows = _recorded(course, chapter), []
        for entry in claims_of(chapter):
            verdict = known[entry.id]["verdict"] if entry.id in known else HELD[entry.held_by]
            counts[entry.document][verdict] += 1
            rows.append([_badge(verdict), _statement(course, entry), _measured(entry, known)])
        if rows:
            head = ("", "What the document says", "Recorded full run")
            parts += [_heading(chapter), _raw(_table(head, rows))]
    together = sum(counts.values(), Counter())
    met = [verdict for verdict in VERDICTS if together[verdict]]
    rows = [[verdict, *(str(count[verdict]) for count in counts.values()), str(together[verdict])] for verdict in met]
    head = ("", *map(course.short_name, counts), "together")
    legend = "; ".join(f"*{verdict}*: {MEANING[verdict]}" for verdict in met if verdict in MEANING)
    introduction = (
        f"What the documents state, and what became of it in the recorded full runs. {legend}. *Held by a test*: the "
        "tests of the package measure it; *listed*: wording, history or settings, of which nothing is measured."
    )
    counted = _raw(_table(head, rows, style="counts"))
    return "\n\n".join(["# All claims of the documents", introduction, counted, *parts, ""])


def _heading(chapter: Chapter) -> str:
    return f"## {chapter.number:02d} {chapter.title}"


def _raw(content: str) -> str:
    """Return HTML as a block of Markdown that MathJax reads, as it reads the claims in a chapter."""
    return f'<div class="text_html">{content}</div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], style: str = "claims") -> str:
    first = "".join(f"<th>{html.escape(label)}</th>" for label in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table class='{style}'><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div style="overflow-x:auto">{table}</div>'


def _recorded(course: Course, chapter: Chapter) -> dict[str, Any]:
    """Return what the full runs recorded of a chapter's claims, by id; nothing if the notebook has changed since."""
    record = read_record(course, chapter)
    return {} if record is None or is_stale(chapter, record) else record["claims"]


def _sections(chapter: Chapter) -> dict[str, str]:
    """Return the heading of the section in which a notebook names each of its claims, by id."""
    heading, sections = "", {}
    for cell in read_cells(chapter.notebook):
        if cell["cell_type"] == "markdown":
            headings = [line.lstrip("# ") for line in cell["source"].splitlines() if line.startswith("##")]
            heading = headings[-1] if headings else heading
        else:
            for claim_id in re.findall(rf'"({chapter.name}\.\w+)"', cell["source"]):
                sections.setdefault(claim_id, heading)
    return sections


def _badge(verdict: str) -> str:
    sign, color = SIGNS.get(verdict, ("", "#888888"))
    return f"<span style='color:{color};white-space:nowrap'>{sign} {verdict}</span>"


def _statement(course: Course, entry: Claim) -> str:
    place = html.escape(source_of(course, entry))
    right = ""
    if entry.status in WRONG:
        right = f" <b>{WRONG_LABELS[entry.status]}, right: {html.escape(correction(entry))}</b>"
    return f"{html.escape(entry.statement)} <i>({place})</i>{right}"


def _measured(entry: Claim, known: dict[str, Any]) -> str:
    """Return what the recorded runs measured of a claim: a number of each seed, or the first seed's printed pair."""
    if entry.id not in known:
        return ""
    runs = known[entry.id]["measured"]
    if "corrected" in runs[0]:
        printed, corrected = (value_text(runs[0][side]) for side in ("printed", "corrected"))
        # One number may refute the statement and agree with its correction.
        return html.escape(corrected if printed == corrected else f"as printed {printed}; corrected {corrected}")
    values = [run["measured"] for run in runs]
    single = all(isinstance(value, bool | int | float) for value in values)
    return html.escape(", ".join(short(value) for value in values) if single else short(values[0]))


def _error(course: Course, chapter: Chapter, entry: Claim, known: dict[str, Any], sections: dict[str, str]) -> str:
    """Return where an error stands, what is printed, what is right, why, what was measured, and where it is shown."""
    place = html.escape(f"{WRONG_LABELS[entry.status]}, {source_of(course, entry)}:")
    statement, right, why = map(html.escape, (entry.statement, correction(entry), entry.why))
    measured = _measured(entry, known)
    measured = f" Measured {measured}." if measured else ""
    return f"<i>{place}</i> {statement} <b>Right: {right}.</b> {why}{measured} {_link(chapter, entry, sections)}"


def _link(chapter: Chapter, entry: Claim, sections: dict[str, str]) -> str:
    """Return a link to the section that shows a claim; a claim that no text shows stands in the appendix."""
    from docutils.nodes import make_id

    if entry.held_by != "notebook":
        return "(Held by a test.)" if entry.held_by == "test" else ""
    return f'<a href="{chapter.file_stem}.html#{make_id(sections[entry.id])}">Where it is shown</a>'
