"""What must not pass for a result."""

import numpy as np
import pytest
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def verdict(name, *measured, **erratum):
    return verdict_with_needs_met(f"loss_curve_clinic.{name}", *measured, **erratum)


def overfit(training, lowest, last):
    names = ("ten times the training loss", "lowest validation loss", "validation loss at the end")
    return dict(zip(names, (10 * training, lowest, last), strict=True))


@pytest.mark.parametrize(
    ("name", "good", "others"),
    [
        ("not_learning", 1.002, {"it learned": 0.2, "it diverged": 40.0, "nothing was measured": 0.0}),
        ("not_converged", 0.7, {"it had converged": 1.0, "it never learned": 1.001, "it diverged": 30.0}),
        ("negative_gradient_applied", 50.0, {"it learned": 0.5, "it stood still": 1.0, "a number was lost": np.nan}),
        ("rate_way_too_high", 20.0, {"a healthy rate": 1.0, "a slow one": 1.02, "a number was lost": np.nan}),
        ("nan_from_instability", [1.0, 0.0], {"both break": [1.0, 1.0], "none breaks": [0.0, 0.0], "reverse": [0, 1]}),
        ("unshuffled_data_periodic", [0.98, 0.01], {"both repeat": [0.98, 0.9], "none does": [0.01, 0.0]}),
        ("nonlinearity_before_softmax", 1.9, {"no harm": 1.03, "never learned": 1.0, "better without": 0.7}),
        ("seeds_reproduce", [1.0, 0.003], {"nothing repeats": [0.01, 0.003], "no seed matters": [1.0, 1.0]}),
        (
            "overfit_curve",
            overfit(0.013, 0.65, 0.7),
            {
                "never learned": overfit(2.3, 2.30, 2.31),
                "generalises": overfit(0.2, 0.3, 0.3001),
                "diverged": overfit(50.0, 2.4, 60.0),
                "not a number": overfit(0.01, 0.6, np.nan),
            },
        ),
        (
            "rate_high_flattens",
            [0.3, 1.5, 1.0],
            {
                "it drops no faster": [1.0, 1.5, 1.0],
                "it ends as well": [0.3, 1.0, 1.0],
                "it keeps falling": [0.3, 1.5, 0.6],
                "it explodes": [0.3, np.inf, np.inf],
            },
        ),
        (
            "rate_too_low",
            {"rate 0.1": 0.25, "rate 0.01": 0.6, "rate 0.001": 1.9},
            {
                "nobody learns": {"rate 0.1": 2.3, "rate 0.01": 2.3, "rate 0.001": 2.3},
                "the low rate wins": {"rate 0.1": 0.25, "rate 0.01": 0.2, "rate 0.001": 1.9},
            },
        ),
        (
            "slow_start_small_weights",
            {"He": 3, "small weights": 15},
            {
                "no difference": {"He": 3, "small weights": 3},
                "it is faster": {"He": 15, "small weights": 3},
            },
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_only_what_the_statement_says_is_confirmed(name, good, others):
    assert verdict(name, good) == "reproduced"
    for what, measured in others.items():
        assert verdict(name, measured) == "differs", what


@pytest.mark.parametrize("ratio", [0.0, np.nan, 1e-4, 1e-3, 0.3], ids="ratio {}".format)
def test_another_ratio_at_the_best_rate_is_no_erratum(ratio):
    assert verdict("update_to_weight_ratio", printed=ratio, corrected=ratio) == "differs"
    assert verdict("update_to_weight_ratio", printed=0.019, corrected=0.019) == "erratum"
