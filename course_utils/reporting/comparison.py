"""Two batches side by side: what got slower, which verdicts changed, what is new and what is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.reporting.claim_rows import ClaimRow, claim_rows
from course_utils.reporting.page import render, write_page
from course_utils.reporting.report import FILE_NAME as REPORT
from course_utils.reporting.report import states_of, status_of
from course_utils.running.fingerprint import PARTS
from course_utils.running.lock import read_batch_facts
from course_utils.running.outcome import Outcome
from course_utils.running.state import JobState

FILE_NAME = "comparison.html"
# Times of the same run differ by a tenth and more on a busy machine, and by a second however short it is.
FACTOR, LEAST_SECONDS = 1.25, 1.0
LEAST_BYTES = 100e6


@dataclass(frozen=True)
class Change:
    """A figure before and after.

    Attributes:
        before: In the first batch; None if it is not known.
        after: The same in the second.
        factor: After over before; None where these are not of the same work.
        word: What became of it; empty where the difference may be chance.
    """

    before: float | None
    after: float | None
    factor: float | None = None
    word: str = ""


@dataclass(frozen=True)
class ClaimChange:
    """A claim whose verdict changed; `before` or `after` is None where a run does not show it."""

    before: ClaimRow | None
    after: ClaimRow | None

    @property
    def shown(self) -> ClaimRow:
        """The row that there is."""
        return self.after or self.before


@dataclass(frozen=True)
class Pair:
    """The same job in both batches.

    Attributes:
        before: Its outcome in force in the first batch.
        after: The same in the second.
        seconds: Running time.
        peak: Peak memory in bytes.
        claims: Claims with another verdict.
        inputs: What differs of that on which a result depends, in words.
    """

    before: Outcome
    after: Outcome
    seconds: Change
    peak: Change
    claims: list[ClaimChange]
    inputs: list[str]

    @property
    def statuses(self) -> tuple[str, str]:
        """The two statuses in words."""
        return status_of(self.before), status_of(self.after)


@dataclass(frozen=True)
class Comparison:
    """What two batches have in common, and what only one of them has."""

    pairs: list[Pair]
    new: list[Outcome]
    missing: list[Outcome]

    def summary(self) -> str:
        """One line: how much changed."""
        slower = sum(pair.seconds.word == "slower" for pair in self.pairs)
        faster = sum(pair.seconds.word == "faster" for pair in self.pairs)
        verdicts = sum(len(pair.claims) for pair in self.pairs)
        statuses = sum(pair.before.status != pair.after.status for pair in self.pairs)
        return (
            f"runs in both: {len(self.pairs)} (slower: {slower}, faster: {faster}, verdicts changed: {verdicts}, "
            f"another status: {statuses}); new: {len(self.new)}; missing: {len(self.missing)}"
        )


def write_comparison(before: Path, after: Path) -> tuple[Path, str]:
    """Make `comparison.html` in the second of two folders.

    Args:
        before: The batch to compare with.
        after: The batch in question.

    Returns:
        The page's path, and its first line.

    Raises:
        CourseError: One of the folders has no results, both are the same, or the page cannot be written.
    """
    if before.exists() and after.exists() and before.samefile(after):
        raise CourseError(f"{before} and {after} are the same folder; name the two batches to compare")
    comparison = compare(states_of(before), states_of(after))
    page = render(
        "comparison.html.j2",
        before=str(before),
        after=str(after),
        comparison=comparison,
        side_by_side=(_side_by_side(before), _side_by_side(after)),
        report=REPORT if (after / REPORT).exists() else "",
        factor=FACTOR,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    return write_page(after / FILE_NAME, page), comparison.summary()


def compare(before: list[JobState], after: list[JobState]) -> Comparison:
    """Compare jobs of the same name by their outcomes in force."""
    old = {one.stem: one.in_force for one in before}
    new = {one.stem: one.in_force for one in after}
    return Comparison(
        pairs=[_pair(old[stem], new[stem]) for stem in old if stem in new],
        new=[outcome for stem, outcome in new.items() if stem not in old],
        missing=[outcome for stem, outcome in old.items() if stem not in new],
    )


def _pair(before: Outcome, after: Outcome) -> Pair:
    # How long a run took that failed says nothing, nor how long one with other parameters did.
    same_work = before.status == after.status == "ok" and before.parameters == after.parameters
    return Pair(
        before=before,
        after=after,
        seconds=_change(before.seconds, after.seconds, LEAST_SECONDS, ("slower", "faster"), same_work),
        peak=_change(before.peak_bytes, after.peak_bytes, LEAST_BYTES, ("more", "less"), same_work),
        claims=list(_claim_changes(before, after)),
        inputs=[
            f"{words} ({_differences(before.inputs.get(name), after.inputs.get(name))})"
            if isinstance(after.inputs.get(name), dict)
            else words
            for name, words in PARTS.items()
            if before.inputs.get(name) != after.inputs.get(name)
        ],
    )


def _change(before: float | None, after: float | None, least: float, words: tuple[str, str], same_work: bool) -> Change:
    if not (same_work and before and after):
        return Change(before, after)
    word = ""
    if abs(after - before) >= least:
        if after > FACTOR * before:
            word = words[0]
        elif before > FACTOR * after:
            word = words[1]
    return Change(before, after, after / before, word)


def _claim_changes(before: Outcome, after: Outcome) -> Iterator[ClaimChange]:
    """Claims with another verdict; those that a run which ended early did not come to are no change."""
    old, new = _by_id(before), _by_id(after)
    for key in dict.fromkeys([*old, *new]):
        change = ClaimChange(old.get(key), new.get(key))
        if change.before and change.after:
            if change.before.verdict != change.after.verdict:
                yield change
        elif before.status == after.status == "ok":
            yield change


def _by_id(outcome: Outcome) -> dict[tuple[str, int], ClaimRow]:
    """Claim rows by their claims' ids; a claim that a notebook shows several times, by which time it is."""
    seen: Counter[str] = Counter()
    rows = {}
    for row in claim_rows(outcome):
        rows[row.id, seen[row.id]] = row
        seen[row.id] += 1
    return rows


def _side_by_side(folder: Path) -> str:
    """How many notebooks ran at a time in a folder's last batch, as far as that is known."""
    number = read_batch_facts(folder).get("side_by_side")
    return str(number) if isinstance(number, int) else "an unknown number"


def _differences(before: Any, after: dict[str, Any]) -> str:
    """What differs between two mappings: values where they are short, the names alone otherwise (hashes)."""
    known = before if isinstance(before, dict) else {}
    names = [name for name in dict.fromkeys([*known, *after]) if known.get(name) != after.get(name)]
    values = [
        name if len(f"{known.get(name)}{after.get(name)}") > 60 else f"{name}: {known.get(name)} → {after.get(name)}"
        for name in names
    ]
    return ", ".join(values)
