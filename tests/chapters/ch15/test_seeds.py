"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow


def measured(seed):
    """What the trainings would leave: units that moved together, and zeros with a bias."""
    trained = np.ones((784, 10))
    return {
        "by_layer": MagicMock(),
        "learned": {"ten equal units": trained},
        "same_in": np.zeros((784, 10)),
        "after": {"zeros": [np.zeros((5, 5)), np.full(5, 0.1)]},
        "training": {"learning_rate": 0.1, "data": "mnist"},
    }


@pytest.mark.usefixtures("all_data_at_hand")
def test_no_verdict_hangs_on_the_seed():
    cells = ("neuron", "forward", "forward-figure", "he-printed", "back", "slopes", "documents-claims")
    require_verdicts_of_every_seed(15, 40, *cells, given=measured)
