"""Verdicts that hang on no seed."""

from course_utils.chapters.ch28.faces import CAUSES, identities, photographs

import numpy as np
import pytest
from cells import verdicts_of
from sklearn.metrics import roc_auc_score

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(4))
def test_no_verdict_hangs_on_the_seed(seed):
    rng = np.random.default_rng(seed)
    new_people = photographs(rng, identities(rng, 20), 10)
    verdicts = verdicts_of(
        28,
        "pairs",
        "causes",
        "normalized",
        "three-negatives",
        "costs-claims",
        seed=seed,
        new_people=new_people,
        photographs=photographs,
        identities=identities,
        CAUSES=CAUSES,
        roc_auc_score=roc_auc_score,
    )
    assert len(verdicts) == 5
    assert {*verdicts.values()} == {"reproduced", "confirmed", "erratum"}
