"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

CELLS = ("parts", "softmax", "network", "gradients", "gradient-check", "gradient-run", "documents-claims")


@pytest.mark.parametrize("seed", range(20))
def test_no_verdict_hangs_on_the_seed(seed):
    labels = np.repeat(np.arange(10), 6000)
    given = {"y_train": labels[:45_000], "y_val": labels[45_000:50_000], "y_test": labels[50_000:]}
    verdicts = verdicts_of(7, *CELLS, seed=seed, x_train=range(45_000), **given)
    assert len(verdicts) == 4 and {*verdicts.values()} == {"reproduced", "confirmed"}


@pytest.mark.parametrize("seed", range(20))
def test_guessing_is_right_in_a_tenth_of_the_cases(seed):
    labels = np.random.default_rng([7, seed]).integers(10, size=5000)
    guesses = np.random.default_rng(seed).integers(10, size=(200, len(labels)))
    given = {"ladder": {"guessing": np.mean(guesses == labels)}, "accuracy": lambda *_: 0.52, "net": None}
    given |= {"x_train": range(45_000), "x_test": None, "y_test": labels, "title": "CIFAR-10"}
    assert {*verdicts_of(7, "test", **given).values()} == {"reproduced"}
