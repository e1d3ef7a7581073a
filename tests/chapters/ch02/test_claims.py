"""Claims of chapter 02 that would only interrupt the reading: measured here instead of in the notebook."""

import math

import keras
import numpy as np
import pytest

PIXELS = 64 * 64 * 3  # of the notes' pictures of cats


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(a, y):
    """The cross-entropy as the notes write it."""
    return -(y * np.log(a) + (1 - y) * np.log(1 - a))


def slope(function, at, width=1e-5):
    """The central finite difference."""
    return (function(at + width) - function(at - width)) / (2 * width)


@pytest.fixture
def examples(rng):
    """Seven examples with three features, labels of both kinds, weights and a bias."""
    return rng.standard_normal((7, 3)), np.array([1, 0, 1, 1, 0, 0, 1]), rng.standard_normal(3), rng.standard_normal()


def test_a_picture_as_a_vector(holds):
    pictures = keras.layers.Flatten()(np.zeros((5, 64, 64, 3), dtype="float32"))
    holds("logistic_regression.input_size", pictures.shape[1])


def test_examples_as_columns(holds):
    pictures = [np.full(PIXELS, float(number)) for number in range(5)]
    X, Y = np.column_stack(pictures), np.array([[1, 0, 0, 1, 0]])
    assert X[0, 3] == 3, "a column is an example"
    assert (np.zeros((PIXELS, 1)).T @ X + 1).shape == Y.shape
    holds("logistic_regression.data_matrix_shapes", [X.shape, Y.shape])


def test_parameters_of_keras_one_unit(holds):
    model = keras.Sequential([keras.Input((PIXELS,)), keras.layers.Dense(1)])
    holds("logistic_regression.params_separate", [math.prod(weight.shape) for weight in model.weights])


def test_sigmoid_of_large_z(holds):
    answer = keras.activations.sigmoid(np.float32(10))
    holds("logistic_regression.sigmoid_large_z", float(answer))


def test_loss_of_each_label(holds):
    a = np.linspace(0.01, 0.99, 99)
    yes, no = loss(a, 1), loss(a, 0)
    falls, rises = np.sign(np.diff(yes)), np.sign(np.diff(no))
    assert np.ptp(falls) == np.ptp(rises) == 0, "they fall or rise all the way"
    ratios = yes / -np.log(a)
    holds("logistic_regression.loss_y1", [ratios.min(), ratios.max(), falls[0]])
    ratios = no / -np.log(1 - a)
    holds("logistic_regression.loss_y0", [ratios.min(), ratios.max(), rises[0]])


def test_derivatives_of_loss_and_sigmoid(holds, rng):
    z = rng.uniform(-4, 4, 50)
    a, y = sigmoid(z), np.arange(50) % 2
    by_a = (-y / a + (1 - y) / (1 - a)) / slope(lambda at: loss(at, y), a)
    holds("logistic_regression.da", [by_a.min(), by_a.max()])
    by_z = a * (1 - a) / slope(sigmoid, z)
    holds("logistic_regression.da_dz", [by_z.min(), by_z.max()])


def test_the_gradient_of_the_cost_is_the_mean_of_the_gradients(holds, examples):
    X, y, w, b = examples

    def losses(first):
        return loss(sigmoid(X @ [first, *w[1:]] + b), y)

    one_by_one = [slope(lambda first, number=number: losses(first)[number], w[0]) for number in range(len(y))]
    holds("logistic_regression.gradient_mean", np.mean(one_by_one) / slope(lambda first: losses(first).mean(), w[0]))


def test_exponentials_one_by_one(holds, rng):
    v = rng.standard_normal(1000)
    u = np.zeros((1000, 1))
    for i in range(1000):
        u[i] = math.exp(v[i])
    ratios = u[:, 0] / np.exp(v)
    holds("logistic_regression.exp_loop", [ratios.min(), ratios.max()])


def test_all_z_in_one_line(holds, examples):
    X, _, w, b = examples
    columns = X.T  # as in the notes
    row = w[None] @ columns + np.full((1, len(X)), b)
    assert row.shape == (1, len(X)) and np.array_equal(row, w[None] @ columns + b)
    one_by_one = [sum(w[j] * x[j] for j in range(3)) + b for x in X]
    ratios = row[0] / one_by_one
    holds("logistic_regression.vectorized_z", [ratios.min(), ratios.max()])


def test_the_threshold_of_one_half(holds):
    scores = np.linspace(-10, 10, 2001)
    scores[1000] = 0
    yes = sigmoid(scores) >= 0.5
    by_score = [np.mean(yes[scores >= 0]), np.mean(~yes[scores < 0])]
    holds("logistic_regression.decision_at_half", [sigmoid(0.0), *by_score])


def test_minus_log_of_the_sigmoid(holds):
    z = np.linspace(-30, 30, 601)
    ratios = -np.log(sigmoid(z[:400])) / np.log1p(np.exp(-z[:400]))  # beyond, 1 - p is lost in rounding
    holds("logistic_regression.nll_of_logistic_output", [ratios.min(), ratios.max()])
