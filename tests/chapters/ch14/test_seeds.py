"""Verdicts that hang on no seed."""

import keras
import pytest
from cells import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_hangs_on_the_seed(seed):
    cells = ("powers", "powers-figure", "bypass-claim", "shared", "clipping-claim", "clipping-said-claim")
    verdicts = verdicts_of(14, *cells, seed=seed, keras=keras)
    assert len(verdicts) == 4
    assert set(verdicts.values()) == {"reproduced"}
