"""Verdicts that hang on no seed."""

from course_utils.chapters.ch27.scenes import scenes

import keras
import numpy as np
import pytest
from cells import verdicts_of
from keras import layers
from numpy.lib.stride_tricks import sliding_window_view

pytestmark = pytest.mark.slow

CELLS = ("iou", "windows", "window-classifier", "one-pass", "saving-claims", "suppress", "nms-claim", "anchors")
CELLS += ("anchors-figure",)


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_hangs_on_the_seed(seed):
    def drawn(stream, number, **settings):
        return scenes(np.random.default_rng([seed, stream]), number, **settings)

    given = {"pictures": 4, "tested": 8, "SIDE": 64, "drawn": drawn, "layers": layers, "keras": keras, "ops": keras.ops}
    given |= {"alone": np.ones((1, 4)), "one_new": np.ones((1, 6)), "said": np.ones((1, 4)), "both": np.ones((1, 2, 4))}
    given |= {"train": lambda *settings: None, "sliding_window_view": sliding_window_view}
    verdicts = verdicts_of(27, *CELLS, seed=seed, **given)
    assert len(verdicts) == 5
    assert {*verdicts.values()} == {"reproduced"}
