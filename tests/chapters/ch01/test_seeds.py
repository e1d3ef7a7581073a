"""Verdicts that hang on no seed."""

import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow


def test_no_verdict_hangs_on_the_seed():
    require_verdicts_of_every_seed(1, 200, "neuron", "gates", "learn", "start-figure")
