"""Verdicts and sentences that hang on no seed."""

from unittest.mock import MagicMock

from course_utils import datasets
from course_utils.chapters.ch20.clinic import in_tens
from course_utils.claims import judge
from course_utils.datasets import is_at_hand

import numpy as np
import pytest
from cells import compiled
from test_clinic import clinic

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_at_hand("mnist"), reason="needs MNIST")]


@pytest.mark.parametrize("seed", [0, 7])
def test_no_verdict_and_no_sentence_hangs_on_the_seed(seed):
    datasets.load("mnist")
    found, panels = {}, MagicMock(return_value=(MagicMock(), [MagicMock()] * 7))

    def claim(claim_id, *measured, say="", **given):
        found[claim_id.partition(".")[2]] = judge(claim_id, *measured, **given).verdict

    names = dict(clinic(seed, images="mnist")) | {"panels": panels, "plt": MagicMock(), "show": MagicMock()}
    names["plt"].subplots.return_value = MagicMock(), [MagicMock(), MagicMock()]
    names |= {"claim": claim, "draw_instrument": MagicMock(), "in_tens": in_tens, "print": MagicMock()}
    names |= {"healthy": names["train"](), "stranger": names["train"](**names["SEALED"]["stranger"][1])}
    cells = ("ward", "ward-a", "reveal-a", "nan", "ward-b", "reveal-b", "documents-claims")
    names["sheets"] = {}
    exec(compiled(20, *cells[:6]), names)
    names["sheets"]["C2"] = names["train"](**names["SEALED"]["C2"][1])
    exec(compiled(20, *cells[6:]), names)
    assert set(found.values()) == {"reproduced", "erratum"} and len(found) == 9, found

    sheets, end = names["sheets"], {}
    for case, sheet in sheets.items():
        end[case] = {name: sheet[name][1][-1] for name in ("training accuracy", "largest class", "silent units")}
    assert names["stranger"]["validation accuracy"][1][-1] < 0.02 < 0.9 < names["stranger"]["training accuracy"][1][-1]
    for case in ("A2", "A3", "A6"):
        assert end[case]["largest class"] > 0.99 and end[case]["silent units"] > 0.9
        assert 2.28 < np.mean(sheets[case]["loss"][1][100:]) < 2.36
    assert sheets["A6"]["loss"][1][0] > 50 and sheets["A2"]["silent units"][1][0] == 1
    assert end["B5"]["training accuracy"] < 0.3 < 0.5 < end["B4"]["training accuracy"] < 0.91
