"""Verdicts and sentences that hang on no seed."""

import copy
from types import SimpleNamespace
from unittest.mock import MagicMock

from course_utils import datasets
from course_utils.chapters.ch20.checks import ADMISSIONS
from course_utils.chapters.ch20.clinic import NUMBERS, Sheet, in_tens
from course_utils.claims import judge
from course_utils.datasets import is_at_hand

import numpy as np
import pytest
from cells import compiled, parameters

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_at_hand("mnist"), reason="needs MNIST")]


def clinic(seed):
    """The names that the chapter's cells define up to the sealed faults."""
    names = parameters(20) | {"np": np, "copy": copy, "SimpleNamespace": SimpleNamespace, "Sheet": Sheet}
    names |= {"datasets": datasets, "seed": seed}
    exec(compiled(20, "data", "pieces", "healthy", "train", "sealed-a", "sealed-b"), names)
    return names


@pytest.mark.parametrize("seed", [7])
def test_no_verdict_and_no_sentence_hangs_on_the_seed(seed):
    found, panels = {}, MagicMock(return_value=(MagicMock(), [MagicMock()] * 7))

    def claim(claim_id, *measured, say="", **given):
        found[claim_id.partition(".")[2]] = judge(claim_id, *measured, **given).verdict

    names = clinic(seed) | {"panels": panels, "plt": MagicMock(), "show": MagicMock()}
    names["plt"].subplots.return_value = MagicMock(), [MagicMock(), MagicMock()]
    names |= {
        "claim": claim,
        "draw_instrument": MagicMock(),
        "mark_outside": MagicMock(),
        "name_lines": MagicMock(),
        "in_tens": in_tens,
        "print": MagicMock(),
    }
    names |= {"healthy": names["train"](), "stranger": names["train"](**names["SEALED"]["stranger"][1])}
    cells = ("ward", "ward-a", "reveal-a", "nan", "ward-b", "reveal-b", "documents-claims")
    names["sheets"] = {}
    exec(compiled(20, *cells[:6]), names)
    names["sheets"]["C2"] = names["train"](**names["SEALED"]["C2"][1])
    names["twins"] = np.array([[0.25, 0.48, 1], [0.25, 0.25, 0]])  # another test knows the bands
    exec(compiled(20, *cells[6:]), names | {"repeats": 6})
    assert set(found.values()) == {"reproduced", "erratum"} and len(found) == 10, found

    sheets, end = names["sheets"], {}
    for case, sheet in sheets.items():
        end[case] = {name: sheet[name][1][-1] for name in ("training accuracy", "largest class", "silent units")}
    assert names["stranger"]["validation accuracy"][1][-1] < 0.02 < 0.9 < names["stranger"]["training accuracy"][1][-1]
    for case in ("A2", "A3", "A6"):
        assert end[case]["largest class"] > 0.99 and end[case]["silent units"] > 0.9
        assert 2.28 < np.mean(sheets[case]["loss"][1][100:]) < 2.36
    assert sheets["A6"]["loss"][1][0] > 50 and sheets["A2"]["silent units"][1][0] == 1
    assert end["B5"]["training accuracy"] < 0.3 < 0.5 < end["B4"]["training accuracy"] < 0.91


@pytest.mark.parametrize("seed", [12])
def test_the_archive_holds_what_trainings_measure(seed):
    c = clinic(seed)
    exec(compiled(20, "exercise-5-answer"), c)
    cases = dict(c["SEALED"].values()) | {"healthy": {}}
    half = len(ADMISSIONS) // 2
    for truth, values in ADMISSIONS[half * (seed - 11) : half * (seed - 10)]:
        sheet = c["train"](**cases[truth]).numbers()
        assert tuple(sheet) == NUMBERS
        assert list(sheet.values()) == pytest.approx(values, rel=0.1, abs=0.02)
        assert c["diagnose"](sheet) == truth
