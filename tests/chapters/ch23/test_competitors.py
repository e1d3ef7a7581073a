"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def test_a_validation_loss_that_does_not_turn_is_not_the_printed_one():
    claim = find_claim("lenet5.log_val_loss")
    printed, training = np.array(claim.value), np.array(find_claim("lenet5.log_train_loss").value)
    still_falling = np.where(np.arange(20) < 10, printed, training)
    assert judge(claim.id, printed, **claim.needs).verdict == "reproduced"
    for wrong in (training, still_falling, *(np.full(20, loss) for loss in np.arange(0, 0.2, 0.001))):
        assert judge(claim.id, wrong, **claim.needs).verdict == "differs"
