"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

LABELS = ("ReLU", "leaky 0.1", "swish", "ELU", "tanh", "sigmoid 16/n", "sigmoid 1/n")


def outcomes(ends):
    """Losses of three seeds that fall from 2.3 to these ends, on both kinds of images."""
    runs = {label: [(np.geomspace(2.3, ends.get(label, 0.1), 500), 0.9)] * 3 for label in LABELS}
    return {"digits": runs, "colour images": runs}


def verdicts_on_speed(ends, steps):
    speed = {"colour images": {label: steps.get(label, [130, 135, 125]) for label in LABELS}}
    speed["digits"] = speed["colour images"]
    return verdicts_of(12, "speed-claim", outcomes=outcomes(ends), speed=speed, metric=MagicMock())


LEARNED = {"tanh": 0.15, "sigmoid 1/n": 0.5}
SLOWER = {"tanh": [260, 270, 240], "sigmoid 1/n": [np.inf] * 3}


def test_what_the_notebook_measures_is_confirmed():
    assert set(verdicts_on_speed(LEARNED, SLOWER).values()) == {"confirmed"}


@pytest.mark.parametrize(
    "ends",
    [dict.fromkeys(LABELS, 2.3), dict.fromkeys(LABELS, np.nan), {}, {"ReLU": 0.2, **LEARNED}],
    ids=["never learned", "diverged", "all alike", "tanh is better"],
)
def test_another_ranking_differs(ends):
    assert verdicts_on_speed(ends, SLOWER)["activation_functions.ranking_in_training"] == "differs"


@pytest.mark.parametrize(
    "steps",
    [
        dict.fromkeys(LABELS, [np.inf] * 3),
        {},
        {**SLOWER, "tanh": [130, 140, 120]},
        {**SLOWER, "ReLU": [np.nan] * 3},
    ],
    ids=["nobody arrives", "all alike", "tanh as fast", "ReLU diverged"],
)
def test_other_speeds_differ(steps):
    assert verdicts_on_speed(LEARNED, steps)["activation_functions.relu_six_times_faster"] == "differs"


@pytest.mark.parametrize(
    ("then", "now", "twin"),
    [(0, 0, 0), (45, 0, 0), (45, 30, 0), (45, 45, 45)],
    ids=["nobody dies", "all come back", "some come back", "the twin's die too"],
)
def test_units_that_come_back_or_die_anyway_differ(then, now, twin):
    names = {"dead_then": [np.arange(100) < then] * 2, "dead_now": [np.arange(100) < now], "twin": "twin"}
    net = [(np.ones((4, 100)), np.zeros(100))]
    names |= {
        "patient": net,
        "after_burst": net,
        "train": MagicMock(),
        "batches_to_come": 0,
        "relu": None,
        "deepcopy": lambda part: part,
    }
    names |= {"patient_settings": find_claim("activation_functions.relu_can_die").needs}
    names["answered"] = lambda net: [np.where(np.arange(100) < twin, 0.0, 0.5)] * 2
    verdicts = verdicts_of(12, "freeze", **names)
    assert verdicts == {"activation_functions.relu_can_die": "differs"}


def test_inputs_of_both_signs_do_not_move_together():
    verdicts = verdicts_of(
        12,
        "zigzag-run",
        "zigzag-figure",
        sigmoid=lambda z: 1 / (1 + np.exp(-z)) - 0.5,
        metric=MagicMock(),
    )
    assert verdicts == {"activation_functions.positive_inputs_gradient_sign": "differs"}


def test_a_network_that_learns_alike_with_both_is_no_reason_to_switch():
    settings = find_claim("activation_functions.switch_direction").needs
    for lower in (0.0, 0.1, np.nan, -1.9):
        judged = judge("activation_functions.switch_direction", printed=-lower, corrected=lower, **settings)
        assert judged.verdict == "differs"


@pytest.mark.parametrize("name", ["sigmoid_slow_training", "tanh_beats_sigmoid", "relu_gradient_shrinks_less"])
def test_equal_losses_and_equal_gradients_differ(name):
    settings = find_claim(f"activation_functions.{name}").needs
    for ratio in (0.0, 1.0, np.nan):
        assert judge(f"activation_functions.{name}", ratio, **settings).verdict == "differs"
