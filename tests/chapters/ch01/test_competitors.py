"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def test_a_rule_that_never_makes_an_update():
    def stay(X, d, W, **_):
        return [W], []

    verdicts = verdicts_of(1, "neuron", "gates", "start-figure", learn=stay)
    assert verdicts == {"perceptron.solution_depends_on_start": "differs"}
