"""Verdicts that hang on no seed, and sentences of the text that hold for several."""

from functools import cache
from itertools import pairwise

from course_utils import datasets
from course_utils.chapters.ch16 import norm_gradients
from course_utils.claims import judge

import numpy as np
import pytest
from cells import compiled, parameters, without_pictures

pytestmark = pytest.mark.slow


@cache
def names():
    """What the chapter's own cells define, on the digits that are always there."""
    given = (
        parameters(16) | without_pictures() | {"datasets": datasets, "cache": cache, "pairwise": pairwise, "seed": 0}
    )
    given |= {name: getattr(norm_gradients, name) for name in ("batch_norm_gradients", "layer_norm_gradients")}
    given |= {"dataset": "digits", "time": None}
    exec(compiled(16, "layers", "data", "training", "opening-run"), given)
    return given


@pytest.mark.parametrize("seed", range(5))
def test_the_layer_trains_at_a_rate_at_which_the_plain_network_stumbles(seed):
    losses = {name: np.mean(names()["losses_of"](name, 1, seed)[-50:]) for name in ("without", "batch norm")}
    assert losses["batch norm"] < 0.1 * np.log(10)
    assert not losses["without"] < 2 * losses["batch norm"]


@pytest.mark.parametrize("seed", range(20))
def test_the_two_modes_differ_whatever_the_seed(seed):
    own = names()
    params = own["start"](seed)
    X = np.random.default_rng(seed).random((50, 784), dtype="float32")
    _, sums, scores = own["forward"](params, X, own["batch_norm"])
    fresh = own["forward"](params, X, own["plain"])[2]  # averages of 0 and 1 leave the sums as they are
    assert len(sums) == 3
    apart = np.abs(scores - fresh).max()
    assert judge("batch_normalization.train_and_eval_modes", apart).verdict == "reproduced"
