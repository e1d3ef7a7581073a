"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

# What the trainings would leave: equal units that moved together, and zeros with a bias.
TRAINED = {
    "learned": {"ten equal units": np.ones((784, 10))},
    "same_in": np.zeros((784, 10)),
    "after": {"zeros": [np.zeros((5, 5)), np.full(5, 0.1)]},
    "training": {"learning_rate": 0.1, "data": "mnist"},
}


@pytest.mark.parametrize("seed", range(4))
def test_no_verdict_hangs_on_the_seed(seed):
    cells = ("neuron", "forward", "forward-figure", "back", "slopes", "documents-claims")
    verdicts = verdicts_of(15, *cells, seed=seed, by_layer=MagicMock(), **TRAINED)
    assert len(verdicts) == 13
    assert {*verdicts.values()} == {"reproduced", "confirmed", "erratum"}
