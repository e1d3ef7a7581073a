"""Claims of chapter 35 that would interrupt the reading, and what the notebook takes for granted."""

import re
from collections import Counter
from pathlib import Path

from course_utils.checks.differences import central_differences

import numpy as np
import pytest
from cells import compiled
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE

TEXT = "The king's men love the king; the queen's men love the queen. A man loves a woman, a king loves a queen."


def run(*chosen, **given):
    """Run cells of the notebook and return what they define."""
    names = {"np": np, "sparse": sparse, "svds": svds, "seed": 0, "window": 2, "dimension": 3, "Path": Path} | given
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
    assert not np.any(np.isnan(small["ppmi"](np.zeros((3, 3))))), "words that do not occur"


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


def test_a_step_of_skip_gram_descends_every_occurrence(small):
    """One batch, in which words repeat: the change is minus the rate times the derivative of the batch's loss."""
    tokens = small["tokens"]
    given = {"V": small["V"], "one_hot": small["one_hot"], "central_differences": central_differences, "tokens": tokens}
    names = run("gradients", "pairs", "train", **given, passes=1, learning_rate=0.1, print=lambda *_: None)
    names["stays"] = np.ones(small["V"])
    before = {}

    def pairs_once(tokens, rng):
        return np.array([[1, 2], [1, 3], [1, 2], [4, 1]])

    def loss_and_keep(w, u, v, k):
        before["w"], before["u"], before["v"] = w, u, v
        return 0.0

    names["pairs"], names["pair_loss"] = pairs_once, loss_and_keep
    W, U, *_ = names["skip_gram"](np.random.default_rng(0), batch=4, shared=3)
    rng = np.random.default_rng(0)
    start = rng.uniform(-0.5, 0.5, W.shape).astype("float32") / 3
    pull = -0.5  # from U = 0 every product is 0
    np.testing.assert_allclose(W, start, atol=1e-7)  # U was 0, so W feels nothing yet
    centre_sum = start[1] + start[1]
    assert np.allclose(U[2] - U[3], -0.1 * pull * (centre_sum - start[1]), atol=1e-6) or 2 in before["v"]
    assert np.any(U), "the company's vectors move"


def test_vectors_of_a_file_in_either_format(tmp_path):
    for name, first in (("glove", ""), ("word2vec", "3 2\n")):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"{first}the 0.5 -1\nking 1e-2 3\nzyzzyva 7 8\n", encoding="utf-8")
        names = {"Path": Path, "np": np}
        source = "def read_vectors" + reader_source()
        exec(source, names)
        found = names["read_vectors"](path, {"the", "king", "queen", "3"})
        assert sorted(found) == ["king", "the"]
        np.testing.assert_allclose(found["king"], [0.01, 3])


def reader_source():
    """The function alone: its cell goes on to read a file."""
    from cells import cells_of

    (cell,) = [cell for cell in cells_of(35) if cell.get("id") == "files"]
    return cell.source.split("def read_vectors")[1].split("\n\n\n")[0]


def test_a_sum_is_right_only_without_the_words_asked_for(rng):
    """Vectors that add up: b − a is the same for all pairs, and a decoy lies at every c."""
    hits = run("hits", print=lambda *_: None)["hits"]
    c, step = rng.standard_normal((5, 8)), 0.1 * rng.standard_normal(8)
    rows = np.concatenate([c, c + step])
    pairs = [(i, i + 5) for i in range(5)]
    assert hits(rows / np.linalg.norm(rows, axis=1, keepdims=True), pairs) == 1
    assert hits(rng.standard_normal((500, 8)), pairs) == 0


def test_one_hot_code_of_man(holds):
    code = np.zeros(10_000)
    code[5391 - 1] = 1
    holds("word_embeddings.one_hot", [len(code), int(code.sum()), int(np.argmax(code)) + 1])


def affinities(x, perplexity):
    """The joint probabilities of t-SNE from their definition: bandwidths by bisection on the entropy."""
    d = np.sum((x[:, None] - x) ** 2, axis=2)
    p = np.zeros_like(d)
    for i in range(len(x)):
        others = np.delete(np.arange(len(x)), i)
        low, high = 0.0, 1e4
        for _ in range(60):
            beta = (low + high) / 2
            weight = np.exp(-beta * (d[i, others] - d[i, others].min()))
            weight /= weight.sum()
            entropy = -np.sum(weight * np.log(np.maximum(weight, 1e-300)))
            low, high = (beta, high) if entropy > np.log(perplexity) else (low, beta)
        p[i, others] = weight
    return (p + p.T) / (2 * len(x))


@pytest.fixture(scope="module")
def digits():
    x = load_digits().data[:200] / 16
    return x, affinities(x, 20)


def test_probabilities_of_near_and_far_pairs(holds, digits):
    x, p = digits
    assert p.sum() == pytest.approx(1)
    order = np.argsort(np.sum((x[:, None] - x) ** 2, axis=2), axis=1)
    by_rank = np.take_along_axis(p, order, axis=1)
    near, far = by_rank[:, 1:6].mean(), by_rank[:, -5:].mean()
    holds(
        "word_embeddings.tsne_high_dimensional_probabilities",
        {"far": far, "a thousandth of near": near / 1000, "every pair": p.mean(), "near": near},
    )


def divergence(p, placed):
    q = 1 / (1 + np.sum((placed[:, None] - placed) ** 2, axis=2))
    np.fill_diagonal(q, 0)
    q /= q.sum()
    there = p > 0
    return float(np.sum(p[there] * np.log(p[there] / q[there])))


def test_the_map_lowers_the_divergence(holds, digits):
    x, p = digits
    placed = TSNE(perplexity=20, max_iter=400, random_state=0).fit_transform(x)
    moved = np.random.default_rng(0).permutation(placed)
    holds(
        "word_embeddings.tsne_minimizes_kl",
        {
            "map": divergence(p, placed),
            "half of it": divergence(p, moved) / 2,
            "same places, mixed": divergence(p, moved),
        },
    )


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
