"""Verdicts that hang on no seed."""

from collections import defaultdict

import numpy as np
import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow

OF_SECTIONS_1_AND_2 = ("reach", "tanh-run", "tanh-figure", "relu-run", "relu-figure", "lstm-step", "lstm-reach")


def test_no_verdict_hangs_on_the_seed():
    cells = (*OF_SECTIONS_1_AND_2, "lstm-reach-run", "lstm-reach-figure")
    require_verdicts_of_every_seed(33, 25, *cells, given=lambda seed: {"np": np, "PALETTE": defaultdict(str)})
