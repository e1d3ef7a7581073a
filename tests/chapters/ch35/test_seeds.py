"""Verdicts that hang on no seed."""

import re
from collections import Counter

from course_utils import datasets

import keras
import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of
from scipy import sparse
from sklearn.manifold import TSNE

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
    return names["E"]


@pytest.mark.parametrize("seed", [0, 1, 2, 7])
def test_no_verdict_of_the_map_hangs_on_the_seed(seed, company):
    frequent = company[:300]
    placed = TSNE(perplexity=30, max_iter=500, random_state=seed).fit_transform(frequent)
    given = {"points": {"words": frequent, "noise": frequent}, "frequent": frequent, "keras": keras}
    maps = {(name, 30): placed for name in given["points"]}
    verdicts = verdicts_of(35, "near-far", "documents-claims", seed=seed, maps=maps, **given)
    assert verdicts == {
        "word_embeddings.tsne_neighbours": "reproduced",
        "word_embeddings.tsne_high_dimensional_probabilities": "reproduced",
        "word_embeddings.tsne_minimizes_kl": "reproduced",
    }
