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


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_rows_of_the_slides_stand_still_learn_decay_or_explode(rng, momentum):
    labels = rng.integers(10, size=1400)
    images = rng.normal(0, 40, (10, 8, 8, 3))[labels] + rng.normal(0, 20, (1400, 8, 8, 3))
    photos = type("Photos", (), {"x_train": images, "y_train": labels[:, None]})
    settings = [(0, 0), (3e-3, 1e-3), (1e-5, 8e4), (3, 0)]
    with np.errstate(all="ignore"):  # the last one explodes
        accuracy, growth = train_rows(photos, settings, 20, images=400, seed=3, momentum=momentum)
    still, learning, decayed, _ = accuracy[-1]
    assert accuracy.shape == (20, 4) and np.all(np.diff(accuracy, axis=0) >= 0)
    assert still < 0.3 and learning > 0.7 and decayed < 0.3
    assert growth[0] == pytest.approx(1, abs=0.01) and growth[1] < 3 and growth[3] > 3
