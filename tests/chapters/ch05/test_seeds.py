"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

import pytest
from cells import require_verdicts_of_every_seed

pytestmark = pytest.mark.slow
CELLS = ("network", "hand", "backprop", "numeric", "ratio", "bugs")


def drawings(seed):
    """Mocks of what the cells draw with."""
    plt = MagicMock()
    plt.subplots.side_effect = lambda *_, **__: (MagicMock(), (MagicMock(), MagicMock()))
    return {"plt": plt, "heat": MagicMock()}


def test_no_verdict_on_bugs_hangs_on_the_seed():
    require_verdicts_of_every_seed(5, 60, *CELLS, given=drawings)


def test_no_verdict_after_training_hangs_on_the_seed():
    require_verdicts_of_every_seed(5, 15, *CELLS, "after", "after-figure", given=drawings)
