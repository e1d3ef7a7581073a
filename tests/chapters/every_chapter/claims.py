"""Every claim of a chapter's documents is held by a measurement that can fail."""

import ast

from course_tools.jobs.notebook_code import code_of
from course_utils.claims.ledger import WRONG, read_ledger

import numpy as np
from cells import cells_of, parameters
from chapter_folders import chapter_of
from held import can_be_judged, claim_tests, least_needed, verdict_with_needs_met
from measured import calls, measured_names, names_in, on_the_clock, typed_names
from statements import named_settings

FIXED = {  # what a cell sets itself, whatever the parameters are
    ("lstm_and_gru.lstm_gradient_does_not_vanish", "units"),
    ("lstm_and_gru.lstm_learns_long_dependencies", "units"),
    ("lstm_and_gru.vanilla_gradient_shrinks_with_length", "units"),
}


def pytest_generate_tests(metafunc):
    """Run a test that asks for a `claim` with each one that is measured."""
    if "claim" in metafunc.fixturenames:
        claims = read_ledger(chapter_of(metafunc.definition).name).values()
        measured = [claim for claim in claims if claim.held_by != "listed" and can_be_judged(claim)]
        metafunc.parametrize("claim", measured, ids=lambda claim: claim.id)


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
        if np.any(target):
            yield np.zeros(target.shape)
        for place in np.argwhere(target):  # whatever the other elements are, this one must have been measured
            one_zero = target.copy()
            one_zero[tuple(place)] = 0
            yield one_zero
    if expectation.below is not None:
        yield expectation.below + max(1.0, abs(expectation.below)) * 0.01
        yield np.inf
    if expectation.above is not None:
        yield expectation.above - max(1.0, abs(expectation.above)) * 0.01
        yield -np.inf


def test_a_wrong_measurement_differs(claim, all_data_at_hand):
    wrong = claim.status in WRONG
    for measured in wrong_measurements(claim.expectation_of_correction() if wrong else claim.expectation()):
        values = {"printed": np.nan, "corrected": measured} if wrong else {"measured": measured}
        arguments = [values.pop("measured")] if not wrong else []
        assert verdict_with_needs_met(claim.id, *arguments, **values) == "differs", f"{measured} passes"


def test_a_setting_that_a_statement_names_is_needed(chapter):
    """Where a parameter can change it: a run with another value says nothing about the statement."""
    adjustable = {*parameters(chapter.number)}
    for claim in read_ledger(chapter.name).values():
        for names_of_it, values in named_settings(claim.statement):
            if claim.held_by != "notebook" or not adjustable & {*names_of_it}:
                continue
            if (claim.id, names_of_it[0]) in FIXED:
                continue
            needed = [claim.needs[name] for name in names_of_it if name in claim.needs]
            assert needed, f"{claim.id} names {names_of_it[0]} {values}, and needs does not"
            there = {least_needed(need) for need in needed}
            assert there & values, f"{claim.id} names {names_of_it[0]} {values}, and needs {there}"


def test_no_claim_is_fed_time_on_the_clock(chapter):
    """It would measure what else the machine does; processor time does not."""
    for cell in cells_of(chapter.number):
        if cell.cell_type == "code":
            taken = on_the_clock(cell.source)
            for claim_id, call in calls(cell.source, {"claim"}):
                measured = [*call.args[1:], *(word.value for word in call.keywords)]
                assert not any(names_in(part) & taken for part in measured), claim_id
