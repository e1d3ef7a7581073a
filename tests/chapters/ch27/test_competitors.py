"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

import numpy as np
import pytest
from cells import verdicts_of

GROUNDS = ("any shape", "squares of any size", "squares of 20")


def accuracy_verdict(windows, grid, **settings):
    mean_iou = {(ground, "windows"): windows for ground in GROUNDS} | {(ground, "grid"): grid for ground in GROUNDS}
    values = {at: dict.fromkeys(mean_iou, 0.5) for at in (0.5, 0.75)}
    given = {"mean_iou": mean_iou, "strict": values, "grounds": dict.fromkeys(GROUNDS), "metric": MagicMock()}
    given |= {"pictures": 3000, "passes": 8}
    return verdicts_of(27, "home-figure", **given | settings)["object_detection.yolo_boxes_more_accurate"]


@pytest.mark.parametrize(
    ("windows", "grid"),
    [(0, 0), (np.nan, np.nan), (0.59, np.nan), (0.59, 0.5), (0.0, 0.0), (0.1, 0.76)],
    ids=["nothing", "no numbers", "grid diverged", "grid worse", "zeros", "windows not trained"],
)
def test_other_accuracies_differ(windows, grid):
    assert accuracy_verdict(0.59, 0.76) == "reproduced"
    assert accuracy_verdict(windows, grid) == "differs"


def test_short_trainings_are_not_compared():
    assert accuracy_verdict(0.59, 0.76, pictures=160) == "not comparable"
    assert accuracy_verdict(0.59, 0.76, passes=1) == "not comparable"


@pytest.mark.parametrize(
    "suppress",
    [
        lambda score, box: np.argsort(-score),
        lambda score, box: np.argsort(-score)[:1],
        lambda score, box: np.arange(3),
    ],
    ids=["keeps all", "keeps one", "does not sort"],
)
def test_what_does_not_suppress_differs(suppress):
    verdict = verdicts_of(27, "nms-claim", suppress=suppress)
    assert verdict == {"object_detection.nms_algorithm": "differs"}
