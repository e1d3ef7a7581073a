"""Verdicts that hang on no seed, and what the text says of replays."""

from course_utils import document_value
from course_utils.chapters.ch19.slides import train_rows

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of, without_pictures

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

# What the trainings leave: accuracy over the logarithm of the rate, with its slope, ridge and cliff.
DECADES = np.arange(-5, 1.51, 0.25)
CURVE = np.interp(DECADES, [-3, -2, -1, -0.3, 0, 0.3, 0.5], [0.1, 0.35, 0.82, 0.87, 0.86, 0.6, 0.12])
TRAINED = {
    "decades": DECADES,
    "curve": CURVE,
    "images": type("Images", (), {"name": "mnist"}),
    "shares": {"rate over 4 decades": {"rate": 0.5, "momentum": 0.1, "batch": 0.05, "width": 0.05}},
    "at": {1e-4: 0.5, 1: 0.01},
    "accuracy_at": lambda rate, momentum: np.interp(np.log10(rate) + 2 * (momentum > 0), DECADES, CURVE),
    "metric": lambda *_, **__: None,
    "of_map": {"data": "mnist", "repeats": 3, "steps": 400},
}
REPLAYED = ("replay", "hills", "hills-figure", "scales", "scales-figure")
SQUARE = np.array([(a, b) for a in (1 / 6, 1 / 2, 5 / 6) for b in (1 / 6, 1 / 2, 5 / 6)])


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_hangs_on_the_seed(seed):
    verdicts = verdicts_of(19, *REPLAYED, seed=seed, square=SQUARE, **TRAINED)
    assert len(verdicts) == 2 and {*verdicts.values()} == {"reproduced"}


@pytest.mark.parametrize("seed", range(8))
def test_even_beats_random_beats_grid_at_four_decades_and_the_grid_wins_on_a_round_hill(seed):
    names = parameters(19) | without_pictures() | TRAINED | {"seed": seed, "square": SQUARE}
    exec(compiled(19, "replay", "hills"), names)
    grid, random, even = (names["best"][name].mean() for name in ("grid", "random", "even"))
    assert even > random > grid and 0.6 < names["share"] < 0.75
    first, last = ([names["hills"][name][k] for name in ("grid", "random")] for k in (0, -1))
    assert first[0] > first[1] + 0.1 and last[1] > last[0] + 0.03


def test_the_printed_rows_alone_decide_one_claim():
    said = {stage: document_value(f"hyperparameter_search.{stage}_all_rows") for stage in ("coarse", "fine")}
    verdicts = verdicts_of(19, "documents-claims", said=said, of_slides=[[]] * 6, **TRAINED)
    decided = {claim_id.partition(".")[2] for claim_id, verdict in verdicts.items() if verdict == "confirmed"}
    assert decided == {"fine_better_than_coarse"}
    others = {claim_id.partition(".")[2] for claim_id, verdict in verdicts.items() if verdict == "not comparable"}
    assert len(others) == 6 and "fine_all_rows" in others


def test_the_rows_of_the_slides_are_trained_as_one_by_one(rng):
    photos = type(
        "Photos", (), {"x_train": rng.integers(0, 256, (1200, 8, 8, 3)), "y_train": rng.integers(10, size=1200)}
    )
    settings, given = [(1e-4, 0.5), (1e-3, 0.01), (1e-5, 80)], {"images": 200, "seed": 3}
    for momentum in (0.0, 0.9):
        accuracy, growth = train_rows(photos, settings, 2, momentum=momentum, **given)
        assert accuracy.shape == (2, 3) and growth.shape == (3,)
        alone = train_rows(photos, [settings[0], settings[0]], 2, momentum=momentum, **given)
        assert alone[0].shape == (2, 2) and np.all(np.diff(alone[0], axis=0) >= 0)
