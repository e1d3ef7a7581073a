"""Claims of the ledger that are `held_by: test` are measured here and judged as the notebooks judge theirs."""

from course_utils.claims import judge

import keras
import numpy as np
import pytest


@pytest.fixture(params=[0, 1, 2], ids="seed {}".format)
def rng(request):
    """Random numbers of each of three seeds, which Keras' own draws start from too."""
    keras.utils.set_random_seed(request.param)
    return np.random.default_rng(request.param)


@pytest.fixture
def holds():
    """A function that judges a measurement and fails if the claim does not come out as the ledger says."""

    def assert_holds(claim_id, measured=None, /, **settings):
        judgement = judge(claim_id, measured, **settings)
        expected = judgement.claim.expectation()
        assert judgement.verdict in ("reproduced", "confirmed", "erratum"), (
            f"{judgement.verdict}: {judgement.measured}, expected {expected}. {judgement.reason}"
        )

    return assert_holds
