"""Verdicts that hang on no seed."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import require_verdicts_of_every_seed, verdicts_of
from numpy.lib.stride_tricks import sliding_window_view

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]
SOBEL = np.float32([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
TOOLS = {"sliding_window_view": sliding_window_view, "sobel": SOBEL, "vertical": np.float32([[1, 0, -1]] * 3)}


def test_random_pixels_teach_the_filter_with_every_seed():
    require_verdicts_of_every_seed(22, 100, "random-teacher", given=lambda seed: TOOLS)


@pytest.mark.parametrize("seed", range(20))
def test_no_smoothness_hangs_on_the_seed(seed):
    """The trainings beside it are replaced: their claim is held by the record."""
    digits = np.random.default_rng(99).standard_normal((500, 28, 28, 1))
    gains = iter([*[0.9] * 4, *[0.95] * 4])
    verdicts = verdicts_of(
        22,
        "shift-run",
        "shift-training",
        seed=seed,
        keras=MagicMock(),
        train=MagicMock(),
        convolutional=MagicMock(),
        trained=MagicMock(),
        accuracy=lambda model, x: next(gains),
        x_train=np.zeros((20_000, 1)),
        x_test=digits,
        digits=SimpleNamespace(name="mnist"),
        correlate2d=MagicMock(),
        **TOOLS,
    )
    assert verdicts["convolution.avg_pool_smoother"] == "reproduced"
