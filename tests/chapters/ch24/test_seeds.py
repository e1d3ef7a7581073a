"""Verdicts that hang on no seed."""

import pytest
from cells import verdicts_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(10))
def test_no_verdict_on_random_gradients_hangs_on_the_seed(seed):
    verdicts = verdicts_of(24, "documents-gradients", seed=seed)
    assert len(verdicts) == 3
    assert {*verdicts.values()} == {"reproduced"}
