"""What must not pass for a result."""

import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met
from scipy.signal import correlate2d

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
SOBEL = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])


def verdict(name, measured):
    return verdict_with_needs_met(f"convolution.{name}", measured)


@pytest.mark.parametrize(
    "picture",
    [
        np.tile(np.repeat([1.0, -1, 1, -1], 8), (32, 1)),
        np.add.outer(np.arange(32.0), np.arange(32.0)) / 32,
        np.ones((32, 32)),
    ],
    ids=["stripes", "a ramp", "nothing to see"],
)
def test_a_filter_that_a_poor_picture_taught_is_not_found(picture):
    P = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    slanted = np.cos(np.radians(70)) * SOBEL + np.sin(np.radians(70)) * SOBEL.T
    targets = np.stack([[[1.0, 0, -1]] * 3, SOBEL, slanted]).reshape(3, 9).T
    W = np.random.default_rng(0).normal(0, 0.3, targets.shape)
    rate = 1 / np.linalg.eigvalsh(P.T @ P / len(P))[-1]
    for _ in range(400):
        W -= rate * P.T @ (P @ W - P @ targets) / len(P)
    assert verdict("filter_can_be_learned", W.T) == "differs"


@pytest.mark.parametrize(
    "gain",
    [0.0, np.nan, 0.001, -0.01, 0.7],
    ids=["none", "not a number", "within the noise", "a loss", "against a network that has not learned"],
)
def test_pooling_that_does_not_help_differs(gain):
    assert verdict("pooling_robustness", gain) == "differs"


def test_pooling_by_a_mean_that_is_no_smoother_differs():
    assert verdict("avg_pool_smoother", [1.0, 1.0]) == "differs"
    assert verdict("avg_pool_smoother", [0.0, 0.0]) == "differs"
    assert verdict("avg_pool_smoother", [0.72, 1.1]) == "differs"


@pytest.mark.parametrize("weights", [[-1, 2, -1], [1, -2, 1], [0, 1, 0], [-1, 0, 1]], ids=str)
def test_only_a_filter_of_horizontal_lines_finds_them(weights):
    line = np.zeros((9, 9))
    line[4] = 1
    rows = np.repeat(np.array(weights)[:, None], 3, axis=1)
    found = [correlate2d(x, rows, "valid").max() for x in (line, line.T)]
    assert (verdict("filter_finds_lines", found) == "reproduced") == (weights == [-1, 2, -1])


def test_a_dense_layer_is_not_sparse():
    assert verdict("sparsity_of_connections", 32 * 32 * 3) == "differs"
    assert verdict("sparsity_of_connections", 5 * 5) == "differs"


def test_errata_fall_if_the_chapters_code_is_wrong():
    """The notes' numbers come out as wrong only where the correct ones come out."""

    def wrong_conv(x, w, b=0, stride=1, pad=0):
        return np.zeros((1, 3, 3, 1))

    verdicts = verdicts_of(22, "sizes-code", conv=wrong_conv)
    assert verdicts == {"convolution.strided_example": "differs"}
