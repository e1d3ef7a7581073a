"""What must not pass for a result: each is judged as the notebook judges its own measurement."""

from course_utils.claims import judge

import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def verdict(name, measured):
    return verdict_with_needs_met(f"transfer_learning.{name}", measured)


@pytest.mark.parametrize(
    ("scratch", "trained", "expected"),
    [(0.57, 0.64, "reproduced"), (0.5, 0.5, "differs"), (0.64, 0.57, "differs"), (0.57, np.nan, "differs")],
    ids=["as measured", "both guess", "scratch is better", "diverged"],
)
def test_trained_weights_that_do_not_help_differ(scratch, trained, expected):
    assert verdict("pretrained_beats_scratch", {"from scratch": scratch, "trained weights": trained}) == expected
    assert verdict("adapt_last_layers", {"from scratch": scratch, "new head": trained}) == expected
    assert verdict("weights_besides_code", {"untrained": scratch, "trained": trained}) == expected


@pytest.mark.parametrize(
    ("known", "reached", "expected"),
    [
        ({"new head": 0.75, "from scratch": 0.93}, {"new head": 0.63, "from scratch": 0.57}, "confirmed"),
        ({"new head": 0.5, "from scratch": 0.5}, {"new head": 0.5, "from scratch": 0.5}, "differs"),
        ({"new head": 1.0, "from scratch": 0.6}, {"new head": 0.6, "from scratch": 0.57}, "differs"),
    ],
    ids=["as measured", "neither has learned", "the head learns by heart"],
)
def test_only_a_larger_gap_from_scratch_confirms_the_slides(known, reached, expected):
    settings = {"known": known, "reached": reached, "dataset": "cifar10_jpeg", "few": 100, "steps": 50}
    assert verdicts_of(25, "gap-claim", **settings) == {"transfer_learning.adapt_small_dataset": expected}


@pytest.mark.parametrize(
    ("same", "expected"),
    [(0.75, "confirmed"), (1 / 8, "differs"), (0.0, "differs"), (1.0, "differs"), (np.nan, "differs")],
    ids=["as measured", "guessing", "nothing", "the same images", "nan"],
)
def test_answers_at_another_size(same, expected):
    assert verdict("other_input_size", same) == expected


def test_places_that_tie_differ():
    assert verdict("remove_layers", {"object": 0.77, "part2": 0.77}) == "differs"
    assert verdict("remove_layers", {"object": 0.77, "part2": 0.79}) == "reproduced"


def test_a_run_at_another_scale_is_not_comparable():
    means = {"from scratch": 0.57, "trained weights": 0.64}
    for changed in ({"few": 20}, {"steps": 10}):
        run = {"data": "cifar10_jpeg", "few": 100, "steps": 50} | changed
        assert judge("transfer_learning.pretrained_beats_scratch", means, **run).verdict == "not comparable"
