"""Verdicts that hang on no seed."""

from itertools import pairwise

import keras
import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.slow


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("seed", range(10))
def test_no_verdict_hangs_on_the_seed(seed):
    X = np.random.default_rng(seed).standard_normal((100, 2))
    given = {"X": X, "sigmoid": sigmoid, "relu": lambda z: np.maximum(0, z), "keras": keras, "pairwise": pairwise}
    cells = ("deep-forward", "twin", "tents", "tents-figure", "documents-claims")
    verdicts = verdicts_of(3, *cells, seed=seed, **given)
    assert len(verdicts) == 7
    assert {*verdicts.values()} <= {"reproduced", "confirmed", "erratum"}
