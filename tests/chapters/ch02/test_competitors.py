"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge

import numpy as np
import pytest
from cells import verdicts_of


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cross_entropy(z, y):
    return np.logaddexp(0, np.where(y == 1, -z, z))


@pytest.fixture(scope="module")
def world():
    """Stand-ins for the thirty measurements and their labels, and weights to try the gradient at."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((60, 30))
    at = (rng.standard_normal(30), 0.5)
    return {"all_thirty": X, "y": np.arange(60) % 2, "at": at, "z": X[:, 0], "loss": cross_entropy}


def gradient(X, y, w, b, keep=lambda a: 1):
    delta = (sigmoid(X @ w + b) - y) * keep(sigmoid(X @ w + b)) / len(y)
    return X.T @ delta, delta.sum()


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda right, X, y, at: right, "reproduced"),
        (lambda right, X, y, at: (0 * right[0], 0.0), "differs"),
        (lambda right, X, y, at: (len(y) * right[0], len(y) * right[1]), "differs"),
        (lambda right, X, y, at: (-right[0], -right[1]), "differs"),
        (lambda right, X, y, at: gradient(X, y, *at, keep=lambda a: a * (1 - a)), "differs"),
        (lambda right, X, y, at: (X.mean(axis=0), right[1]), "differs"),
    ],
    ids=["the gradient", "zeros", "sum", "uphill", "of the squared error", "inputs alone"],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_only_the_gradient_is_the_gradient(world, change, verdict):
    X, y, at = world["all_thirty"], world["y"], world["at"]
    by_loops = change(gradient(X, y, *at), X, y, at)
    verdicts = verdicts_of(2, "documents-claims", by_loops=by_loops, **world)
    assert verdicts["logistic_regression.loop_algorithm"] == verdict


@pytest.mark.filterwarnings("ignore:invalid value encountered", "ignore:divide by zero encountered")
def test_a_product_without_its_labels_is_not_the_likelihood():
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal(100), np.arange(100) % 2
    signed, plain = (np.sum(np.log1p(np.exp(-score))) for score in (np.where(y == 1, z, -z), z))
    for total, verdict in ((signed, "reproduced"), (plain, "differs"), (0.0, "differs"), (np.nan, "differs")):
        likelihood = np.prod(np.where(y == 1, sigmoid(z), 1 - sigmoid(z)))
        ratio = total / -np.log(likelihood)
        assert judge("logistic_regression.logistic_loss_total", ratio).verdict == verdict


@pytest.mark.parametrize("curve", [lambda w: 0 * w, lambda w: -(w**2), lambda w: w, np.sin])
def test_what_does_not_bend_upwards_is_not_convex(curve):
    bends = np.diff(curve(np.linspace(-6, 14, 2001)), 2).min() / 1e-4
    judged = judge("logistic_regression.squared_loss_convex", printed=-0.1, corrected=bends)
    assert judged.verdict == "differs"
    assert judge("logistic_regression.squared_loss_convex", printed=0.1, corrected=0.1).verdict == "differs"


@pytest.mark.parametrize("times", [(0, 0, 0), (3, 2, 1), (1, 3, 2), (2, 1, 3)], ids=str)
def test_only_the_right_order_of_times_counts(times):
    taken = dict(zip(("w @ x", "loop over a list", "loop over an array"), times, strict=True))
    assert judge("logistic_regression.vectorized_dot_faster", taken, length=10**6).verdict == "differs"
    assert judge("logistic_regression.vectorized_dot_faster", taken, length=1000).verdict == "not comparable"
