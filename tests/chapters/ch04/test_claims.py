"""Claims of chapter 4 that would interrupt the reading, measured here instead of in the notebook."""

from itertools import pairwise

from course_utils.models.mlp import mlp

import keras
import numpy as np
import pytest

RATE = 0.1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def column_network(rng, sizes):
    """Weights and biases as the tutorial writes them: a row of W for each unit."""
    W = [rng.standard_normal((m, n)) for n, m in pairwise(sizes)]
    return W, [rng.standard_normal(m) for m in sizes[1:]]


def column_forward(W, b, x):
    for w, c in zip(W, b, strict=True):
        x = sigmoid(w @ x + c)
    return x


def test_a_flattened_image_appends_row_after_row(holds, rng):
    image = rng.random((28, 28))
    column = image.reshape(-1, 1)
    holds("gradient_descent.flatten_size", column.shape)
    holds("gradient_descent.flatten_row_order", np.abs(column[28:56, 0] - image[1]).max())
    assert np.abs(image.T.reshape(-1)[28:56] - image[1]).max() > 0.1, "column after column is another order"


def test_the_weights_of_ten_outputs_are_a_matrix(holds, rng):
    kernel = mlp(784, [], 10).layers[0].kernel
    holds("gradient_descent.weight_matrix_shape", tuple(reversed(kernel.shape)))  # Keras has a column for each unit
    W, x, b = rng.standard_normal((3, 7)), rng.standard_normal(7), rng.standard_normal(3)
    by_component = [sum(W[k, j] * x[j] for j in range(7)) + b[k] for k in range(3)]
    holds("gradient_descent.matrix_equals_component_form", np.abs(W @ x + b - by_component).max())


def test_three_hidden_layers_make_four_layers_of_weights(holds):
    model = mlp(784, [30, 20, 10], 10)
    holds("gradient_descent.layer_count", sum(bool(layer.weights) for layer in model.layers))


def test_the_tutorials_forward_pass_is_that_of_keras(holds, rng):
    sizes = (6, 5, 4, 3)
    W, b = column_network(rng, sizes)
    model = mlp(6, [5, 4], 3, activation="sigmoid", output_activation="sigmoid")
    model.set_weights([part for w, c in zip(W, b, strict=True) for part in (w.T, c)])
    x = rng.standard_normal((8, 6))
    outputs = keras.ops.convert_to_numpy(model(x.astype("float32")))
    ours = np.array([column_forward(W, b, row) for row in x])
    assert np.ptp(ours) > 0.05
    holds("gradient_descent.feedforward_equations", np.abs(ours - outputs).max())


def test_the_quadratic_cost_and_its_derivative(holds, rng):
    y, a = rng.random((9, 4)), rng.random((9, 4))
    cost = 0.5 * sum(np.linalg.norm(target - output) ** 2 for target, output in zip(y, a, strict=True))
    of_keras = float(keras.losses.MeanSquaredError(reduction="sum", dtype="float64")(y, a)) * 4 / 2
    h = 1e-5 * np.eye(4)[0]
    first = a[0]
    slope = (np.sum((y[0] - first - h) ** 2) - np.sum((y[0] - first + h) ** 2)) / 4e-5
    holds("gradient_descent.quadratic_cost", [abs(cost / of_keras - 1), abs(slope - (first - y[0])[0])])


def test_the_gradient_of_a_sum_is_the_sum_of_gradients(holds, rng):
    x, y, w = rng.standard_normal((9, 5)), rng.random(9), rng.standard_normal(5)

    def cost(w):
        return 0.5 * np.sum((sigmoid(x @ w) - y) ** 2)

    single = [(sigmoid(r @ w) - t) * sigmoid(r @ w) * sigmoid(-r @ w) * r for r, t in zip(x, y, strict=True)]
    whole = [(cost(w + h) - cost(w - h)) / 2e-5 for h in 1e-5 * np.eye(5)]
    holds("gradient_descent.sum_of_gradients", np.abs(np.sum(single, axis=0) / whole - 1).max())


def test_a_step_is_the_parameter_minus_the_rate_times_its_derivative(holds, rng):
    start, slope = rng.standard_normal((2, 3, 4)).astype("float32")
    parameter = keras.Variable(start)
    keras.optimizers.SGD(RATE).apply([keras.ops.convert_to_tensor(slope)], [parameter])
    moved = keras.ops.convert_to_numpy(parameter)
    assert np.abs(moved - start).max() > 0.01
    holds("gradient_descent.update_rule_human_beings", np.abs(moved - (start - RATE * slope)).max())


@pytest.fixture
def coins(rng):
    """Points, with a 1 for the bias, and labels at random, which no plane separates."""
    return np.hstack([rng.standard_normal((40, 3)), np.ones((40, 1))]), rng.integers(2, size=40)


def cross_entropy(w, x, y):
    z = w @ x.T
    return np.mean(np.logaddexp(0, z) - y * z, axis=-1)


def logistic_descent(w, x, y, rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - rate * (sigmoid(path[-1] @ x.T) - y) @ x / len(x))
    return path


def test_every_small_step_lowers_the_cost_of_logistic_regression(holds, coins):
    x, y = coins
    costs = [cross_entropy(w, x, y) for w in logistic_descent(np.ones(4), x, y, RATE, 100)]
    holds("gradient_descent.update_rule_ng_notes", np.diff(costs).max())


def test_the_cost_of_logistic_regression_is_convex(holds, rng, coins):
    x, _ = coins
    curvatures = []
    for w in rng.standard_normal((200, 4)):
        a = sigmoid(x @ w)
        curvatures.append(np.linalg.eigvalsh((x.T * (a * (1 - a))) @ x / len(x))[0])
    holds("gradient_descent.ce_convex", min(curvatures))


def test_descent_reaches_the_lowest_cost_of_logistic_regression(holds, rng, coins):
    x, y = coins
    starts = 5 * rng.standard_normal((6, 4))
    found = logistic_descent(starts, x, y, 1.0, 6000)[-1]
    best = np.zeros(4)
    for _ in range(50):  # Newton's method from another start
        a = sigmoid(x @ best)
        best = best - np.linalg.solve((x.T * (a * (1 - a))) @ x, x.T @ (a - y))
    lowest = cross_entropy(best, x, y)
    share = (cross_entropy(found, x, y) - lowest) / (cross_entropy(starts, x, y) - lowest)
    holds("gradient_descent.reaches_global", share.max())


def test_steps_lead_towards_the_minimum_from_both_sides(holds):
    left, right = (-RATE * 2 * w for w in (-1.0, 1.0))  # of J = w²
    holds("gradient_descent.direction", [left, -right])


def test_the_notes_slopes(holds):
    line = np.polynomial.Polynomial([0, 3])
    values = [line(place + step) for place in (2, 5) for step in (0, 0.001)]
    holds("gradient_descent.slope_3a", values)
    for claim_id, a in (("slope_a2_at_2", 2), ("slope_a2_at_5", 5)):
        quotient = ((a + 1e-6) ** 2 - (a - 1e-6) ** 2) / 2e-6
        values = [a**2, (a + 0.001) ** 2, quotient]
        if claim_id == "slope_a2_at_2":
            holds("gradient_descent.slope_a2_at_2", values)
        else:
            holds("gradient_descent.slope_a2_at_5", values)
    places = np.array([0.5, 2, 5])
    quotients = (np.log(places + 1e-6) - np.log(places - 1e-6)) / 2e-6
    holds("gradient_descent.derivative_ln", np.abs(quotients * places - 1).max())
