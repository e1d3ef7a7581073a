"""What must not pass for a result."""

import numpy as np
import pytest
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

CHAPTER = "vanishing_exploding_gradients"


@pytest.mark.parametrize(
    ("claim", "measured"),
    [
        ("vanish_explode_depth", [1, 1, 1, 1, 1]),
        ("vanish_explode_depth", [0, 0, 0, 0, 0]),
        ("vanish_explode_depth", [4.4e-16, 4.6e-3, 1, 129, 9.6e8]),
        ("layer_log_falls_to_the_left", [0.3, 0.3]),
        ("layer_log_falls_to_the_left", [1e5, 2.0]),
        ("layer_log_falls_to_the_left", [np.nan, np.nan]),
        ("layer_log_falls_to_the_left", [np.inf, np.inf]),
        ("deeper_is_worse", [1.1, 0.9, 1.2]),
        ("deeper_is_worse", [np.nan, np.nan, np.nan]),
        ("deeper_is_worse", [0, 0, 0]),
        ("bypass_keeps_gradient", [-6.3, -19, -6.3, -19]),
        ("bypass_keeps_gradient", [0, 0, 0, 0]),
        ("bypass_keeps_gradient", [8, 20, -6.3, -19]),
        ("bypass_keeps_gradient", [-np.inf] * 4),
        ("shared_weights_in_recurrence", [0, 0, 0, 0]),
        ("shared_weights_in_recurrence", [-22.5, -7.5, 1.4, 1.1]),
        ("shared_weights_in_recurrence", [-14.5, 0, 9, 0]),
        ("shared_weights_in_recurrence", [-np.inf] * 4),
        ("clipping_prevents_nan", [300, 300]),
        ("clipping_prevents_nan", [2, 5]),
        ("clipping_prevents_nan", [0, 0]),
    ],
    ids=[str(number) for number in range(21)],
)
def test_it_differs(claim, measured):
    assert verdict_with_needs_met(f"{CHAPTER}.{claim}", measured) == "differs"
