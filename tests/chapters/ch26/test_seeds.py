"""Verdicts that hang on no seed."""

from course_utils.models import pretrained_convnet, small_convnet

import keras
import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of, without_pictures

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


class Loaded:
    name = "cifar10_jpeg"


@pytest.mark.parametrize("seed", range(8))
def test_the_first_layers_verdict_hangs_on_no_seed(seed):
    keras.utils.set_random_seed(seed)
    names = {"ours": pretrained_convnet(), "small_convnet": small_convnet, "data": Loaded}
    pure = {"trained": [36, 39, 44, 55, 66], "untrained": [36, 38, 36, 35, 36]}
    verdicts = verdicts_of(26, "filters", "inside-claims", seed=seed, pure=pure, **names)
    assert verdicts["seeing_inside_a_convnet.first_layer_edges"] == "reproduced"


@pytest.mark.parametrize("seed", range(8))
def test_nine_images_drawn_by_lot_are_as_mixed_as_a_simulation_says(seed):
    labels = np.repeat(np.arange(8), 200)
    names = (
        parameters(26)
        | without_pictures()
        | {"metric": lambda *_, **__: None, "labels": labels, "many": labels, "LAYERS": ()}
    )
    names |= {"seed": seed, "top": {"trained": {}, "untrained": {}}}
    exec(compiled(26, "purity"), names)
    drawn = np.random.default_rng(seed + 1).multinomial(9, np.full(8, 1 / 8), size=20_000)
    assert names["purity"](names["by_lot"]) == pytest.approx(100 * drawn.max(axis=1).mean() / 9, abs=1.5)
