"""Verdicts that hang on no seed."""

import re
from collections import Counter

from course_utils import datasets

import keras
import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE
from sklearn.metrics import silhouette_score

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.mark.parametrize("seed", range(10))
def test_no_verdict_of_the_layer_and_the_codes_hangs_on_the_seed(seed):
    keras.utils.set_random_seed(seed)
    verdicts = verdicts_of(35, "count", "dictionaries", "layer", seed=seed, keras=keras, sparse=sparse)
    assert verdicts == {
        "word_embeddings.index_distance": "erratum",
        "word_embeddings.dense_vector_per_word": "reproduced",
    }


@pytest.fixture(scope="module")
def company():
    """Vectors of the 300 most frequent words, as the notebook makes them."""
    names = parameters(35) | {"np": np, "re": re, "Counter": Counter, "sparse": sparse, "datasets": datasets}
    exec(compiled(35, "data", "count", "vectors"), names)
    return names["E"], names["unit"]


@pytest.mark.parametrize("seed", [0, 1, 2, 7])
def test_no_verdict_of_the_map_hangs_on_the_seed(seed, company):
    E, unit = company
    tools = {"TSNE": TSNE, "KMeans": KMeans, "silhouette_score": silhouette_score}
    verdicts = verdicts_of(35, "maps", "near-far", seed=seed, E=E, unit=unit, **tools)
    assert verdicts == {"word_embeddings.tsne_neighbours": "reproduced"}
