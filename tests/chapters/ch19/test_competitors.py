"""What must not pass for a result: each is judged, or runs through the notebook's own cell, as if it were measured."""

from course_utils import document_value
from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from held import needed_run, verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def verdict(claim_id, measured):
    return verdict_with_needs_met(f"hyperparameter_search.{claim_id}", measured)


@pytest.mark.parametrize(
    ("claim_id", "measured"),
    [
        ("random_beats_grid_nn_slides", 0.0),  # no difference between the designs
        ("random_beats_grid_nn_slides", -0.16),  # both parameters matter
        ("random_beats_grid_ng_notes", -0.05),
        ("uniform_wasteful", 0.0),
        ("uniform_wasteful", -0.02),  # the best rate lies in the last decade
        ("alpha_most_important", 0.0),  # shuffled
        ("alpha_most_important", -0.1),  # one decade of rates
        ("coupled_parameters", 0.0),  # the best rate does not move
        ("coupled_parameters", 0.25),  # by a step of the map
        ("best_at_the_edge", -3.5),  # the middle of the range
        ("fine_better_than_coarse", 0.0),
        ("update_rule_of_the_rows", 0.0),
        ("update_rule_of_the_rows", -0.1),  # momentum fits better
        ("best_two_layer_accuracy", 0.1),  # guessing
        ("best_two_layer_accuracy", 0.41),  # a linear classifier
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value:g}",
)
def test_another_outcome_differs(claim_id, measured):
    assert verdict(claim_id, measured) == "differs"
    assert verdict(claim_id, np.nan) == "differs"


@pytest.mark.parametrize("stage", ["coarse", "fine"])
def test_rows_that_say_nothing_differ(stage):
    printed = np.array(document_value(f"hyperparameter_search.{stage}_all_rows"))
    for rows in (0 * printed, 0.1 + 0 * printed, printed.mean() + 0 * printed, printed[::-1], np.nan * printed):
        assert verdict(f"{stage}_all_rows", rows) == "differs"
    assert verdict(f"{stage}_all_rows", printed + 0.02) == "reproduced"


@pytest.mark.parametrize(
    "killed", [[0.0, 0.0, 0.0], [0.1, 0.1, 0.1], [0.45, 0.1, 0.48], [0.21, 0.19, 0.48], [np.nan, 0.1, 0.48]]
)
def test_networks_that_learn_under_a_strong_penalty_differ(killed):
    assert verdict("strong_regularisation_kills", killed) == "differs"


@pytest.mark.parametrize(
    "ratios",
    [(0, 3, 0), (1.2, 3, 1.1), (7, 3, 1e9), (np.nan, 3, 1e9)],
    ids=["no training", "nothing explodes", "healthy ones stop too", "all explode"],
)
def test_a_rule_that_stops_nothing_or_everything_differs(ratios):
    measured = dict(zip(("healthy", "limit", "exploded"), ratios, strict=True))
    assert verdict("stop_when_cost_triples", measured) == "differs"


def test_a_smaller_run_is_not_comparable():
    claim_id = "hyperparameter_search.fine_all_rows"
    smaller = needed_run(find_claim(claim_id)) | {"cifar_epochs": 0, "data": "mnist"}
    assert judge(claim_id, np.zeros(22), **smaller).verdict == "not comparable"
