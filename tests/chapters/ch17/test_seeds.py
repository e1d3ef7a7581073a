"""Verdicts that hang on no seed: those of the cells that no training needs."""

from itertools import product

from course_utils.chapters.ch17.adam import adam

import pytest
from cells import require_verdicts_of_every_seed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


def test_no_verdict_hangs_on_the_seed():
    rules = ("ravine", "average", "momentum", "adaptive")
    cells = (*rules, "correction", "forty-five", "documents-claims")
    require_verdicts_of_every_seed(17, 20, *cells, given=lambda seed: {"adam": adam, "product": product})
