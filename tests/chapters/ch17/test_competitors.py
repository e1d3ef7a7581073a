"""What must not pass for a result."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def verdict(claim_id, *measured, **given):
    return judge(claim_id, *measured, **given).verdict


@pytest.mark.parametrize("accuracy", [0.1, 0.2, 0.5, np.nan], ids=["guessing", "one digit", "half", "diverged"])
def test_a_network_that_has_not_learned_from_single_images_differs(accuracy):
    settings = {"data": "mnist", "batch_budget": 1.0}
    claim_id = "optimizers.small_batch_no_convergence"
    assert verdict(claim_id, printed=accuracy, corrected=accuracy, **settings) == "differs"
    assert verdict(claim_id, printed=0.88, corrected=0.88, **settings) == "erratum"
    assert find_claim(claim_id).needs["data"] == "mnist"


@pytest.mark.parametrize("share", [0.0, 1.0, np.nan], ids=["never better", "always better", "nothing ran"])
def test_a_nesterov_that_is_momentum_or_always_better_differs(share):
    assert verdict("optimizers.nesterov_beats_momentum", printed=share, corrected=share) == "differs"


@pytest.mark.parametrize(("others", "sgd"), [(73, 73), (80, 73), (0, 0), (np.nan, 73)], ids="{}".format)
def test_gradient_descent_that_is_not_the_slowest_differs(others, sgd):
    measured = {"the slowest other": others, "gradient descent": sgd}
    assert verdict("optimizers.gradient_descent_slowest", measured) == "differs"


def test_a_correction_that_does_nothing_differs():
    plain = 1 - 0.9 ** np.arange(1, 6)
    claim_id = "optimizers.bias_correction"
    assert verdict(claim_id, printed=plain, corrected=plain) == "differs"
    assert verdict(claim_id, printed=np.ones(5), corrected=np.ones(5)) == "differs", "the printed line must fail"
