"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from unittest.mock import MagicMock

import keras
import numpy as np
import pytest
from cells import verdicts_of
from held import verdict_with_needs_met
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float32")


@pytest.fixture(scope="module")
def groups():
    """Points in 40 loose groups, which have neighbours as words have, and their map."""
    rng = np.random.default_rng(0)
    rows = unit(np.repeat(rng.standard_normal((40, 30)), 6, axis=0) + 0.9 * rng.standard_normal((240, 30)))
    return rows, TSNE(perplexity=15, max_iter=400, random_state=0).fit_transform(rows)


def map_verdict(rows, placed):
    points = {"words": rows, "noise": rows}
    maps = {(name, 30): placed for name in points}
    return verdicts_of(35, "near-far", points=points, maps=maps)["word_embeddings.tsne_neighbours"]


def test_a_map_that_keeps_neighbours_passes_and_others_differ(groups):
    rows, placed = groups
    rng = np.random.default_rng(1)
    assert map_verdict(rows, placed) == "reproduced"
    assert map_verdict(rows, rng.permutation(placed)) == "differs"
    assert map_verdict(rows, rng.standard_normal(placed.shape)) == "differs"
    assert map_verdict(rows, rows[:, :2]) == "differs"
    assert map_verdict(rows, PCA(2).fit_transform(rows)) == "differs"


def test_a_map_of_noise_differs():
    rows = unit(np.random.default_rng(0).standard_normal((240, 30)))
    assert map_verdict(rows, TSNE(perplexity=15, max_iter=400, random_state=0).fit_transform(rows)) == "differs"


def test_what_is_no_map_of_these_points_lowers_no_divergence(groups):
    rows, placed = groups
    rng = np.random.default_rng(1)
    kl = "word_embeddings.tsne_minimizes_kl"
    probabilities = "word_embeddings.tsne_high_dimensional_probabilities"
    for candidate, verdict in (
        (placed, "reproduced"),
        (rng.permutation(placed), "differs"),
        (rng.standard_normal(placed.shape), "differs"),
        (0 * placed, "differs"),
    ):
        verdicts = verdicts_of(35, "documents-claims", frequent=rows, maps={("words", 30): candidate})
        assert verdicts == {kl: verdict, probabilities: "reproduced"}
    equal = unit(np.ones((40, 5)))  # all pairs are alike
    assert (
        verdicts_of(35, "documents-claims", frequent=equal, maps={("words", 30): placed[:40]})[probabilities]
        == "differs"
    )


def joint_verdict(moved):
    """Through the figure's cell: four words, of which the labelled passage has the first three."""
    given = {"V": 4, "passages": np.array([[0, 1, 2, 0]]), "rest": np.array([0]), "labelled": [1], "right": {}}
    drawing = {"metric": MagicMock(), "moved": np.array(moved, dtype=float), "chance": unit(np.eye(4) + 0.1)}
    return verdicts_of(35, "classifier-figure", **given, **drawing)["word_embeddings.trained_jointly"]


@pytest.mark.parametrize(
    "moved",
    [[0, 0, 0, 0], [1, 1, 1, 1], [0.01, 0.02, 0.01, 0], [np.nan] * 4, [0, 0, 0, 1]],
    ids=["frozen", "all rows moved", "hardly moved", "diverged", "the wrong rows"],
)
def test_an_embedding_that_is_not_trained_jointly_differs(moved):
    assert joint_verdict([1, 2, 1, 0]) == "reproduced"
    assert joint_verdict(moved) == "differs"


@pytest.mark.parametrize(
    ("printed", "corrected", "verdict"),
    [
        (0.0, [2**0.5, 2**0.5], "erratum"),
        (0.5, [1.0, 1.5], "differs"),
        (0.0, [2.0, 2.0], "differs"),
        (0.0, [0.0, 0.0], "differs"),
        (0.0, [2**0.5, np.nan], "differs"),
    ],
    ids=["one-hot", "learned vectors", "squared", "equal codes", "not a number"],
)
def test_codes_that_are_not_one_hot_differ(printed, corrected, verdict):
    assert verdict_with_needs_met("word_embeddings.index_distance", printed=printed, corrected=corrected) == verdict


def layer_verdict(call):
    class Layer:
        def __init__(self, words, numbers):
            self.embeddings = np.random.default_rng(0).standard_normal((words, numbers)).astype("float32")

        def __call__(self, rows):
            return call(self.embeddings, rows)

    def one_hot(rows, size):
        return sparse.csr_matrix(np.eye(size, dtype="float32")[rows])

    fake = MagicMock(ops=keras.ops)
    fake.layers.Embedding = Layer
    return verdicts_of(35, "layer", keras=fake, one_hot=one_hot)["word_embeddings.dense_vector_per_word"]


def test_a_layer_that_looks_up_something_else_differs():
    assert layer_verdict(lambda table, rows: table[rows]) == "reproduced"
    assert layer_verdict(lambda table, rows: table[rows - 1]) == "differs"
    assert layer_verdict(lambda table, rows: 0 * table[rows]) == "differs"
    assert layer_verdict(lambda table, rows: table[np.zeros_like(rows)]) == "differs"
