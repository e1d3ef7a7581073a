"""What must not pass for a result."""

import numpy as np
import pytest
from held import verdict_with_needs_met

CONTEXT = "bidirectional_and_deep_rnns.context_task"
FUTURE = "bidirectional_and_deep_rnns.bidirectional_uses_future"
HANDWRITING = "bidirectional_and_deep_rnns.handwriting_context"


@pytest.fixture(autouse=True)
def real_data(monkeypatch):
    """Judge as if the data that a claim needs had been loaded."""
    monkeypatch.setattr("course_utils.claims.judging.loaded_as", lambda name: name)


@pytest.mark.parametrize(
    "shares",
    [(0.5, 0.5), (1.0, 1.0), (0.0, 1.0), (0.5, 0.85), (0.625, 1.0), (np.nan, 1.0), (0.5, np.nan), (0.0, 0.0)],
    ids=["both guess", "both know", "all wrong", "hardly learned", "a delay", "no number", "diverged", "zeros"],
)
def test_context_that_did_not_decide_differs(shares):
    assert verdict_with_needs_met(CONTEXT, [0.5, 0.997]) == "confirmed"
    assert verdict_with_needs_met(CONTEXT, shares) == "differs"


@pytest.mark.parametrize(
    "gains",
    [(0, 0, 0), (0.3, 0.0, 0.05), (0.0, 0.25, 0.05), (0.3, 0.25, 0.0), (0.3, np.nan, 0.1), (0.9, 0.9, 0.9)],
    ids=["untrained", "forward twice", "backward twice", "no gain", "no number", "alone starved"],
)
def test_rows_that_did_not_gain_from_both_sides_differ(gains):
    assert verdict_with_needs_met(HANDWRITING, [0.3, 0.25, 0.08]) == "reproduced"
    assert verdict_with_needs_met(HANDWRITING, gains) == "differs"


@pytest.mark.parametrize(
    ("forward", "both", "verdict"),
    [(0.0, 0.1, "reproduced"), (0.1, 0.1, "differs"), (0.0, 0.0, "differs"), (0.0, np.nan, "differs")],
    ids=["as it is", "forward sees the future", "nothing arrives", "no number"],
)
def test_a_network_that_cannot_see_the_future_differs(forward, both, verdict):
    assert verdict_with_needs_met(FUTURE, {"forward": forward, "visible": 1e-5, "both ways": both}) == verdict


@pytest.mark.parametrize("moved", [[7, 7, 3, 3], [1, 1, 9, 9], [0, 0, 0, 0]], ids=["plain", "both", "zeros"])
def test_two_layers_of_one_kind_differ(moved):
    claim_id = "bidirectional_and_deep_rnns.future_reaches_output"
    assert verdict_with_needs_met(claim_id, [7, 1, 3, 9]) == "reproduced"
    assert verdict_with_needs_met(claim_id, moved) == "differs"
