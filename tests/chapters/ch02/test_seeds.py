"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import verdicts_of


def tumours_of(seed):
    """Stand-ins for what the notebook has loaded and fitted by then."""
    rng = np.random.default_rng([2, seed])
    X = rng.standard_normal((60, 30))
    y, at = np.arange(60) % 2, (rng.standard_normal(30), 0.5)
    a = 1 / (1 + np.exp(-(X @ at[0] + at[1])))
    by_loops = X.T @ (a - y) / 60, np.mean(a - y)
    return {
        "all_thirty": X,
        "y": y,
        "at": at,
        "z": X[:, 0],
        "by_loops": by_loops,
        "loss": lambda z, y: np.logaddexp(0, np.where(y == 1, -z, z)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_no_verdict_of_the_appendix_hangs_on_the_seed(seed):
    verdicts = verdicts_of(2, "documents-claims", seed=seed, **tumours_of(seed))
    assert len(verdicts) == 4
    assert {*verdicts.values()} == {"reproduced", "confirmed"}
