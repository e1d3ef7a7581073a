"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.mark.parametrize("scale", [2.0, 0.5, 1.1, 0.0], ids="variance {} / n".format)
def test_activations_of_another_start_are_not_those_of_xavier(scale):
    rng = np.random.default_rng(0)
    A, stds = rng.standard_normal((1000, 500), dtype="float32"), []
    for _ in range(10):
        A = np.maximum(0, A @ (np.float32(np.sqrt(scale / 500)) * rng.standard_normal((500, 500), dtype="float32")))
        stds.append(A.std())
    settings = find_claim("weight_initialization.xavier_relu_stds").needs
    assert judge("weight_initialization.xavier_relu_stds", stds, **settings).verdict == "differs"


@pytest.mark.parametrize(
    "end",
    [{0.01: 2.3, 0.1: 2.3, 1: 2.3}, {0.01: np.nan, 0.1: np.nan, 1: np.nan}, {0.01: 0.19, 0.1: 0.28, 1: 2.3}],
    ids=["never learned", "diverged", "one scale fails with it too"],
)
def test_normalization_that_does_not_help_differs(end):
    settings = find_claim("weight_initialization.matters_less_with_batchnorm").needs
    both = {(name, sd): loss for name in ("without", "with") for sd, loss in end.items()}
    both["without", 1] = min(both["without", 1], 2.3)
    training = {name: settings[name] for name in ("learning_rate", "data")}
    verdicts = verdicts_of(15, "norm-claim", norm_ends=both, training=training, steps=settings["steps"])
    assert set(verdicts.values()) == {"differs"}


def test_a_huge_finite_loss_counts_as_guessing():
    settings = find_claim("weight_initialization.matters_less_with_batchnorm").needs
    training = {name: settings[name] for name in ("learning_rate", "data")}
    for diverged in (6.04, 7e21, np.inf, np.nan):
        ends = {("without", 0.01): 2.3, ("without", 0.1): 0.35, ("without", 1): 2.3}
        ends |= {("with", 0.01): 0.19, ("with", 0.1): 0.28, ("with", 1): diverged}
        with_it = verdicts_of(15, "norm-claim", norm_ends=ends, training=training, steps=settings["steps"])
        ends["with", 1], ends["without", 1] = 0.95, diverged
        without = verdicts_of(15, "norm-claim", norm_ends=ends, training=training, steps=settings["steps"])
        assert set(with_it.values()) == {"differs"} and set(without.values()) == {"reproduced"}


@pytest.mark.parametrize(
    "gaps",
    [[0, 0], [0.2, 2.1], [0.05, 0.4], [2.0, 2.1], [np.nan, 2.1]],
    ids=["nothing learned", "slow", "not stuck", "both stuck", "diverged"],
)
def test_small_weights_that_do_something_else_differ(gaps):
    settings = find_claim("weight_initialization.small_fine_for_shallow_nets").needs
    assert judge("weight_initialization.small_fine_for_shallow_nets", gaps, **settings).verdict == "differs"


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_units_that_differ_or_that_were_not_trained_are_not_equal_for_ever():
    rng = np.random.default_rng(0)
    start = np.repeat(rng.standard_normal((784, 1)), 10, axis=1)
    for learned, verdict in (
        (start + 0.1, "reproduced"),
        (start, "differs"),
        (rng.standard_normal((784, 10)), "differs"),
        (start + 0.1 * rng.standard_normal((784, 10)), "differs"),
    ):
        moved = np.abs(learned - start).mean()
        apart = np.ptp(learned, axis=1).mean() / moved
        assert judge("weight_initialization.equal_start_keeps_symmetry", apart).verdict == verdict
