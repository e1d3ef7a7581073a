"""Verdicts that hang on no seed."""

from course_utils.claims import judge

import numpy as np
import pytest
from cells import compiled, parameters

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.mark.parametrize("seed", range(20))
def test_the_loss_at_the_start_hangs_on_no_seed(seed):
    rng = np.random.default_rng(seed)
    x = 63 * rng.standard_normal((200, 3072), dtype="float32")  # as large as the centred photographs
    names = parameters(18) | {"np": np, "seed": seed, "x_val": x, "y_val": rng.integers(10, size=200), "slow": 0}
    source = compiled(18, "network", "opening-run")
    names |= {"batches": lambda number, steps: [], "x_seen": x, "y_seen": names["y_val"]}
    exec(source, names)
    weights = names["start"](0)
    loss = names["loss_and_gradients"](weights, x, names["y_val"])[0]
    penalty = 0.5 * 1000 * sum(np.sum(np.square(w)) for w in weights[::2])
    run = {"data": "cifar10_jpeg"}
    assert judge("babysitting_training.initial_loss", loss, **run).verdict == "reproduced"
    assert judge("babysitting_training.initial_loss_regularised", loss + penalty, **run).verdict == "reproduced"
