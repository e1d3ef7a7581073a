"""Verdicts that hang on no seed."""

import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow


def test_no_verdict_hangs_on_the_seed():
    of_section_1 = ("reach", "relu-run", "reach-figure")
    of_section_2 = ("lstm-step", "lstm-reach", "lstm-reach-run", "lstm-reach-figure")
    require_verdicts_of_every_seed(33, 5, *of_section_1, *of_section_2)
