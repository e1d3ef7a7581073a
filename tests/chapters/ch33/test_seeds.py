"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow


def inputs(seed):
    return {"inputs": np.random.default_rng(seed).standard_normal((100, 32))}


def test_no_verdict_hangs_on_the_seed():
    require_verdicts_of_every_seed(33, 50, "reach", "lstm-step", "lstm-reach", "lstm-reach-claim", given=inputs)
