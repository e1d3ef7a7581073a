"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from types import SimpleNamespace

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def verdict_on(worse, better, **other):
    """The verdicts of both comparisons, with these accuracies of the network that should lose and of today's."""
    network = SimpleNamespace(count_params=lambda: 1)
    run = {"x_train": range(30_000), "x_test": range(10_000), "digits": SimpleNamespace(name="mnist")} | other
    given = {"accuracy": lambda *_: worse, "reads": [better], "dense": network, "lenet": network}
    given |= {"train": lambda _: None, "original": network}
    return set(verdicts_of(23, "dense-claim", "train-original", **run, **given).values())


def test_a_network_that_has_not_learned_does_not_make_the_other_one_better():
    assert verdict_on(0.964, 0.983) == {"reproduced"}
    for failed in (0.0, 0.1, 0.92, 0.949, np.nan):
        assert verdict_on(failed, 0.983) == {"differs"}


def test_a_difference_within_two_standard_errors_decides_nothing():
    for close in (0.9795, 0.983, 0.99):
        assert verdict_on(close, 0.983) == {"differs"}


def test_a_shorter_training_or_another_batch_is_not_comparable():
    assert verdict_on(0.964, 0.983, x_train=range(29_999)) == {"not comparable"}
    assert verdict_on(0.964, 0.983, batch_size=1000) == {"not comparable"}


def test_layers_that_are_silent_are_not_equal():
    silent = {"S4": np.zeros((100, 5, 5, 16)), "C5": np.zeros((100, 1, 1, 120))}
    weights = SimpleNamespace(get_weights=lambda: (np.zeros((5, 5, 16, 120)), np.zeros(120)))
    given = {"layer_outputs": lambda *_, **__: lambda _: silent, "x_test": np.zeros(100)}
    with np.errstate(invalid="ignore"):
        verdicts = verdicts_of(23, "disguise-run", lenet=SimpleNamespace(get_layer=lambda _: weights), **given)
    assert verdicts == {"lenet5.flatten_not_needed": "differs"}


def test_a_validation_loss_that_does_not_turn_is_not_the_printed_one():
    claim = find_claim("lenet5.log_val_loss")
    printed, training = np.array(claim.value), np.array(find_claim("lenet5.log_train_loss").value)
    still_falling = np.where(np.arange(20) < 10, printed, training)
    assert judge(claim.id, printed, **claim.needs).verdict == "reproduced"
    for wrong in (training, still_falling, *(np.full(20, loss) for loss in np.arange(0, 0.2, 0.001))):
        assert judge(claim.id, wrong, **claim.needs).verdict == "differs"
