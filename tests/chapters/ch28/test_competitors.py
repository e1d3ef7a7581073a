"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

from course_utils.chapters.ch28.faces import CAUSES, identities, photographs

import numpy as np
import pytest
from cells import verdicts_of
from sklearn.metrics import roc_auc_score

SETTINGS = {"faces": "drawn", "people": 500, "steps": 300}


def pixel_verdict(**auc):
    measured = {"none": 1.0, "shift": 0.69, "turn": 0.9, "light": 0.74, "all": 0.57} | auc
    pictures = np.random.default_rng(0).random((2, 2, 8, 8, 1))
    others = {"new_people": pictures, "with_causes": lambda cause: pictures, "raw": (0.5, 0.0)}
    verdicts = verdicts_of(28, "normalized", auc_with=measured, judged=lambda pictures: (0.5, 0.0), **others)
    return verdicts["face_verification.pixel_distance_fails"]


@pytest.mark.parametrize(
    "auc",
    [
        dict.fromkeys(("none", "shift", "turn", "light", "all"), 0.5),
        {"none": np.nan},
        {"all": np.nan},
        {"light": 0.97},
        {"shift": 0.96},
        {"all": 0.7},
        {"none": 0.9},
    ],
    ids=["a coin", "none not a number", "all not a number", "light harmless", "shift harmless", "good", "bad anyway"],
)
def test_other_distances_do_not_fail_as_pixels_do(auc):
    assert pixel_verdict() == "reproduced"
    assert pixel_verdict(**auc) == "differs"


def embedding_verdict(semi_hard, untrained=0.56, pixels=0.58, **settings):
    verifies = {"pixels": (pixels, 0.03), "untrained": (untrained, 0.03), "semi-hard": (semi_hard, 0.5)}
    given = SETTINGS | settings
    drawing = {"new_people": np.zeros((100, 10)), "metric": MagicMock(), "recorded": lambda name: []}
    verdicts = verdicts_of(28, "verifies-figure", verifies=verifies, **drawing, **given)
    return verdicts["face_verification.embedding_learns"]


@pytest.mark.parametrize(
    ("auc", "rivals"),
    [(0.56, {}), (0.5, {}), (0.85, {}), (np.nan, {}), (0.97, {"untrained": 0.98}), (0.97, {"pixels": 0.98})],
    ids=["never trained", "one point", "collapsed", "diverged", "start as good", "pixels as good"],
)
def test_encodings_that_have_not_learned_differ(auc, rivals):
    assert embedding_verdict(0.97) == "confirmed"
    assert embedding_verdict(auc, **rivals) == "differs"


@pytest.mark.parametrize(
    "settings", [{"faces": "olivetti"}, {"people": 60}, {"steps": 20}], ids=["photographs", "few people", "few steps"]
)
def test_smaller_runs_are_not_compared(settings):
    assert embedding_verdict(0.97, **settings) == "not comparable"


def without_margin(to_positive, to_negative):
    return np.maximum(0, to_positive - to_negative)


def without_maximum(to_positive, to_negative):
    return to_positive - to_negative + 0.2


def test_costs_that_are_no_triplet_costs_differ():
    verdict = "face_verification.triplet_margin_blocks_constant"
    constraint, axes = "face_verification.triplet_constraint", "face_verification.triplet_sum_axes"
    for cost, wrong in (
        (without_margin, {verdict, constraint}),
        (without_maximum, {constraint, axes}),
        (lambda p, n: 0 * p, {verdict, constraint, axes}),
    ):
        verdicts = verdicts_of(28, "costs-claims", cost=cost)
        assert {name for name, verdict in verdicts.items() if verdict == "differs"} == wrong


def test_drawn_faces_harm_pixels_by_shift_turn_and_light_only():
    """Independent of the notebook's own functions: distances by loops over a few people."""

    def auc(causes):
        rng = np.random.default_rng(3)
        x = photographs(rng, identities(rng, 20), 5, causes).reshape(100, -1)
        i, j = np.triu_indices(100, 1)
        return roc_auc_score(i // 5 == j // 5, -np.sum((x[i] - x[j]) ** 2, axis=1))

    harmed = {cause: auc((cause,)) for cause in CAUSES}
    assert harmed["shift"] < harmed["light"] < harmed["turn"] < 0.95 < min(harmed["mood"], harmed["noise"])
    assert auc(()) > 0.99 and auc(CAUSES) < 0.65
