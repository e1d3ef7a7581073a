"""Claims of chapter 35 that would interrupt the reading, and what the notebook takes for granted."""

import re
from collections import Counter
from pathlib import Path

from course_utils.checks.differences import central_differences

import numpy as np
import pytest
from cells import compiled
from scipy import sparse
from sklearn.manifold import TSNE

TEXT = "The king's men love the king; the queen's men love the queen. A man loves a woman, a king loves a queen."


def run(*chosen, **given):
    """Run cells of the notebook and return what they define."""
    names = {"np": np, "sparse": sparse, "seed": 0, "window": 2, "dimension": 3} | given
    exec(compiled(35, *chosen), names)
    return names


@pytest.fixture
def small():
    """The notebook's functions for a text of a few words."""
    words = re.findall(r"[a-z]+(?:'[a-z]+)?", TEXT.lower())
    vocabulary = sorted(Counter(words))
    tokens = np.array([vocabulary.index(word) for word in words])
    return run("count", "vectors", tokens=tokens, V=len(vocabulary))


def test_counts_are_what_a_loop_over_windows_finds(small):
    tokens = small["tokens"]
    expected = np.zeros((small["V"], small["V"]))
    for i, centre in enumerate(tokens):
        for j, company in enumerate(tokens):
            if 0 < abs(i - j) <= 2:
                expected[centre, company] += 1 / abs(i - j)
    np.testing.assert_allclose(small["N"], expected, rtol=1e-6)


def test_ppmi_is_the_logarithm_of_found_over_expected(small, rng):
    table = rng.integers(0, 5, (4, 6)).astype(float) + 0.5 * np.eye(4, 6)
    share = table.sum(axis=0) ** 0.75 / np.sum(table.sum(axis=0) ** 0.75)
    for i, j in np.ndindex(4, 6):
        chance = table[i].sum() * share[j]
        expected = max(0.0, np.log(table[i, j] / chance)) if table[i, j] else 0.0
        assert small["ppmi"](table)[i, j] == pytest.approx(expected, abs=1e-6)
    table[2], table[:, 3] = 0, 0
    assert np.all(np.isfinite(small["ppmi"](table))), "a word that does not occur"


def test_vectors_are_the_rows_of_the_full_decomposition(small):
    """The cosines of L √S, whatever the signs of the singular vectors."""
    left, sizes, _ = np.linalg.svd(small["ppmi"](small["N"]))
    rows = left[:, :3] * np.sqrt(sizes[:3])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(small["E"] @ small["E"].T, rows @ rows.T, atol=1e-4)


def test_pairs_are_those_within_reach_each_in_both_directions():
    tokens = np.arange(300)
    names = run("pairs", tokens=tokens, V=300, window=2)
    found = names["pairs"](tokens, np.random.default_rng(0))
    assert set(np.abs(found[:, 0] - found[:, 1])) == {1, 2}
    counted = Counter(map(tuple, found.tolist()))
    assert set(counted.values()) == {1}
    nearest = [counted[i, i + 1] + counted[i + 1, i] for i in range(299)]
    assert nearest == [2] * 299, "a word's neighbours are always within reach"
    second = sum(abs(i - j) == 2 for i, j in counted)
    assert 0.4 < second / (2 * 298) < 0.6, "the second nearest half of the time"


def test_skip_gram_takes_the_steps_that_loops_over_pairs_take(small):
    """Two batches in which words repeat, against one pair and one negative at a time."""
    tokens, V, batches = small["tokens"], small["V"], np.array([[[1, 2], [1, 3], [1, 2]], [[4, 1], [3, 1], [1, 3]]])
    given = {"V": V, "one_hot": small["one_hot"], "central_differences": central_differences, "tokens": tokens}
    names = run("gradients", "pairs", "train", **given, passes=1, learning_rate=0.3, print=lambda *_: None)
    names["pairs"] = lambda tokens, rng: np.concatenate(batches)
    W, U, losses, done = names["skip_gram"](np.random.default_rng(3), batch=3, shared=4)

    rng = np.random.default_rng(3)
    expected_W = rng.uniform(-0.5, 0.5, (V, 3)) / 3
    expected_U = np.zeros((V, 3))
    rng.random(len(tokens))
    random = rng.choice(V, (2, 4), p=names["noise"])
    for batch, negatives, rate in zip(batches, random, (0.3, 0.15), strict=True):
        w_now, u_now = expected_W.copy(), expected_U.copy()
        for centre, company in batch:
            pull = 1 / (1 + np.exp(-w_now[centre] @ u_now[company])) - 1
            expected_W[centre] -= rate * pull * u_now[company]
            expected_U[company] -= rate * pull * w_now[centre]
            for negative in negatives:
                push = 5 / 4 / (1 + np.exp(-w_now[centre] @ u_now[negative]))
                expected_W[centre] -= rate * push * u_now[negative]
                expected_U[negative] -= rate * push * w_now[centre]
    np.testing.assert_allclose(W, expected_W, atol=1e-6)
    np.testing.assert_allclose(U, expected_U, atol=1e-6)
    assert done == 6 and losses == pytest.approx([6 * np.log(2)])


@pytest.mark.parametrize("first", ["", "3 2\n"], ids=["GloVe", "word2vec"])
def test_vectors_of_a_file_in_either_format(tmp_path, first):
    path = tmp_path / "vectors.txt"
    path.write_text(f"{first}the 0.5 -1\nking 1e-2 3\nzyzzyva 7 8\n", encoding="utf-8")
    index = {"the": 0, "king": 1, "queen": 2, "3": 3}
    given = {"index": index, "vocabulary": [*index], "V": 4, "E": np.zeros((4, 2)), "lists": {}}
    names = run("files", **given, Path=Path, vector_file=str(path), print=lambda *_: None)
    assert sorted(names["found"]) == ["king", "the"]
    np.testing.assert_allclose(names["rows"], [[0.5, -1], [0.01, 3], [0, 0], [0, 0]])


def test_a_sum_is_right_only_without_the_words_asked_for(rng):
    """Vectors that add up: b − a is the same for all pairs, and a decoy lies at every c."""
    hits = run("hits", print=lambda *_: None)["hits"]
    c, step = rng.standard_normal((5, 8)), 0.1 * rng.standard_normal(8)
    rows = np.concatenate([c, c + step])
    pairs = [(i, i + 5) for i in range(5)]
    assert hits(rows / np.linalg.norm(rows, axis=1, keepdims=True), pairs).all()
    assert not hits(rng.standard_normal((500, 8)), pairs).any()


def test_one_hot_code_of_man(holds):
    code = np.zeros(10_000)
    code[5391 - 1] = 1
    holds("word_embeddings.one_hot", [len(code), int(code.sum()), int(np.argmax(code)) + 1])


def test_the_usual_distance_is_euclidean_and_another_may_be_chosen(holds, rng):
    """Maps from the default, from Euclidean distances computed here, and from city-block distances."""
    x = rng.standard_normal((40, 5))
    settings = {"perplexity": 8, "max_iter": 300, "random_state": 0, "init": "random"}
    default = TSNE(**settings).fit_transform(x)
    euclidean = np.linalg.norm(x[:, None] - x, axis=2)
    blocks = np.abs(x[:, None] - x).sum(axis=2)
    given = TSNE(metric="precomputed", **settings).fit_transform(euclidean)
    other = TSNE(metric="precomputed", **settings).fit_transform(blocks)
    scale = np.abs(default).mean()
    holds(
        "word_embeddings.tsne_euclidean",
        {
            "euclidean differs": np.abs(default - given).mean() / scale + 1e-12,
            "a hundredth": 0.01 * np.ptp(default) / np.ptp(default),
            "other differs": np.abs(default - other).mean() / scale,
        },
    )
