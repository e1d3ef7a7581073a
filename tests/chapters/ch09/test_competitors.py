"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
PREFIX = "data_splits_bias_variance."
RUN = {"few": 300, "some": 3000, "many": 54_000, "samples": 500, "dataset": "mnist"}


def verdict(name, measured):
    run = {"few": 300, "some": 3000, "many": 54_000, "samples": 500, "data": "mnist"}
    return judge(PREFIX + name, measured, **run).verdict


CASES = {"a": [0.0, 0.10], "b": [0.27, 0.27], "c": [0.16, 0.36], "d": [0.0, 0.04]}


def of_documents(cases=None, a=(1.0, 0.71), gain=0.07, bias2=None, variance=None):
    """The verdicts of the last cell that measures."""
    return verdicts_of(
        9,
        "documents-claims",
        cases={name: np.array(row) for name, row in (cases or CASES).items()},
        opening={"A": np.array([a, a])},
        gains={"B": np.array([0.0, gain])},
        bias2=np.array([0.5, 0.2, 0.2, 0.004, *[1e-4] * 8]) if bias2 is None else bias2,
        variance=np.array([0.002, 0.004, *[0.01] * 9, 0.026]) if variance is None else variance,
        **RUN,
    )


def test_what_the_run_measures_is_reproduced():
    assert set(of_documents().values()) == {"reproduced"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("four_cases_table", {"cases": {name: [0.9, 0.9] for name in "abcd"}}),
        ("four_cases_table", {"cases": CASES | {"a": [0.0, 0.05]}}),
        ("four_cases_table", {"cases": CASES | {"b": [0.01, 0.02]}}),
        ("four_cases_table", {"cases": CASES | {"c": [0.27, 0.28]}}),
        ("perfect_training_bad_model", {"a": (0.1, 0.1)}),
        ("perfect_training_bad_model", {"a": (1.0, 0.95)}),
        ("perfect_training_bad_model", {"a": (0.9, 0.71)}),
        ("larger_network_cures_underfitting", {"gain": 0.0}),
        ("larger_network_cures_underfitting", {"gain": -0.6}),
        ("bias_variance", {"bias2": np.full(12, 0.5), "variance": np.zeros(12)}),
        ("bias_variance", {"variance": np.full(12, 0.01)}),
        ("bias_variance", {"bias2": np.full(12, 0.2)}),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:invalid value encountered", "ignore:divide by zero")
def test_networks_that_guess_and_models_that_do_not_differ(name, wrong):
    assert of_documents(**wrong)[PREFIX + name] == "differs"


def test_a_sum_without_one_of_its_terms_differs():
    rng = np.random.default_rng(0)
    bias2, variance, noise = np.array([0.5, 0.17, 0.0035, 1e-4]), np.array([0.002, 0.004, 0.007, 0.026]), 0.04
    fresh = (bias2 + variance + noise) * (1 + 0.005 * rng.standard_normal(4))
    for total, expected in (
        (bias2 + variance + noise, "reproduced"),
        (bias2 + noise, "differs"),
        (variance + noise, "differs"),
        (bias2 + variance, "differs"),
        (bias2 * np.nan, "differs"),
    ):
        ratio = total / fresh
        assert verdict("decomposition", ratio[np.abs(ratio - 1).argmax()]) == expected


@pytest.mark.parametrize("measured", [[0.0, 0.0], [0.12, 0.0], [-0.1, 0.3], [np.nan, 0.3]], ids=str)
def test_a_choice_that_flatters_nobody_differs(measured):
    assert verdict("test_set_used_for_selection_is_optimistic", measured) == "differs"


@pytest.mark.parametrize("growth", [0.0, 0.01, -0.06, np.nan], ids=str)
def test_a_moved_dev_set_that_changes_nothing_differs(growth):
    assert verdict("dev_test_same_distribution", growth) == "differs"


@pytest.mark.parametrize("gap", [0.0, -0.3, np.nan], ids=str)
def test_a_network_that_is_not_overfit_shows_no_sign_of_it(gap):
    claim = find_claim(PREFIX + "overfit_sign_of_validation_error")
    assert judge(claim.id, printed=-gap, corrected=gap, data="mnist").verdict == "differs"
    assert judge(claim.id, printed=-0.29, corrected=0.29, data="mnist").verdict == "erratum"
