"""What must not pass for a result."""

import numpy as np
import pytest
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
GUESS = np.log(10)


def verdict(name, measured):
    return verdict_with_needs_met(f"batch_normalization.{name}", measured)


@pytest.mark.parametrize(
    "losses",
    [[GUESS] * 3, [0.0] * 3, [np.nan] * 3, [0.28, 0.2, 2.3], [0.2, 0.2, 0.2], [0.2, 0.22, 0.21]],
    ids=["never learned", "zeros", "overflowed", "worse at the high rate", "no difference", "trains without it too"],
)
def test_a_layer_that_allows_no_higher_rate_differs(losses):
    names = ("with, rate 3", "with, rate 0.1", "without, rate 1")
    assert verdict("higher_learning_rate", dict(zip(names, losses, strict=True))) == "differs"


@pytest.mark.parametrize("working", [[0, 0], [5, 5], [3, 3], [2, 3], [3, 4], [np.nan, 5]], ids="{} work".format)
def test_another_number_of_working_rates_differs(working):
    assert verdict("wider_range_of_rates", working) == "differs"
    assert verdict("wider_range_of_rates", [3, 5]) == "reproduced"


@pytest.mark.parametrize("name", ["helps_vanishing", "deep_nets_easier"])
@pytest.mark.parametrize(
    "losses", [[GUESS, GUESS], [0.4, 0.4], [0.4, 2.3], [0, 0], [2.3, np.nan]], ids="losses {}".format
)
def test_deep_networks_that_both_learn_or_both_do_not_differ(name, losses):
    assert verdict(name, losses) == "differs"


def test_a_layer_with_one_mode_has_no_two_modes():
    for measured, expected in ((0.0, "differs"), (np.nan, "differs"), (2.1, "reproduced")):
        assert verdict("train_and_eval_modes", measured) == expected


@pytest.mark.parametrize("measured", [[0.1, 0.1], [1.0, 0.1], [0.1, 0.94], [0.0, 0.0]], ids="{}".format)
def test_statistics_that_spoil_the_answers_differ(measured):
    assert verdict("global_statistics_alternative", measured) == "differs"


@pytest.mark.parametrize("measured", [[0.1, 0.0], [0.87, 0.0], [0.87, 0.4], [0.0, 0.0]], ids="{}".format)
def test_a_classifier_that_guesses_or_that_no_shift_hurts_differs(measured):
    assert verdict("covariate_shift_hurts", measured) == "differs"


def test_a_convolutional_network_that_gains_nothing_differs():
    for with_it, without in ((0.3, 0.3), (0.5, 0.3), (GUESS, GUESS), (np.nan, 0.3)):
        assert verdict("batchnorm_speeds_up_convnet", {"with": with_it, "without": without}) == "differs"
