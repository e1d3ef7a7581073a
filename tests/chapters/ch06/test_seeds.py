"""Verdicts that hang on no seed."""

import pytest
from cells import verdicts_of
from scipy.optimize import minimize

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

TRAINED = {  # what the trainings would leave
    "best": {"softmax": 0.9115, "hinge": 0.9078},
    "images": type("Images", (), {"name": "mnist"}),
}


@pytest.mark.parametrize("seed", range(100))
def test_no_verdict_of_the_appendix_hangs_on_the_seed(seed):
    cells = ("network", "softmax", "documents-claims")
    verdicts = verdicts_of(6, *cells, seed=seed, minimize=minimize, **TRAINED)
    assert len(verdicts) == 6
    assert {*verdicts.values()} == {"reproduced", "confirmed"}
