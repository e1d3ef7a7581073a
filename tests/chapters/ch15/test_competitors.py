"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest

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
