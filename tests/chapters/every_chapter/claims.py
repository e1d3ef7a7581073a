"""Every claim of a chapter's documents is held by a measurement that can fail."""

import ast

from course_tools.jobs.notebook_code import code_of
from course_utils.claims import judge
from course_utils.claims.ledger import WRONG

import numpy as np
from held import claim_tests
from measured import calls, measured_names, typed_names


def test_no_claim_is_fed_a_literal(chapter):
    sources = [(code_of(chapter.notebook), "claim"), *((source, "holds") for source in claim_tests(chapter))]
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
