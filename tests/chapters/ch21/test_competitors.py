"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

COST = {"linear": 7840, "10 units": 7940, "30 units": 23_820, "100 units": 79_400, "300 units": 238_200}
LEARNED = (0.911, 0.913, 0.936, 0.948, 0.950)


@pytest.mark.parametrize(
    ("accuracy", "verdict"),
    [(LEARNED, "reproduced"), ((0.1,) * 5, "differs"), ((0.95, 0.94, 0.93, 0.92, 0.91), "differs")],
    ids=["trained", "never learned", "the cheapest is the best"],
)
def test_networks_between_which_there_is_nothing_to_choose_differ(accuracy, verdict):
    given = {"cost": COST, "accuracy": dict(zip(COST, accuracy, strict=True)), "limit": 50_000}
    assert verdicts_of(21, "choose", **given) == {"structuring_projects.optimizing_satisficing": verdict}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([-0.04, -0.09, -0.05, -0.01], "confirmed"),
        ([0, 0, 0, 0], "differs"),
        ([-0.04, 0.09, -0.05, -0.01], "differs"),
        ([-0.04, -0.09, -0.05, np.nan], "differs"),
    ],
    ids=["measured", "nothing moved", "longer training does not help", "overflow"],
)
def test_knobs_that_do_not_move_their_gap_differ(changes, verdict):
    assert verdict_with_needs_met("structuring_projects.basic_recipe", changes) == verdict


@pytest.mark.parametrize(
    ("linear", "network", "verdict"),
    [
        ([0.72, 0.88, 0.91], [0.72, 0.90, 0.96], "reproduced"),
        ([0.1, 0.1, 0.1], [0.1, 0.1, 0.1], "differs"),
        ([0.72, 0.88, 0.91], [0.72, 0.88, 0.91], "differs"),
        ([0.72, 0.76, 0.91], [0.72, 0.90, 0.96], "differs"),
    ],
    ids=["measured", "never learned", "the network is as linear", "the linear one climbs on"],
)
def test_learners_that_do_not_level_off_differ(linear, network, verdict):
    gains = {"linear": np.diff(linear), "network": np.diff(network)}
    measured = {"linear_last": gains["linear"][-1], "network_last": gains["network"][-1]}
    measured |= {"linear_first": gains["linear"][0]}
    assert verdict_with_needs_met("structuring_projects.classic_learner_plateau", measured) == verdict


def test_a_learner_that_gets_worse_or_never_learned_is_no_erratum():
    for gains in ([-0.1, -0.05], [0.0, 0.0], [0.16, -0.01], [np.nan, 0.03]):
        falls, rises = -np.array(gains), np.array(gains)
        claim_id = "structuring_projects.classic_learner_declines"
        assert verdict_with_needs_met(claim_id, printed=falls, corrected=rises) == "differs"


def test_networks_that_never_learned_have_no_lead():
    assert verdict_with_needs_met("structuring_projects.average_over_countries", 0.0) == "differs"
