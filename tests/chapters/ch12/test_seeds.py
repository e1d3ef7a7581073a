"""Verdicts that hang on no seed, of the cells that cost little."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def functions():
    """What earlier cells define: the activations."""
    relu = (lambda z: np.maximum(z, 0), lambda z, a: z > 0)
    names = parameters(12) | {"np": np, "relu": relu}
    exec(compiled(12, "activations"), names)
    return {name: names[name] for name in ("ACTIVATIONS", "sigmoid")} | {"metric": MagicMock()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_verdict_hangs_on_the_seed(seed):
    cells = ("three-points", "zigzag-run", "zigzag-figure")
    verdicts = verdicts_of(12, *cells, seed=seed, **functions())
    assert len(verdicts) == 2 and set(verdicts.values()) == {"confirmed"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_the_cost_of_the_zig_zag_hangs_on_no_seed(seed):
    """The text says about a factor of two."""
    names = parameters(12) | functions() | {"np": np, "print": MagicMock(), "seed": seed}
    exec(compiled(12, "zigzag-run"), names)
    needed = [names["taken"][name, rate] for name, rate in names["best"].items()]
    assert 1.5 < needed[0] / needed[1] < 3
