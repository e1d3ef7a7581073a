"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

import keras
import numpy as np
import pytest
from cells import verdicts_of


def accuracy_verdict(windows, grid, **settings):
    """The verdict on boxes of one object each, whose IoU with it stands in the column of x."""
    fits = {"grid": grid, "windows": windows}
    given = {
        "boxes_of": lambda x: {name: np.array([[0, 0, 0.9, fit, 0, 0, 0]]) for name, fit in fits.items()},
        "met": lambda boxes: boxes[:, 3],
        "mean_average_precision": lambda *judged: 0.5,
        "metric": lambda *named, **settings: None,
        "x_new": None,
        "true": None,
        "pictures": 3000,
        "passes": 5,
    }
    return verdicts_of(27, "map-figure", **given | settings)["object_detection.yolo_boxes_more_accurate"]


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


@pytest.mark.parametrize(
    "answers",
    [lambda one: 0 * one, lambda one: one[:, ::-1], lambda one: one.swapaxes(1, 2), lambda one: np.nan * one],
    ids=["silent", "upside down", "row and column exchanged", "no numbers"],
)
def test_one_pass_with_other_answers_differs(answers):
    one = np.random.default_rng(0).standard_normal((8, 17, 17, 4))
    given = {"x_new": np.zeros((8, 64, 64, 1)), "framed": lambda x: x, "cut": lambda *places: None}
    given |= {"ops": keras.ops, "classifier": lambda windows: one}
    for other, verdict in ((one, "reproduced"), (answers(one), "differs")):
        verdicts = verdicts_of(27, "one-pass", whole=lambda picture, other=other: other, **given)
        assert verdicts == {"object_detection.convolutional_equals_windows": verdict}


def test_windows_that_are_silent_too_differ():
    nothing = np.zeros((8, 17, 17, 4))
    given = {"x_new": np.zeros((8, 64, 64, 1)), "framed": lambda x: x, "cut": lambda *places: None}
    given |= {"ops": keras.ops, "classifier": lambda windows: nothing, "whole": lambda picture: nothing}
    verdicts = verdicts_of(27, "one-pass", **given)
    assert verdicts == {"object_detection.convolutional_equals_windows": "differs"}


@pytest.mark.parametrize(
    "anchor_of",
    [
        lambda size, anchors: (np.zeros(2, int), np.ones((2, 2))),
        lambda size, anchors: (np.zeros(2, int), np.abs(size[:, None] - anchors).sum(axis=-1)),
    ],
    ids=["all alike", "difference of the sizes"],
)
def test_other_ways_to_choose_an_anchor_differ(anchor_of):
    nothing = np.zeros((0, 6))
    given = {"drawn": lambda *stream, **settings: (None, nothing), "tested": 1, "lost": lambda *settings: 0.0}
    verdicts = verdicts_of(27, "anchors-figure", anchor_of=anchor_of, **given)
    assert verdicts == {"object_detection.anchor_assignment": "differs"}
