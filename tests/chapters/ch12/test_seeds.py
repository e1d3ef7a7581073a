"""Verdicts that hang on no seed, of the cells that cost little."""

from copy import deepcopy
from itertools import pairwise
from types import SimpleNamespace
from unittest.mock import MagicMock

from course_utils import datasets

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def functions():
    """What earlier cells define: the activations."""
    relu = (lambda z: np.maximum(z, 0), lambda z, a: z > 0)
    names = parameters(12) | {"np": np, "relu": relu, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    exec(compiled(12, "activations"), names)
    return {name: names[name] for name in ("ACTIVATIONS", "sigmoid")} | {"metric": MagicMock()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_no_verdict_hangs_on_the_seed(seed):
    verdicts = verdicts_of(12, "zigzag-run", "zigzag-figure", seed=seed, **functions())
    assert verdicts == {"activation_functions.positive_inputs_gradient_sign": "confirmed"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_cost_of_inputs_with_a_mean_hangs_on_no_seed(seed):
    """The text says about twice the steps, whether or not the way zig-zags, and about as many at one equal rate."""
    names = parameters(12) | functions() | {"np": np, "print": MagicMock(), "seed": seed}
    exec(compiled(12, "zigzag-run"), names)
    needed = names["needed"]
    for target in ((1, -1), (1, 1)):
        assert 1.5 < needed[target, "sigmoid outputs"] / needed[target, "the same minus 0.5"] < 2.5
    lengths = [np.mean([len(names["descend"](seed + k, s, 0.5, (1, -1))) for k in range(20)]) for s in (0, 0.5)]
    assert 0.9 < lengths[0] / lengths[1] < 1.1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_centred_images_spare_the_units(seed):
    """The text says that a large rate kills no unit on centred images, and so does the ledger's note."""
    names = parameters(12) | functions() | {"np": np, "deepcopy": deepcopy, "pairwise": pairwise, "seed": seed}
    names |= {"datasets": datasets, "SimpleNamespace": SimpleNamespace, "print": MagicMock()}
    exec(compiled(12, "data", "network", "training"), names)
    names |= {"relu": names["ACTIVATIONS"]["ReLU"], "widths": [784, 100, 100, 10]}
    names["answered"] = lambda net, x: [np.mean(x @ net[0][0] + net[0][1] > 0, axis=0)]
    exec(compiled(12, "centred"), names)
    recorded = {call.args[0]: call.args[1] for call in names["metric"].call_args_list}
    assert min(recorded["died_as"]) >= 20 and recorded["died_minus"] == [0, 0, 0]
