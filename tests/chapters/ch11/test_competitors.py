"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge

import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

NAME = "dropout_augmentation_ensembles."
SETTINGS = {"few": 1000, "steps": 3000, "width": 200, "data": "mnist"}
PAIR = ["nothing struck out", "pixels and units"]


class Data:
    def __init__(self, name):
        self.name = name


def given(without=0.895, with_dropout=0.917, by_heart=1.0, ensemble=0.0055, checkpoints=0.017, shifted=0.93):
    """What the appendix' cell takes from cells before it; accuracies on old and new digits, without shifts and with."""
    right = iter([1.0, 0.88, 0.985, shifted])
    return {
        "answers": lambda net, x: None,
        "accuracy": lambda p, y=None: next(right),
        "taught": {("as they are", 1000): None, ("shifted", 1000): None},
        "few": 1000,
        "shift_steps": 2000,
        **dict.fromkeys(("x_train", "y_train", "x_test", "y_test")),
        "table": {
            "digits, other starts": [0.92, 0.92 + ensemble],
            "digits, checkpoints": [0.92, 0.92],
            "photographs, checkpoints": [0.39, 0.39 + checkpoints],
        },
        "ends": dict(zip(PAIR, (without, with_dropout), strict=True)),
        "by_heart_of": dict.fromkeys(PAIR, by_heart),
        "pair": PAIR,
        "opening": SETTINGS,
        "run": {"members": 6, "steps": 1000, "data": "cifar10_jpeg"},
        "images": Data("mnist"),
        "ones": np.ones((2000, 500), dtype="float32"),
    }


def verdicts(**instead):
    return verdicts_of(11, "forward", "documents-claims", softmax=None, **(given() | instead))


def test_what_was_measured_passes():
    assert set(verdicts().values()) == {"reproduced", "confirmed"}


@pytest.mark.parametrize("seed", range(20))
def test_no_verdict_hangs_on_the_seed(seed):
    found = verdicts(seed=seed)
    assert len(found) == 6
    assert {*found.values()} == {"reproduced", "confirmed"}


@pytest.mark.parametrize("ends", [(0.1, 0.1), (0.895, 0.895), (0.1, 0.9), (np.nan, np.nan)], ids=str)
def test_networks_that_gain_nothing_or_learned_nothing_differ(ends):
    found = verdicts(**given(*ends))
    assert {found[NAME + "dropout_helps"], found[NAME + "regularizes"]} == {"differs"}


def test_a_network_that_is_starved_does_not_pass_for_one_that_overfits_less():
    """Its gap is small because it has not learned its training digits either."""
    assert verdicts(**given(0.895, 0.85, by_heart=0.9))[NAME + "regularizes"] == "differs"


def test_an_ensemble_of_equal_networks_differs():
    assert verdicts(**given(ensemble=0, checkpoints=0))[NAME + "ensemble_beats_members"] == "differs"
    assert verdicts(**given(ensemble=0, checkpoints=0))[NAME + "checkpoint_ensemble"] == "differs"


def test_shifts_that_do_not_help_differ():
    assert verdicts(**given(shifted=0.88))[NAME + "random_crops"] == "differs"


@pytest.mark.parametrize(
    "flips", [[2.3, 0, 0], [2.16, 0.37, 0], [2.16, 0.37, -0.05], [2.16, 0, 0.37], [np.nan] * 3], ids=str
)
def test_flips_that_are_worth_as_much_as_new_images_differ(flips):
    assert verdict_with_needs_met(NAME + "flip_less_than_new", flips) == "differs"


@pytest.mark.parametrize("measured", [[0.1, 0, 0], [0.88, 0, 0], [0.88, 0.001, 0.05], [0.1, 0.04, 0.05]], ids=str)
def test_augmentation_that_does_nothing_differs(measured):
    assert verdict_with_needs_met(NAME + "augmentation_helps", measured) == "differs"


@pytest.mark.parametrize("measured", [[0.1, 0], [0.39, 0], [0.39, 0.01], [0.92, 0.005]], ids=str)
def test_an_ensemble_that_gains_no_points_differs(measured):
    claim = NAME + "ensemble_gain"
    assert judge(claim, measured, members=6, steps=1000, data="cifar10_jpeg").verdict == "differs"


@pytest.mark.parametrize("cost", [0, -0.02, np.nan], ids=str)
def test_a_forgotten_mask_without_effect_is_no_erratum(cost):
    verdict = judge(NAME + "backward_mask_needed", printed=cost, corrected=cost, **SETTINGS).verdict
    assert verdict != "erratum"
