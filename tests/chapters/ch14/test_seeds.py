"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

from course_utils.plotting import PALETTE

import pytest
from cells import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

# What the trainings would leave: gradients by layer that fall towards the first, at the start and at the end.
SEEN = MagicMock(norms={"first": [4e-6, 3e-6], "last": [0.8, 0.5]})
TRAINED = {"gradients": {"sigmoid": SEEN}, "training": {"steps": 1000, "data": "mnist", "depth": 10}}


@pytest.mark.parametrize("seed", range(4))
def test_no_verdict_hangs_on_the_seed(seed):
    cells = ("bypass-claim", "shared", "clipping-claim", "clipping-run", "documents-claims")
    verdicts = verdicts_of(14, *cells, seed=seed, PALETTE=PALETTE, **TRAINED)
    assert len(verdicts) == 5
    assert set(verdicts.values()) == {"reproduced"}
