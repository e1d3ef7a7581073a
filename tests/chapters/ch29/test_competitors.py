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


def layers_verdict(off, **settings):
    content = np.zeros((1, 8, 8, 3), "float32")
    given = {
        "content": content,
        "noise": content,
        "inverted": {name: content + 255 * value for name, value in off.items()},
        "content_costs": {name: [1.0] * 80 for name in off},
        "shown_as": lambda pictures, titles: None,
        "show": lambda fig, alt: None,
        "metric": MagicMock(),
    }
    verdicts = verdicts_of(29, "inverted-figure", **given, **({"steps": 80, "size": 80} | settings))
    return verdicts["style_transfer.middle_layer_content"]


@pytest.mark.parametrize(
    "off", [[0] * 5, [0.3] * 5, [0.3, 0.2, 0.1, 0.05, 0.0], [np.nan] * 5], ids=["zeros", "noise", "upside down", "nan"]
)
def test_layers_that_lose_nothing_with_depth_differ(off):
    names = ("edge", "texture", "part", "part2", "object")
    right = dict(zip(names, (0.001, 0.1, 0.2, 0.25, 0.28), strict=True))
    assert layers_verdict(right) == "confirmed"
    assert layers_verdict(right, steps=5) == layers_verdict(right, size=40) == "not comparable"
    assert layers_verdict(dict(zip(names, off, strict=True))) == "differs"
