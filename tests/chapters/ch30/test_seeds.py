"""Verdicts that hang on no seed, and not on the order of the examples, which the tutorial sorts."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of
from sklearn.cluster import KMeans

pytestmark = pytest.mark.slow

CELLS = (
    "clusters",
    "network",
    "opening-run",
    "opening-figure",
    "two-ways",
    "width-run",
    "patience-run",
    "equal-run",
    "humps-run",
    "many",
    "many-figure",
    "far-run",
    "far-figure",
    "documents-claims",
)


class NoNetwork:
    """In place of scikit-learn's MLP, which no claim looks at."""

    def __init__(self, **settings):
        pass

    def fit(self, x, y):
        return self

    def predict(self, x):
        return 0 * x[:, 0]


@pytest.mark.parametrize(
    ("seed", "order"),
    [(1, np.array), (7, np.array), (1, np.sort)],
    ids=["seed 1", "seed 7", "seed 1 sorted"],
)
def test_no_verdict_hangs_on_the_seed(seed, order):
    rng = np.random.default_rng(seed)
    inputs = [order(rng.random(100)) for _ in range(10)]
    grid = np.linspace(0, 1, 1001)
    verdicts = verdicts_of(
        30,
        *CELLS,
        seed=seed,
        rng=rng,
        sets=[(x, np.sin(2 * np.pi * x) + rng.uniform(-0.1, 0.1, 100)) for x in inputs],
        starts=rng.standard_normal((10, 5)),
        grid=grid,
        sine=np.sin(2 * np.pi * grid),
        few=range(3),
        KMeans=KMeans,
        MLPRegressor=NoNetwork,
        metric=MagicMock(),
    )
    assert len(verdicts) == 9
    assert {*verdicts.values()} == {"reproduced", "confirmed", "erratum"}
