"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from itertools import pairwise
from unittest.mock import MagicMock

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import keras
import numpy as np
import pytest
from cells import parameters, verdicts_of

NAME = "shallow_and_deep_networks"


def tents(x, k, down=4.0):
    for _ in range(k):
        x = 2 * np.maximum(0, x) - down * np.maximum(0, x - 0.5)
    return x


def count(f):
    slopes = np.diff(f(np.linspace(0, 1, 2**12 + 1)))
    return 1 + np.sum(~np.isclose(slopes[1:], slopes[:-1]))


@pytest.mark.parametrize(
    "f",
    [lambda x, k: x, lambda x, k: tents(x, k, down=2), lambda x, k: tents(x, 1), lambda x, k: tents(2 * x, k)],
    ids=["a line", "it never comes down", "one tent, however many layers", "half of the teeth outside"],
)
def test_a_function_with_fewer_pieces_is_no_chain_of_tents(f):
    found = [count(lambda x, k=k: f(x, k)) for k in range(1, 9)]
    needs = find_claim(f"{NAME}.depth_exponential").needs
    assert judge(f"{NAME}.depth_exponential", found, **needs).verdict == "differs"


def test_one_hidden_layer_of_as_many_units_is_no_chain_of_tents():
    rng, needs = np.random.default_rng(0), find_claim(f"{NAME}.depth_exponential").needs
    found = []
    for k in range(1, 9):
        kinks, slopes = rng.uniform(0, 1, 2 * k), rng.standard_normal(2 * k)
        found.append(count(lambda x, kinks=kinks, slopes=slopes: np.maximum(0, x[:, None] - kinks) @ slopes))
    assert judge(f"{NAME}.depth_exponential", found, **needs).verdict == "differs"


def deep(sizes, rng):
    return [
        (rng.standard_normal(pair) / np.sqrt(pair[0]), 0.1 * rng.standard_normal(pair[1])) for pair in pairwise(sizes)
    ]


def verdicts(layers, deep_forward=None, twin_layers=None):
    """The verdicts of the appendix' cell for these layers, with another network in the place of one of the two."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((50, 2))

    def right(X, layers):
        A = [X]
        for W, b in layers[:-1]:
            A.append(np.tanh(A[-1] @ W + b))
        return [*A, sigmoid(A[-1] @ layers[-1][0] + layers[-1][1])]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    Dense = keras.layers.Dense
    stack = [Dense(len(b), activation="tanh") for _, b in layers[:-1]] + [Dense(1, activation="sigmoid")]
    twin = keras.Sequential([keras.Input((2,)), *stack])
    twin.set_weights([part for layer in twin_layers or layers for part in layer])
    ours = deep_forward or right
    given = {"X": X, "layers": layers, "deep_forward": ours, "sigmoid": sigmoid, "twin": twin, "keras": keras}
    given |= {"Dense": Dense, "P_deep": ours(X, layers)[-1], "P_twin": np.asarray(twin(X))}
    return verdicts_of(3, "documents-claims", **given)


SIZES = [2, 3, 5, 4, 2, 1]


@pytest.mark.parametrize("seed", range(3))
def test_the_right_network_passes(seed):
    assert set(verdicts(deep(SIZES, np.random.default_rng(seed))).values()) <= {"reproduced", "confirmed", "erratum"}


def test_other_sizes_other_weights_and_another_recursion_differ():
    rng = np.random.default_rng(0)
    layers = deep(SIZES, rng)
    assert verdicts(deep([2, 4, 5, 4, 2, 1], rng))[f"{NAME}.weight_shape_rule"] == "differs"
    assert verdicts(layers, twin_layers=deep(SIZES, rng))[f"{NAME}.forward_recursion"] == "differs"

    def without_biases(X, layers):
        for W, _ in layers[:-1]:
            X = np.tanh(X @ W)
        return [1 / (1 + np.exp(-(X @ layers[-1][0])))]

    found = verdicts(layers, without_biases)
    assert found[f"{NAME}.forward_recursion"] == found[f"{NAME}.columns_vectorised"] == "differs"


def test_other_counts_of_hidden_layers_differ():
    for layers in (MagicMock(), range(6), range(4), range(2)):
        hidden = len(layers) - 1
        wrong = judge(f"{NAME}.hidden_count", printed=hidden, corrected=hidden).verdict
        assert wrong == "differs", hidden
    assert parameters(3)["deepest"] == find_claim(f"{NAME}.depth_exponential").needs["tents"]
