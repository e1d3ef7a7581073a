"""Verdicts that hang on no seed."""

from course_utils.models import pretrained_convnet, small_convnet

import keras
import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.mark.parametrize("seed", range(20))
def test_the_first_layers_verdict_hangs_on_no_seed(seed):
    keras.utils.set_random_seed(seed)
    names = {"ours": pretrained_convnet(), "small_convnet": small_convnet}
    verdicts = verdicts_of(26, "filters", "inside-claims", seed=seed, **names)
    assert verdicts == {"seeing_inside_a_convnet.first_layer_edges": "reproduced"}


@pytest.mark.parametrize("seed", range(20))
def test_nine_images_drawn_by_lot_are_as_mixed_as_a_simulation_says(seed):
    names = parameters(26) | {"np": np, "seed": seed, "labels": np.repeat(np.arange(8), 200), "top": {}}
    exec(compiled(26, "purity"), names | {"many": names["labels"], "LAYERS": ()}, names)
    drawn = np.random.default_rng(seed + 1).multinomial(9, np.full(8, 1 / 8), size=20_000)
    assert names["purity"](names["by_lot"]) == pytest.approx(100 * drawn.max(axis=1).mean() / 9, abs=1.5)
