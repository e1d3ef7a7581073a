"""Verdicts that hang on no seed."""

from course_utils.checks.differences import central_differences

import numpy as np
import pytest
from cells import compiled, require_verdicts_of_every_seed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def untrained(seed):
    """What sections 1 to 4 leave to the appendix, from a network that was not trained."""
    names = {"np": np, "softmax": softmax}
    exec(compiled(32, "network"), names)
    rng = np.random.default_rng(seed)
    given = {"softmax": softmax, "central_differences": central_differences, "V": 65, "units": 32}
    given |= {"net": names["CharRNN"](65, 32, rng), "test": rng.integers(0, 65, 50)}
    return given | {"zeros": np.zeros((1, 32), "float32")}


def test_no_verdict_hangs_on_the_seed():
    cells = ("network", "gradient-check", "documents-claims")
    require_verdicts_of_every_seed(32, 12, *cells, given=untrained)
