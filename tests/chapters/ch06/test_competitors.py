"""What must not pass for a result: each goes in place of what the notebook measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of, without_pictures
from scipy.optimize import minimize

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
MEASURED = {  # what other cells leave to the appendix
    "best": {"softmax": 0.9115, "hinge": 0.9078},
    "images": type("Images", (), {"name": "mnist"}),
    "minimize": minimize,
}


def defined_by(*cells):
    """The functions that these cells define."""
    names = parameters(6) | without_pictures()
    exec(compiled(6, *cells), names)
    return {name: names[name] for name in ("softmax", "naive_softmax", "sigmoid")}


@pytest.fixture(scope="module")
def functions():
    return defined_by("network", "softmax")


def test_the_appendix_is_right_with_the_notebooks_own_functions(functions):
    verdicts = verdicts_of(6, "documents-claims", **MEASURED, **functions)
    assert len(verdicts) == 6 and {*verdicts.values()} == {"reproduced", "confirmed"}


def test_the_text_is_right_with_the_notebooks_own_functions():
    verdicts = verdicts_of(6, "network", "train", "one-neuron", "softmax", "hinge")
    assert len(verdicts) == 2 and {*verdicts.values()} == {"reproduced"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_softmax_without_the_shift_or_of_constants_differs(functions):
    def constant(Z):
        return np.full(Z.shape, np.nan)

    for competitor in (functions["naive_softmax"], constant):
        verdicts = verdicts_of(6, "documents-claims", **MEASURED, **(functions | {"softmax": competitor}))
        assert verdicts["classification_and_cost.softmax_overflow"] == "differs"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_optimiser_that_does_not_move_or_stops_early_differs(functions):
    def stays(fun, x0, **_):
        return type("Result", (), {"x": x0})

    def early(fun, x0, method="BFGS", **_):
        return minimize(fun, x0, method=method, options={"maxiter": 5})

    for competitor in (stays, early):
        verdicts = verdicts_of(6, "documents-claims", **(MEASURED | {"minimize": competitor}), **functions)
        assert verdicts["classification_and_cost.min_cost_max_likelihood"] == "differs"


@pytest.mark.parametrize(
    "best",
    [(0.1, 0.1), (0.0, 0.0), (0.912, 0.1), (0.3, 0.298), (0.9, 0.87), (np.nan, np.nan)],
    ids=["guessing", "zeros", "one guesses", "hardly learned", "far apart", "diverged"],
)
def test_classifiers_that_did_not_learn_are_not_close(functions, best):
    measured = MEASURED | {"best": dict(zip(("softmax", "hinge"), best, strict=True))}
    verdicts = verdicts_of(6, "documents-claims", **measured, **functions)
    assert verdicts["classification_and_cost.softmax_vs_svm_close"] == "differs"


def test_costs_that_differ_by_no_saturation_differ(functions):
    def error(a, y):
        return a - y

    def with_slope(a, y):
        return (a - y) * a * (1 - a)

    def merely_slower(a, y):
        return (a - y) / 15

    source = compiled(6, "one-neuron")
    for cross, squared in ((error, error), (with_slope, with_slope), (error, merely_slower)):
        verdicts = []
        names = without_pictures() | {"sigmoid": functions["sigmoid"]}
        names |= {"delta_of": {"cross-entropy": cross, "squared error": squared}}
        exec(source, names | {"claim": lambda *given, say, seen=verdicts: seen.append(judge(*given).verdict)})
        assert verdicts == ["differs"]


@pytest.mark.parametrize(
    ("name", "measured"),
    [
        ("hinge_zero_outside_margin", [0.0, 0.0]),
        ("hinge_zero_outside_margin", [0.288, 0.288]),
        ("softmax_listing_changes_its_argument", [3.2, 0.8, 0.0]),
        ("cross_entropy_at_least_entropy", 0.0),
        ("cross_entropy_punishes_exponentially", [1.0, 1.0, 0.0]),
    ],
)
def test_other_numbers_differ(name, measured):
    claim_id = f"classification_and_cost.{name}"
    assert not find_claim(claim_id).needs
    assert judge(claim_id, measured).verdict == "differs"
