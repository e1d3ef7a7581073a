"""Verdicts that hang on no seed."""

from course_utils.plotting import PALETTE

import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow
CELLS = ("neuron", "path", "bundle", "bundle-figure")


def test_no_verdict_hangs_on_the_seed():
    require_verdicts_of_every_seed(1, 30, *CELLS, given=lambda seed: {"arrow": {}, "PALETTE": PALETTE})
