"""Claims of chapter 28 that would interrupt the reading, and what the notebook takes for granted."""

from unittest.mock import MagicMock

from course_utils.chapters.ch28.faces import CAUSES, identities, photographs

import keras
import numpy as np
import pytest
from cells import compiled
from sklearn.utils import Bunch


def test_the_functions_that_the_notes_name_compute_the_triplet_cost(holds, rng):
    tf = pytest.importorskip("tensorflow")
    a, p, n = rng.standard_normal((3, 6, 4)).astype("float32")
    to_p, to_n = (tf.reduce_sum(tf.square(tf.subtract(a, other)), axis=-1) for other in (p, n))
    cost = tf.reduce_sum(tf.maximum(tf.add(tf.subtract(to_p, to_n), 0.2), 0.0))
    looped = sum(
        max(0.0, sum((x - y) ** 2 for x, y in zip(*pair, strict=True)) - far + 0.2)
        for *pair, far in zip(a, p, np.sum((a - n) ** 2, axis=1), strict=True)
    )
    holds("face_verification.triplet_functions", abs(float(cost) - looped) / (1 + looped))


@pytest.fixture
def minings():
    """The notebook's costs of a batch."""
    names = {"np": np, "keras": keras, "ops": keras.ops, "margin": 0.2, "minings": {}}
    exec(compiled(28, "triplet-cost"), names)
    exec(compiled(28, "mining"), names)
    return names


def batch(rng, people=4, each=3):
    f = rng.standard_normal((people * each, 5)) + 2 * np.eye(5)[0]
    f = (f / np.linalg.norm(f, axis=1, keepdims=True)).astype("float32")
    who = np.repeat(np.arange(people), each)
    return who, f, np.sum((f[:, None] - f) ** 2, axis=2)


def test_minings_are_what_loops_choose(minings, rng):
    who, f, d = batch(rng)
    every, hardest, semi_hard = [], [], []
    for a in range(len(who)):
        positives = [p for p in range(len(who)) if who[p] == who[a] and p != a]
        negatives = d[a, who != who[a]]
        hardest.append(max(0, max(d[a, positives]) - min(negatives) + 0.2))
        for p in positives:
            every += list(np.maximum(0, d[a, p] - negatives + 0.2))
            farther = negatives[negatives > d[a, p]]
            chosen = farther.min() if len(farther) else negatives.max()
            semi_hard.append(max(0, d[a, p] - chosen + 0.2))
    for name, costs in (("all_triplets", every), ("hardest", hardest), ("semi_hard", semi_hard)):
        assert float(minings[name](who[:, None], f)) == pytest.approx(np.mean(costs), rel=1e-4), name


def test_every_cost_of_one_point_for_all_is_the_margin(minings):
    who, f = np.repeat(np.arange(4), 3)[:, None], np.tile(np.float32([0.6, 0.8]), (12, 1))
    for name in ("all_triplets", "hardest", "semi_hard"):
        assert float(minings[name](who, f)) == pytest.approx(0.2, abs=1e-6), name


def loaded(people, each, height, width):
    """What scikit-learn's loaders return, with the number of a person in each of his pixels."""
    target = np.random.default_rng(0).permutation(np.repeat(np.arange(people), each))
    images = np.repeat(target / people, height * width).reshape(-1, height, width).astype("float32")
    return Bunch(images=images, target=target, data=images.reshape(len(images), -1))


@pytest.mark.parametrize(
    ("name", "shape"), [("olivetti", (40, 10, 64, 64)), ("lfw", (158, 13, 62, 47))], ids=["olivetti", "lfw"]
)
def test_photographs_become_what_drawn_faces_are(name, shape):
    names = {"np": np, "ops": keras.ops, "faces": name, "seed": 0}
    for loader in ("fetch_olivetti_faces", "fetch_lfw_people"):
        names[loader] = MagicMock(return_value=loaded(*shape))
    exec(compiled(28, "data"), names)
    people = shape[0]
    everybody = names["everybody"]
    assert everybody.shape == (people, 10, 32, 32, 1) and everybody.dtype == "float32"
    np.testing.assert_allclose(
        everybody.mean(axis=(2, 3, 4)), np.tile(np.arange(people) / people, (10, 1)).T, atol=1e-4
    )
    parts = [names[part] for part in ("train_people", "other_people", "new_people")]
    assert sum(map(len, parts)) == people and len(parts[0]) == 3 * people // 5
    used = names[{"olivetti": "fetch_olivetti_faces", "lfw": "fetch_lfw_people"}[name]]
    used.assert_called_once()


def test_a_cause_that_is_off_changes_nothing(rng):
    traits = identities(rng, 3)
    still = photographs(rng, traits, 4, ())
    assert still.shape == (3, 4, 32, 32, 1) and still.dtype == "float32" and 0 <= still.min() <= still.max() <= 1
    np.testing.assert_array_equal(still, np.repeat(still[:, :1], 4, axis=1))
    assert not np.allclose(still[0], still[1])
    for cause in CAUSES:
        moved = photographs(rng, traits, 4, (cause,))
        assert np.abs(moved - still).max() > 0.02, cause


def test_a_shift_moves_the_head_by_what_it_says():
    traits = identities(np.random.default_rng(0), 200)
    middle = (np.arange(32) + 0.5) / 16 - 1

    def places(pictures):
        ink = pictures[..., 0] - pictures[..., 0].min()
        return (ink.sum(axis=2) @ middle) / ink.sum(axis=(2, 3))

    off = places(photographs(np.random.default_rng(1), traits, 1, ("shift",))) - places(
        photographs(np.random.default_rng(1), traits, 1, ())
    )
    assert 0.1 < np.abs(off).max() <= 0.23


def test_an_unknown_cause_is_refused():
    with pytest.raises(ValueError, match="causes are shift, turn, light, mood, noise; got age"):
        photographs(np.random.default_rng(0), np.zeros((1, 10)), 1, ("age",))
