"""Claims of chapter 12 that would only interrupt the reading: measured here instead of in the notebook."""

from itertools import pairwise

import keras
import numpy as np
import pytest

POINTS = np.array([10.0, -10.0, 0.0])
EIGHT = np.linspace(-4, 4, 8)  # none of them is 0


def relu(z):
    return np.maximum(0, z)


def leaky(z, alpha=0.01):
    return np.maximum(alpha * z, z)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def slope(function, z, h=1e-5):
    """Central differences."""
    return (function(z + h) - function(z - h)) / (2 * h)


def in_keras(function, z):
    return keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor(z, "float32")))


def test_relu_is_linear_on_each_side_only(holds):
    across = abs(relu(-1.0) + relu(1.0) - relu(-1.0 + 1.0))
    on_each_side = abs(relu(2.0) + relu(3.0) - relu(5.0)) + abs(relu(-2.0) + relu(-3.0) - relu(-5.0))
    holds("activation_functions.relu_is_linear", printed=across, corrected=on_each_side)


def test_tanh_by_exponentials_and_as_a_sigmoid(holds):
    by_exponentials = (np.exp(EIGHT) - np.exp(-EIGHT)) / (np.exp(EIGHT) + np.exp(-EIGHT))
    holds("activation_functions.tanh_formula", np.abs(by_exponentials - np.tanh(EIGHT)))
    holds("activation_functions.tanh_shifted_sigmoid", np.abs(2 * sigmoid(2 * EIGHT) - 1 - np.tanh(EIGHT)))


def test_outputs_of_tanh_are_no_probabilities(holds, rng):
    z = rng.standard_normal(1000)
    shares = [np.mean((a > 0) & (a < 1)) for a in (np.tanh(z), sigmoid(z))]
    holds("activation_functions.tanh_strictly_superior", printed=shares[0], corrected=shares[1])


def test_layers_without_an_activation_are_one_layer(holds, rng):
    x = rng.standard_normal((6, 3))
    w1, b1, w2, b2 = (rng.standard_normal(shape) for shape in ((3, 4), 4, (4, 2), 2))
    two = (x @ w1 + b1) @ w2 + b2
    holds("activation_functions.linear_composition", np.abs(two - (x @ (w1 @ w2) + (b1 @ w2 + b2))))

    sizes = (2, 3, 5, 4, 2, 1)
    layers = [(rng.standard_normal((n, m)) / 3, rng.standard_normal(m)) for n, m in pairwise(sizes)]

    def network(x):
        for w, b in layers:
            x = x @ w + b
        return x

    u, v = rng.standard_normal((2, 7, 2))
    defect = network(0.3 * u + 0.7 * v) - (0.3 * network(u) + 0.7 * network(v))
    assert np.ptp(network(u)) > 1e-3
    holds("activation_functions.linear_net_is_linear", np.abs(defect))


def regression_error(output, output_slope, x, y, rng, steps=3000, rate=0.05):
    """Train a network of 30 tanh units on the squared error, and return that error."""
    w1, b1, w2, b2 = rng.standard_normal((2, 30)), np.zeros(30), rng.standard_normal((30, 1)) / np.sqrt(30), 0.0
    for _ in range(steps):
        hidden = np.tanh(x @ w1 + b1)
        a = output(hidden @ w2 + b2)
        delta = 2 * (a - y) * output_slope(a) / len(x)
        back = (delta @ w2.T) * (1 - hidden**2)
        w2, b2 = w2 - rate * hidden.T @ delta, b2 - rate * delta.sum()
        w1, b1 = w1 - rate * x.T @ back, b1 - rate * back.sum(axis=0)
    return np.mean((output(np.tanh(x @ w1 + b1) @ w2 + b2) - y) ** 2)


def test_a_continuous_target_asks_for_a_linear_output(holds):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (200, 2))
    y = (3 * x[:, :1] - 2 * x[:, 1:] ** 2) + np.sin(3 * x[:, :1])
    linear = regression_error(lambda z: z, lambda a: 1, x, y, np.random.default_rng(1))
    others = [
        regression_error(output, output_slope, x, y, np.random.default_rng(1))
        for output, output_slope in ((np.tanh, lambda a: 1 - a**2), (sigmoid, lambda a: a * (1 - a)))
    ]
    holds("activation_functions.regression_output_linear", np.array(others) / linear)


def test_slopes_of_the_curves(holds):
    holds("activation_functions.sigmoid_derivative", np.abs(slope(sigmoid, EIGHT) - sigmoid(EIGHT) * sigmoid(-EIGHT)))
    holds("activation_functions.tanh_derivative", np.abs(slope(np.tanh, EIGHT) - (1 - np.tanh(EIGHT) ** 2)))
    holds("activation_functions.sigmoid_table", np.stack([sigmoid(POINTS), slope(sigmoid, POINTS)], axis=1))
    exact = 1 - np.tanh(POINTS) ** 2
    holds("activation_functions.tanh_table", np.stack([np.tanh(POINTS), exact], axis=1))
    saturated = 1 - np.tanh(POINTS[[1, 2, 0]]) ** 2
    holds("activation_functions.tanh_saturates", saturated)


def test_slopes_of_the_hinges(holds):
    assert (relu(1e-5) - relu(0.0)) / 1e-5 == 1 and (relu(0.0) - relu(-1e-5)) == 0, "no slope at 0"
    holds("activation_functions.relu_derivative", slope(relu, np.array([-3.0, 3.0])).round(9))
    holds("activation_functions.relu_values_and_gradients", slope(relu, np.array([-10.0, 10.0])).round(9))
    holds("activation_functions.leaky_relu_derivative", slope(leaky, np.array([-3.0, 3.0])).round(9))
    overview = [slope(lambda z, a=alpha: leaky(z, a), np.array(-10.0)).round(9) for alpha in (0.1, 0.01)]
    holds("activation_functions.leaky_slope_overview", overview)
    holds("activation_functions.leaky_never_dies", slope(leaky, np.linspace(-10, 10, 40)).min().round(9))


def test_ranges_and_means(holds, rng):
    far = np.array([-60.0, 60.0])
    holds("activation_functions.sigmoid_range", sigmoid(far).round(12))
    holds("activation_functions.tanh_range_and_centre", np.tanh(far).round(12))
    z = rng.standard_normal(200_000)
    assert abs(np.tanh(z).mean()) < 0.01, "zero-centred"
    holds("activation_functions.sigmoid_not_centred", sigmoid(z).mean())
    z = rng.standard_normal(1_000_000)
    holds("activation_functions.relu_not_centred", relu(z).mean())
    holds("activation_functions.elu_closer_to_zero_mean", {"ELU": abs(elu(z).mean()), "ReLU": abs(relu(z).mean())})
    far_left = elu(np.array(-10.0))
    holds("activation_functions.elu_saturates_negative", far_left)
    assert leaky(-10.0) == -0.1, "leaky ReLU has no such regime"


def steps_to(x, y, residual=0.001, most=5000):
    """Count steps of gradient descent on a linear regression, at the rate 1 / largest curvature."""
    rate, w = 1 / np.linalg.eigvalsh(x.T @ x / len(x)).max(), np.zeros(x.shape[1])
    first = np.mean(y**2)
    for step in range(1, most + 1):
        w -= rate * x.T @ (x @ w - y) / len(x)
        if np.mean((x @ w - y) ** 2) < residual * first:
            return step
    return most


def test_shifted_features_take_more_steps(holds, rng):
    factors = []
    for features in (2, 5, 20):
        x, target = rng.standard_normal((500, features)), rng.standard_normal(features)
        target -= target.mean()  # a part along the shift alone would be learned at once
        shifted = x + 3
        factors.append(steps_to(shifted, shifted @ target) / steps_to(x, x @ target))
    holds("activation_functions.zero_mean_data_helps", factors)


def test_prelu(holds):
    alpha = 0.25
    branches = np.where(EIGHT > 0, EIGHT, alpha * EIGHT)
    holds("activation_functions.prelu_formula", np.abs(np.maximum(alpha * EIGHT, EIGHT) - branches))
    layer = keras.layers.PReLU()
    layer.build((1, 3))
    x, h, values = np.array([[-2.0, 1.0, -3.0]]), 1e-2, []
    for at in (0.25 + h, 0.25 - h):
        layer.alpha.assign(np.full(3, at))
        values.append(in_keras(layer, x))
    holds(
        "activation_functions.prelu_gradient_alpha",
        np.abs((values[0] - values[1]) / (2 * h) - np.minimum(0, x)).round(4),
    )


def test_elu(holds):
    holds("activation_functions.elu_formula", np.abs(in_keras(keras.activations.elu, EIGHT) - elu(EIGHT)))


def maxout(x, w1, b1, w2, b2):
    return np.maximum(x @ w1 + b1, x @ w2 + b2)


def test_maxout(holds, rng):
    x, w, b = rng.standard_normal((9, 64)), rng.standard_normal(64), 0.3
    z = x @ w + b
    defects = [maxout(x, 0 * w, 0, w, b) - relu(z), maxout(x, 0.01 * w, 0.01 * b, w, b) - leaky(z)]
    holds("activation_functions.maxout_generalises", np.abs(defects))
    branches = keras.layers.Dense(2), keras.layers.Dense(1)
    for branch in branches:
        branch.build((None, 64))
    holds("activation_functions.maxout_doubles_parameters", branches[0].count_params() // branches[1].count_params())
    kernel, bias = (in_keras(lambda part: part, part) for part in (branches[0].kernel, branches[0].bias))
    ours = maxout(x, kernel[:, 0], bias[0], kernel[:, 1], bias[1])
    holds("activation_functions.maxout_output", np.abs(in_keras(branches[0], x).max(axis=1) - ours).round(5))


def test_one_branch_of_maxout_gets_the_full_gradient(holds, rng):
    x, w1, w2 = rng.standard_normal((1000, 5)), *rng.standard_normal((2, 5))
    h, full = 1e-6, []
    for example in x:
        rises = [
            (
                maxout(example, w1 + h * (k == 1) * example, 0, w2 + h * (k == 2) * example, 0)
                - maxout(example, w1, 0, w2, 0)
            )
            / (h * example @ example)
            for k in (1, 2)
        ]  # along its own input a weighted sum rises at the rate of |x|²
        full.append(np.isclose(sorted(rises), [0, 1], atol=1e-3).all())
    holds("activation_functions.maxout_linear_regime", np.mean(full))


@pytest.mark.parametrize("name", ["leaky_relu"])
def test_names_of_keras_stand_for_slopes_that_exercise_4_is_about(name):
    by_name, layer = keras.activations.get(name), keras.layers.LeakyReLU()
    assert np.isclose(in_keras(by_name, [-1.0]), -0.2) and np.isclose(in_keras(layer, [-1.0]), -0.3)
