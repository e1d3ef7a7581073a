"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import verdicts_of
from keras import ops

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_hangs_on_the_seed(seed):
    rng = np.random.default_rng([seed, 9])
    maps = rng.gamma(0.5, size=(1, 20, 20, 1)) * np.ones(8) + 0.3 * rng.random((1, 20, 20, 8))
    given = {
        "layers_of": lambda network: lambda picture: [None, maps],
        "network": None,
        "ops": ops,
        "style": None,
        "seed": seed,
    }
    verdicts = verdicts_of(29, "by-hand", "shuffled-places", "similar", **given)
    assert len(verdicts) == 2
    assert {*verdicts.values()} <= {"reproduced", "confirmed"}
