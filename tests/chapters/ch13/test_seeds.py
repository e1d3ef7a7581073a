"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of
from scipy.special import log_softmax
from sklearn.datasets import load_wine

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

# What the digits' part of a figure asks for, which no verdict looks at.
DIGITS = {
    "x": np.eye(2, 784),
    "y": np.zeros((2, 10)),
    "x_test": np.zeros((2, 784)),
    "y_test": np.zeros(2),
    "batches": [],
    "fit": lambda *given: (0, 0),
    "accuracy": lambda *given: 0.0,
}
CELLS = ("data", "network", "opening-run", "paths-figure", "causes", "wine-race-figure", "whiten", "white-figure")


@pytest.mark.parametrize("seed", range(5))
def test_no_verdict_hangs_on_the_seed(seed):
    verdicts = verdicts_of(
        13,
        *CELLS,
        "mistakes",
        "mistakes-figure",
        "documents-claims",
        seed=seed,
        wine_race={},
        load_wine=load_wine,
        log_softmax=log_softmax,
        image_grid=MagicMock(),
        **DIGITS,
    )
    assert len(verdicts) == 7
    assert {*verdicts.values()} == {"reproduced", "confirmed"}
