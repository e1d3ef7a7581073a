"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import compiled, verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
NAME = "overfitting_and_regularization."
FAR = np.arange(0, 21, 2.0)
AXES = {"far": FAR, "scaled": (FAR - 10) / 10}
HEIGHT = FAR + np.array([2, -1.5, 0, 0, 0, 0, 0, 0, 0, -2, 2])


def powers(x, order):
    return np.vander(x, order + 1, increasing=True)


def terms(x, order):
    return np.polynomial.chebyshev.chebvander(x, order)


def fit(X, y):
    return np.linalg.lstsq(X, y)[0]


def descended(steps):
    """The verdicts on polynomials after so many steps of gradient descent, by the notebook's cells."""
    given = {"np": np, "powers": powers, "terms": terms, "fit": fit, "far": FAR, "height": HEIGHT}
    given |= {"between": np.linspace(-1, 1, 201), "print": lambda *_, **__: None}
    left = dict(given, descent=steps)
    exec(compiled(10, "descend"), left)
    given |= {name: left[name] for name in ("scaled", "orders", "falls", "conditions")}
    return verdicts_of(10, "descend-figure", "documents-claims", **given)


def test_polynomials_that_were_never_trained_show_nothing():
    verdicts = descended(1)
    for claim in ("higher_order_harder_to_train", "order7_and_9_poor_after_long_training"):
        assert verdicts[NAME + claim] == "differs"


def test_trained_polynomials_show_it():
    verdicts = descended(2000)
    assert len(verdicts) == 7
    assert set(verdicts.values()) == {"reproduced", "confirmed"}


@pytest.mark.parametrize(
    "losses",
    [
        np.full(30_000, 140.0),
        np.maximum(0.5, 140 * np.exp(-np.arange(30_000) / 1000)),
        np.geomspace(140, 1e12, 30_000),
        np.full(30_000, np.nan),
        np.where(np.arange(30_000) < 15_000, 0.5, 1e6),
    ],
    ids=["nothing learned", "no jump", "diverged", "nan", "jumps up and stays"],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_loss_that_does_not_jump_and_come_back_differs(losses):
    jumping = {(name, rate): losses for name in ("raw x", "(x − 10)/10") for rate in (0.01, 0.003, 0.001)}
    assert set(verdicts_of(10, "jumps", jumping=jumping, **AXES).values()) == {"differs"}


def test_a_loss_that_jumps_and_comes_back_is_reproduced():
    losses = np.maximum(0.5, 140 * np.exp(-np.arange(30_000) / 1000))
    losses[15_000:15_100] = 1e5
    jumping = {(name, rate): losses for name in ("raw x", "(x − 10)/10") for rate in (0.01, 0.003, 0.001)}
    assert set(verdicts_of(10, "jumps", jumping=jumping, **AXES).values()) == {"reproduced"}
    assert set(verdicts_of(10, "jumps", jumping=jumping, **AXES, descent=3000).values()) == {"not comparable"}


class Plain:
    def __call__(self, gradient):
        return gradient


class Adam:
    mean = square = 0

    def __call__(self, gradient):
        self.mean, self.square = 0.9 * self.mean + 0.1 * gradient, 0.999 * self.square + 0.001 * gradient**2
        return self.mean / (np.sqrt(self.square) + 1e-7)


def forms(rule, steps=None, factor=1.0):
    """The verdict on the equality of the two forms, on a small linear problem in place of the network."""
    rng = np.random.default_rng(0)
    X, y, w0 = rng.standard_normal((40, 6)), rng.standard_normal((40, 1)), rng.standard_normal((6, 1))

    def train_with(_, weights, data, lams, rate, inside, steps=steps):
        (w,), lam, d = weights, np.array(lams)[:, None, None], rule()
        for _ in range(steps if factor else 0):
            gradient = X.T @ (X @ w - y) / len(y)
            if inside:
                w -= rate * d(gradient + lam * w)
            else:
                w *= 1 - factor * rate * lam
                w -= rate * d(gradient)
        return weights

    given = {"start": lambda count: [np.repeat(w0[None], count, axis=0)], "noisy": [None], "train_with": train_with}
    (verdict,) = verdicts_of(10, "two-places-apart", **given, Plain=Plain, Adam=Adam, steps=100).values()
    return verdict


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_only_two_equal_forms_of_a_training_are_equivalent():
    assert forms(Plain) == "reproduced"
    assert forms(Adam) == "differs"
    assert forms(Plain, factor=2.0) == "differs"
    assert forms(Plain, factor=0.0) == "differs", "weights that never moved are no result"


def test_neither_equal_errors_nor_nan_are_an_order():
    for claim in ("double_the_data", "coefficients_grow_with_order"):
        names = find_claim(NAME + claim).expect["order"]
        for wrong in (1.0, 0.0, np.nan):
            assert judge(NAME + claim, dict.fromkeys(names, wrong)).verdict == "differs"
