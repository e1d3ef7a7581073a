"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


def descend(v, gradient, rate, steps):
    for _ in range(steps):
        v = v - rate * gradient(v)
        yield v


@pytest.mark.parametrize("seed", range(50))
def test_no_verdict_hangs_on_the_seed(seed):
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal(shape).astype("float32") for shape in ((20, 10), (10,), (10, 4), (4,))]
    x = rng.standard_normal((50, 20)).astype("float32")

    def cost(parameters):
        W1, b1, W2, b2 = parameters
        return np.mean((np.maximum(0, x @ W1 + b1) @ W2 + b2) ** 2)

    given = {"descend": descend, "train": lambda **_: (weights, []), "probe_cost": cost, "hidden": 10}
    given["with_ones"] = lambda points: np.hstack([points, np.ones((len(points), 1))])
    verdicts = verdicts_of(4, "bowl", "swap", "powers", "logistic", seed=seed, **given)
    assert len(verdicts) == 4
    assert {*verdicts.values()} == {"reproduced", "erratum"}
