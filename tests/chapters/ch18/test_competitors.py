"""What must not pass for a result."""

import numpy as np
import pytest
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
GUESSING = np.log(10)


def verdict(name, *measured, **erratum):
    return verdict_with_needs_met(f"babysitting_training.{name}", *measured, **erratum)


@pytest.mark.parametrize(
    ("name", "measured"),
    [
        ("tiny_overfit_final", GUESSING),
        ("tiny_overfit_final", 2.27),  # a layer that stands still
        ("tiny_overfit_final", 0.0),
        ("tiny_overfit_accuracy", 0.8),
        ("tiny_overfit_costs", [GUESSING] * 3),
        ("tiny_overfit_costs", [2.3026, 2.3025, 2.3021]),
        ("overfit_tiny_set", 0.99),
        ("overfit_tiny_set", 0.0),
        ("lr_1e6_small_barely_changes", [GUESSING] * 2),
        ("lr_1e6_small_barely_changes", [2.302576, 2.11]),
        ("lr_1e6_small_accuracy", 0.1),
        ("accuracy_moves_while_loss_stands", [0.1, 0.1, GUESSING]),
        ("accuracy_moves_while_loss_stands", [0.19, 0.19, 2.25]),
        ("accuracy_moves_while_loss_stands", [0.4, 0.4, 2.3024]),
        ("lr_1e6_large_nan", [490, 0.3]),
        ("lr_1e6_large_nan", [1, 0.3]),
        ("lr_3e3_explodes", [1.9, np.inf]),
        ("lr_3e3_explodes", [GUESSING, 500]),
        ("lr_3e3_explodes", [1.9, 7]),
        ("rough_rate_range", [-2, 1.5]),
        ("rough_rate_range", [-3, GUESSING]),
        ("nan_lower_the_rate", [490, 1.55]),
        ("nan_lower_the_rate", [10, GUESSING]),
        ("preactivations_normal", [0, 0, 0.0028, 0.0028]),
        ("preactivations_normal", [1, 1, 2.3, 2.3]),
        ("initial_loss", 3.4),
        ("initial_loss_regularised", GUESSING),
    ],
    ids=str,
)
def test_another_result_differs(name, measured):
    assert verdict(name, measured) == "differs"


def test_a_run_that_learns_with_either_scale_is_no_erratum():
    name = "preprocessing_of_the_runs"
    assert verdict(name, printed=0.0026, corrected=0.0026) == "differs"
    assert verdict(name, printed=2.29, corrected=2.29) == "differs"
    assert verdict(name, printed=2.29, corrected=0.0026) == "erratum"
