"""Verdicts and results that hang on no seed."""

from course_utils.chapters.ch34 import helpers

import keras
import numpy as np
import pytest
from cells import compiled, parameters, require_verdicts_of_every_seed
from keras import layers

pytestmark = pytest.mark.slow


def test_no_verdict_hangs_on_the_seed():
    given = {"helpers": helpers, "layers": layers}
    shown = ("reach", "documents-claims")
    require_verdicts_of_every_seed(34, 3, *shown, given=lambda seed: {**given, "print": lambda *_: None})


@pytest.mark.parametrize("seed", range(3))
def test_a_forward_network_gets_exactly_half_whatever_its_weights(seed):
    """The pair argument of section 1: untrained, of any size, and of any cell."""
    keras.utils.set_random_seed(seed)
    fresh = helpers.sentences(np.random.default_rng(seed), 64)
    names = parameters(34) | {"np": np, "keras": keras, "layers": layers, "helpers": helpers}
    exec(compiled(34, "tagger"), names)
    row, after = np.arange(64), fresh.ahead > 0
    cell = (layers.SimpleRNN, layers.LSTM, layers.GRU)[seed]
    z = helpers.answers(names["tagger"](cell(5 + 20 * seed, return_sequences=True)), fresh.x)[row, fresh.place, 0]
    hits = (z > 0) == (fresh.y[row, fresh.place] == 1)
    assert hits[after].mean() == 0.5
