"""Verdicts that hang on no seed: those that cost little."""

import numpy as np
import pytest
from cells import parameters, require_verdicts_of_every_seed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]

COST = {"linear": 7840, "10 units": 7940, "30 units": 23_820, "100 units": 79_400, "300 units": 238_200}


def scattered(seed):
    """Accuracies of five networks as other starts give them: within half a point of those of seed 0."""
    noise = np.random.default_rng(seed).normal(0, 0.002, 5)
    accuracy = np.array([0.911, 0.912, 0.936, 0.947, 0.952]) + noise
    return {"cost": COST, "accuracy": dict(zip(COST, accuracy, strict=True)), "limit": 50_000}


def test_the_choice_by_a_limit_hangs_on_no_seed():
    assert parameters(21)["steps"] == 1200
    require_verdicts_of_every_seed(21, 200, "choose", given=scattered)
