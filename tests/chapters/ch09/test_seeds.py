"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of
from numpy.polynomial import Legendre

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.mark.parametrize("seed", range(5))
def test_no_verdict_hangs_on_the_seed(seed):
    polynomials = "polynomial", "bias-variance", "decomposition-figure", "documents-claims"
    trained = {
        "samples": 200,
        "repeats": 10,
        "cases": {"a": [0.0, 0.1], "b": [0.27, 0.27], "c": [0.16, 0.36], "d": [0.0, 0.04]},
        "opening": {"A": np.array([[1.0, 0.71]])},
        "gains": {"B": [0.0, 0.07]},
    }
    verdicts = verdicts_of(
        9,
        "peek",
        "peek-figure",
        *polynomials,
        seed=seed,
        Legendre=Legendre,
        PALETTE=MagicMock(),
        **trained,
    )
    assert len(verdicts) == 6
    assert set(verdicts.values()) == {"reproduced"}
