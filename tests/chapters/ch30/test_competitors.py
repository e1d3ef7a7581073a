"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import parameters, verdicts_of
from held import verdict_with_needs_met

GRID = np.linspace(0, 1, 1001)
SETTINGS = {name: parameters(30)[name] for name in ("points", "noise", "rate", "passes")}
SINE = np.sin(2 * np.pi * GRID)


def opening_verdict(two, four):
    errors = {"two bumps": [two] * 3, "four bumps": [four] * 3, "four wide bumps, one line": [0.003] * 3}
    drawing = {"grid": GRID, "sine": SINE, "sets": [(GRID, SINE)], "nets": {}, "metric": MagicMock()}
    (verdict,) = verdicts_of(30, "opening-figure", errors=errors, **drawing).values()
    return verdict


@pytest.mark.parametrize(
    ("two", "four"),
    [(0.1, 0.1), (0.5, 0.5), (1.1, 2.3), (0.0, 0.0), (0.015, 0.02), (0.1, 0.015), (np.nan, 0.1), (0.015, np.nan)],
    ids=["equal", "flat lines", "untrained", "zeros", "hardly worse", "better", "two diverged", "four diverged"],
)
def test_four_bumps_that_are_not_worse_differ(two, four):
    assert opening_verdict(0.015, 0.1) == "reproduced"
    assert opening_verdict(two, four) == "differs"


def far_verdict(beyond, bias):
    far = np.linspace(-1, 3, 801)
    inside = (far >= 0) & (far <= 1)
    given = {"far": far, "truth": np.sin(2 * np.pi * far), "inside": inside, "mlp": [far], "metric": MagicMock()}
    (verdict,) = verdicts_of(
        30, "far-figure", beyond=[beyond(far, inside)], bias=[bias], few=range(1), settings=SETTINGS, **given
    ).values()
    return verdict


def level(far, inside, at=0.7):
    return np.where(inside, np.sin(2 * np.pi * far), at)


@pytest.mark.parametrize(
    ("beyond", "bias"),
    [
        (lambda far, inside: np.sin(2 * np.pi * far), 0.0),
        (lambda far, inside: 0.3 * np.sin(2 * np.pi * far), 0.0),
        (lambda far, inside: np.full(far.shape, 0.7), 0.7),
        (lambda far, inside: level(far, inside) + 0.1 * far, 0.7),
        (lambda far, inside: np.full(far.shape, np.nan), 0.7),
    ],
    ids=["knows the future", "knows a part of it", "never fitted", "a trend", "diverged"],
)
def test_networks_that_project_or_never_fitted_differ(beyond, bias):
    assert far_verdict(level, 0.7) == "erratum"
    assert far_verdict(beyond, bias) == "differs"


def overfitting_verdict(training, fresh):
    counts = np.array([8, 60])
    given = {"counts": counts, "training": [[v] * 3 for v in training], "fresh": {0: [[v] * 3 for v in fresh]}}
    (verdict,) = verdicts_of(30, "many-figure", settings=SETTINGS, **given).values()
    return verdict


@pytest.mark.parametrize(
    ("training", "fresh"),
    [
        ((0.003, 0.0013), (0.0004, 0.0009)),
        ((0.003, 0.003), (0.0004, 1)),
        ((0.5, 0.5), (0.5, 0.5)),
        ((0.003, 0.0013), (0.0004, np.nan)),
        ((0.0, 0.0), (0.0, 0.0)),
    ],
    ids=["ridge", "no better fit", "guessing", "overflow", "zeros"],
)
def test_bumps_that_do_not_overfit_differ(training, fresh):
    assert overfitting_verdict((0.003, 0.0013), (0.0004, 1.5)) == "reproduced"
    assert overfitting_verdict(training, fresh) == "differs"


@pytest.mark.parametrize(
    ("printed", "corrected"),
    [(1.2, (0.003, 0.1)), (0.05, (0.05, 0.1)), (0.0, (0.0, 0.0)), (0.05, (0.1, 0.1))],
    ids=["four are worse when wide too", "width matters little", "zeros", "width does not matter"],
)
def test_other_reasons_differ(printed, corrected):
    def verdict(printed, corrected):
        wide, narrow = corrected
        return verdict_with_needs_met(
            "rbf_networks.k4_reason",
            printed=printed,
            corrected={"wide": wide, "a tenth of narrow": narrow / 10, "narrow": narrow},
        )

    assert verdict(0.05, (0.003, 0.1)) == "erratum"
    assert verdict(printed, corrected) == "differs"


@pytest.mark.parametrize("error", [0.5, 0.1, 0.0, np.nan, 1e6], ids=["flat", "narrow four", "zero", "nan", "diverged"])
def test_two_bumps_that_do_not_fit_differ(error):
    assert verdict_with_needs_met("rbf_networks.k2_fits_well", 0.015) == "reproduced"
    assert verdict_with_needs_met("rbf_networks.k2_fits_well", error) == "differs"


def test_more_gaussians_that_do_not_help_differ():
    """The largest error at a jump stays, however many there are."""
    jump = [0.49 / 0.5, 0.48 / 0.49]
    assert verdict_with_needs_met("rbf_networks.gaussian_sum_approximates_functions", max(jump)) == "differs"
    assert (
        verdict_with_needs_met("rbf_networks.gaussian_sum_approximates_functions", min(0 * v for v in jump))
        == "differs"
    )


@pytest.mark.parametrize("settings", [{"points": 60}, {"passes": 20}, {"rate": 0.1}, {"noise": 0.3}], ids=str)
def test_other_runs_are_not_compared(settings):
    errors = {"two bumps": [0.015], "four bumps": [0.1], "four wide bumps, one line": [0.003]}
    given = {"grid": GRID, "sine": SINE, "sets": [(GRID, SINE)], "nets": {}, "metric": MagicMock(), "errors": errors}
    assert {*verdicts_of(30, "opening-figure", **given, **settings).values()} == {"not comparable"}
