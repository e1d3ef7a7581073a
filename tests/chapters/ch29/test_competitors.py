"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of
from keras import ops


def style_verdict(activations):
    given = {
        "layers_of": lambda network: lambda picture: [None, activations],
        "network": None,
        "ops": ops,
        "style": None,
        "seed": 0,
    }
    return verdicts_of(29, "by-hand", "shuffled-places", **given)["style_transfer.gram_is_style"]


@pytest.mark.parametrize(
    "activations",
    [np.zeros((1, 8, 8, 5)), np.full((1, 8, 8, 5), np.nan), np.ones((1, 8, 8, 5))],
    ids=["zeros", "not a number", "the same everywhere"],
)
def test_activations_that_say_nothing_differ(activations):
    rng = np.random.default_rng(0)
    maps = np.repeat(rng.random((1, 8, 8, 1)), 5, axis=3) + 0.1 * rng.random((1, 8, 8, 5))
    assert style_verdict(maps) == "confirmed"
    assert style_verdict(activations) == "differs"


def test_vertical_texture_needs_a_filter_for_it():
    image = np.random.default_rng(0).random((30, 30, 3, 3))
    still = MagicMock(return_value=image)
    verdicts = verdicts_of(
        29, "documents-claims", sliding_window_view=still, seed=0, ops=ops, gram=lambda a: np.ones((1, 4, 4))
    )
    assert verdicts["style_transfer.gram_vertical_texture"] == "differs"
