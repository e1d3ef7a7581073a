"""Every claim of a chapter's documents: held exactly once, by a measurement that can fail, and recorded."""

import ast
from pathlib import Path

from course_tools.authoring.recording import is_stale
from course_utils.claims import judge
from course_utils.claims.ledger import WRONG, read_ledger
from course_utils.claims.record import read_record

import nbformat
import numpy as np
from measured import calls, measured_names, typed_names

FOLDERS = Path(__file__).parents[1]


def code_of(chapter):
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def held_in_notebook(chapter):
    return [claim_id for claim_id, _ in calls(code_of(chapter), {"claim"}) if claim_id.startswith(f"{chapter.name}.")]


def claim_tests(chapter):
    paths = sorted((FOLDERS / f"ch{chapter.number:02d}").glob("test_*.py"))
    return [path.read_text(encoding="utf-8") for path in paths]


def held_in_tests(chapter):
    return [claim_id for source in claim_tests(chapter) for claim_id, _ in calls(source, {"holds"})]


def test_every_claim_of_a_finished_chapter_is_held_once(chapter):
    claims = read_ledger(chapter.name)
    undecided = [claim.id for claim in claims.values() if claim.held_by == "open" or claim.status == "to_measure"]
    assert not undecided
    by_place = {"notebook": held_in_notebook(chapter), "test": held_in_tests(chapter)}
    for place, held in by_place.items():
        assert sorted(held) == sorted(claim.id for claim in claims.values() if claim.held_by == place), place
    assert 6 <= len(by_place["notebook"]) <= 15


def test_no_claim_is_fed_a_literal(chapter):
    sources = [(code_of(chapter), "claim"), *((source, "holds") for source in claim_tests(chapter))]
    for source, name in sources:
        typed = typed_names(source)
        for claim_id, call in calls(source, {name}):
            measured = [*call.args[1:], *(word.value for word in call.keywords if word.arg in ("printed", "corrected"))]
            for argument in measured:
                said = f"{claim_id} is given {ast.unparse(argument)}, which nobody measured"
                assert measured_names(argument, typed), said


def wrong_measurements(expectation):
    """Measurements that must not satisfy the expectation: not a number, zeros, and just outside what is allowed."""
    if expectation.order is not None:
        yield dict.fromkeys(expectation.order, 0.0)
        yield {name: -place for place, name in enumerate(expectation.order)}
        yield dict.fromkeys(expectation.order, np.nan)
        return
    target = expectation.near if expectation.near is not None else expectation.equal
    yield np.full(np.shape(target), np.nan)
    if target is not None:
        target = np.asarray(target, dtype=float)
        band = np.asarray(
            expectation.atol if expectation.atol is not None else (expectation.rtol or 0) * np.abs(target)
        )
        yield target + 1.01 * band + 1e-3
        yield target - 1.01 * band - 1e-3
        if np.any(np.abs(target) > band):
            yield np.zeros(target.shape)
    if expectation.below is not None:
        yield expectation.below + max(1.0, abs(expectation.below)) * 0.01
        yield np.inf
    if expectation.above is not None:
        yield expectation.above - max(1.0, abs(expectation.above)) * 0.01
        yield -np.inf


def test_a_wrong_measurement_differs(claim):
    run = {name: needed["at_least"] if isinstance(needed, dict) else needed for name, needed in claim.needs.items()}
    wrong = claim.status in WRONG
    for measured in wrong_measurements(claim.expectation_of_correction() if wrong else claim.expectation()):
        values = {"printed": np.nan, "corrected": measured} if wrong else {"measured": measured}
        arguments = [values.pop("measured")] if not wrong else []
        assert judge(claim.id, *arguments, **values, **run).verdict == "differs", f"{measured} passes"


def test_the_record_is_of_this_code(course, chapter):
    record = read_record(course, chapter)
    assert record, f"never measured: course run {chapter.number} --profile full --record"
    assert not is_stale(chapter, record), f"the code has changed: course run {chapter.number} --profile full --record"
    assert sorted(record["claims"]) == sorted(held_in_notebook(chapter))
