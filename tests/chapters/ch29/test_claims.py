"""Claims of chapter 29 that would interrupt the reading, and what the notebook takes for granted."""

import keras
import numpy as np
import pytest
from cells import compiled


@pytest.fixture
def core():
    """The notebook's Gram matrix and relative distance."""
    names = {"np": np, "keras": keras, "ops": keras.ops, "size": 16}
    exec(compiled(29, "costs"), names)
    return names


def content_cost(a, b):
    return np.sum((a - b) ** 2) / (4 * a.size)


def test_content_cost_has_the_gradient_of_the_notes(holds, rng):
    a, b = rng.standard_normal((2, 4, 5, 3))
    step, numeric = 1e-5, np.zeros_like(a)
    for place in np.ndindex(a.shape):
        moved = np.zeros_like(a)
        moved[place] = step
        numeric[place] = (content_cost(a, b + moved) - content_cost(a, b - moved)) / (2 * step)
    assert content_cost(a, a) == 0 < content_cost(a, b)
    holds("style_transfer.content_cost", np.abs(numeric - (b - a) / (2 * a.size)).max() / np.abs(numeric).max())


def test_gram_has_a_row_for_each_filter(core, rng):
    a = rng.standard_normal((1, 6, 5, 4)).astype("float32")
    matrix = keras.ops.convert_to_numpy(core["gram"](a))[0]
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-5)
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert matrix.shape == (4, 4)


def test_gram_is_the_table_of_dot_products_and_its_diagonal_the_squares(core, rng):
    a = rng.standard_normal((1, 6, 5, 4)).astype("float32")
    matrix = keras.ops.convert_to_numpy(core["gram"](a))[0] * 30  # the notebook takes the mean over the places
    rows = a.reshape(-1, 4).T.astype(float)
    np.testing.assert_allclose(matrix, [[np.dot(v, w) for v in rows] for w in rows], rtol=1e-4, atol=1e-4)
    squares = np.array([sum(x**2 for x in row) for row in rows])
    np.testing.assert_allclose(np.diag(matrix), squares, rtol=1e-4)


def test_relative_is_one_for_nothing_and_zero_for_a_match(core, rng):
    target = rng.standard_normal((1, 3, 3, 2)).astype("float32")
    both = np.concatenate([target, 0 * target])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(core["relative"](both, target)), [0, 1], atol=1e-6)
