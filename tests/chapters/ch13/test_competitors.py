"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge

import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
CORRELATIONS = (0, 0.5, 0.9, 0.99)


def verdicts_of_section_2(scale_steps, correlated_steps, whitened_steps):
    """The verdicts of its two claims, if the descents had needed these numbers of steps."""
    return verdicts_of(
        13,
        "wine-race-figure",
        wine_race={},
        scale={k: (1, taken) for k, taken in zip((1, 3, 10, 30, 100), scale_steps, strict=True)},
        angle={r: (1, taken) for r, taken in zip(CORRELATIONS, correlated_steps, strict=True)},
        steps_needed=lambda X: (1, whitened_steps),
        whitened=lambda X: X,
        correlated=lambda r: r,
    )


def test_descents_that_need_the_steps_of_the_notebook_reproduce():
    verdicts = verdicts_of_section_2([3, 59, 686, 6000, 68_886], [3, 18, 122, 1256], 1)
    assert set(verdicts.values()) == {"reproduced"}


@pytest.mark.parametrize(
    ("by_scale", "by_correlation", "white"),
    [
        ([5] * 5, [20] * 4, 20),
        ([10, 20, 30, 40, 50], [20, 20, 20, 20], 15),
        ([100, 80, 60, 40, 20], [3, 18, 122, 1256], 400),
    ],
    ids=["nothing matters", "only a little", "the wrong way round"],
)
def test_scales_and_correlations_that_do_not_matter_differ(by_scale, by_correlation, white):
    assert set(verdicts_of_section_2(by_scale, by_correlation, white).values()) == {"differs"}


@pytest.mark.parametrize(
    "shares", [(0.33, 0.33), (0.98, 0.95), (0.0, 0.0), (np.nan, np.nan), (0.4, 0.98)], ids=lambda pair: str(pair)
)
def test_statistics_of_ones_own_that_do_no_harm_differ(shares):
    measured = shares[0] - shares[1]
    assert verdict_with_needs_met("normalizing_inputs.use_training_statistics", measured) == "differs"


@pytest.mark.parametrize("how", ["centred only", "rescaled", "one feature for both", "by the variance"])
def test_what_is_not_white_differs(how):
    rng = np.random.default_rng(0)
    body = rng.multivariate_normal([170, 70], [[100, 60], [60, 80]], 5000)
    centred = body - body.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(body.T))
    competitor = {
        "centred only": centred,
        "rescaled": centred / centred.std(axis=0),
        "one feature for both": np.repeat(centred[:, :1] / centred[:, 0].std(), 2, axis=1),
        "by the variance": centred @ axes / variances,
    }[how]
    verdict = judge("normalizing_inputs.whitening_listing", np.cov(competitor.T, bias=True)).verdict
    assert verdict == "differs"


def test_whitened_pairs_are_not_correlated_as_rescaled_ones_are():
    for correlation in (0.0, 1.0, -0.67):
        assert verdict_with_needs_met("normalizing_inputs.rescaling_leaves_correlation", correlation) == "differs"


def test_a_logistic_regression_that_gains_nothing_by_scaling_differs():
    for raw, centred, normalized in ((20_000, 20_000, 20_000), (0, 0, 0), (6, 5986, 20_000)):
        taken = {"raw": raw, "centred": centred, "normalized": normalized}
        assert judge("normalizing_inputs.faster_training", taken).verdict == "differs"
