"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from types import SimpleNamespace

from course_utils.claims import judge

import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def descending(step):
    """A `descend` that moves by another rule."""

    def descend(v, gradient, rate, steps):
        for _ in range(steps):
            v = step(v, rate * gradient(v))
            yield v

    return descend


RULES = {
    "right": (lambda v, g: v - g, "reproduced"),
    "uphill": (lambda v, g: v + g, "differs"),
    "does not move": (lambda v, g: v, "differs"),
    "jumps to zero": (lambda v, g: 0 * v, "differs"),
    "overflows": (lambda v, g: np.nan * v, "differs"),
    "a hundredth of the step": (lambda v, g: v - g / 100, "differs"),
}


@pytest.mark.parametrize("name", RULES)
def test_other_rules_do_not_descend(name):
    step, verdict = RULES[name]
    assert set(verdicts_of(4, "bowl", descend=descending(step)).values()) == {verdict}


LOGISTIC = {
    "right": (lambda v, g: v - g, "erratum"),
    "does not move": (lambda v, g: v, "differs"),
    "overflows": (lambda v, g: np.nan * v, "differs"),
    "uphill": (lambda v, g: v + g, "differs"),
}


@pytest.mark.parametrize("name", LOGISTIC)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_ends_that_are_starts_are_not_one_minimum(name):
    step, verdict = LOGISTIC[name]
    given = {"descend": descending(step), "with_ones": lambda x: np.hstack([x, np.ones((len(x), 1))]), "seed": 0}
    assert set(verdicts_of(4, "logistic", **given).values()) == {verdict}


def swap_verdict(weights, cost):
    given = {"hidden": 5, "train": lambda **_: (weights, []), "probe_cost": cost}
    (verdict,) = verdicts_of(4, "swap", **given).values()
    return verdict


def test_units_that_are_equal_or_a_cost_that_changes_show_nothing():
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in ((7, 5), (5,), (5, 3), (3,))]
    x = rng.standard_normal((20, 7))

    def cost(parameters):
        W1, b1, W2, b2 = parameters
        return np.mean((np.maximum(0, x @ W1 + b1) @ W2 + b2) ** 2)

    assert swap_verdict(weights, cost) == "erratum"
    assert swap_verdict([np.zeros_like(part) for part in weights], cost) == "differs"
    assert swap_verdict(weights, lambda parameters: np.mean(np.square(parameters[0] @ parameters[1]))) == "erratum"
    assert swap_verdict(weights, lambda parameters: parameters[0][0, 0] ** 2) == "differs"
    assert swap_verdict(weights, lambda parameters: np.nan) == "differs"


@pytest.mark.parametrize("counts", [[0, 0], [1, 2], [2, 2], [np.nan, 1]])
def test_another_number_of_minima_differs(counts):
    judged = judge("gradient_descent.only_quadratic_single_minimum", printed=counts, corrected=counts)
    assert judged.verdict == "differs"


@pytest.mark.parametrize(("levels", "verdict"), [(256, "erratum"), (2, "differs"), (17, "differs")])
def test_only_grey_images_are_not_binary(levels, verdict):
    images = np.resize(np.arange(levels, dtype=np.uint8), (60_000, 28, 28))
    data = SimpleNamespace(x_train=images, x_test=images[:10_000], class_names=tuple("0123456789"), name="mnist")

    def bowl(v):
        return 3 * v[0] ** 2 + v[1] ** 2 / 2

    clock = iter([0.0, 1.0, 1.0, 2.0])  # 100 products in a second, one by loops in another
    given = {"bowl": bowl, "bowl_gradient": lambda v: np.array([6 * v[0], v[1]]), "corner": np.ones(2), "seed": 0}
    verdicts = verdicts_of(4, "documents-claims", data=data, process_time=lambda: next(clock), **given)
    assert verdicts.pop("gradient_descent.mnist_binary") == verdict
    assert set(verdicts.values()) == {"reproduced"} and len(verdicts) == 4
