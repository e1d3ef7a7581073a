"""Claims of chapter 15 that would only interrupt the reading: measured here instead of in the notebook."""

import keras
import numpy as np
import pytest

LAYERS, UNITS, EXAMPLES = 10, 500, 1000


def forward(rng, sd, activation, units=UNITS):
    """Inputs and activations of the slides' stack, and its weights."""
    activations, weights = [rng.standard_normal((EXAMPLES, units))], []
    for _ in range(LAYERS):
        weights.append(sd * rng.standard_normal((units, units)))
        activations.append(activation(activations[-1] @ weights[-1]))
    return activations, weights


def relu(z):
    return np.maximum(0, z)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_two_layers(W1, W2, X, y, steps, rate, activation=np.tanh, slope=lambda a: 1 - a**2):
    """Gradient descent on the cross-entropy of one sigmoid output, biases from 0.

    Returns the hidden layer's weights and bias, the output weights, and the first gradient of the hidden weights.
    """
    b1, b2, first_gradient = np.zeros(W1.shape[1]), 0.0, None
    for _ in range(steps):
        hidden = activation(X @ W1 + b1)
        delta2 = (sigmoid(hidden @ W2 + b2) - y) / len(X)
        delta1 = (delta2 @ W2.T) * slope(hidden)
        gradient1 = X.T @ delta1
        first_gradient = gradient1 if first_gradient is None else first_gradient
        W1, b1 = W1 - rate * gradient1, b1 - rate * delta1.sum(axis=0)
        W2, b2 = W2 - rate * hidden.T @ delta2, b2 - rate * delta2.sum()
    return W1, b1, W2, first_gradient


@pytest.fixture
def quadrant(rng):
    """Points of the plane, and whether they lie in the upper right quadrant: no single unit can tell."""
    X = rng.standard_normal((200, 2))
    return X, np.all(X > 0, axis=1, keepdims=True).astype(float)


def test_zero_weights_stay_symmetric(holds, quadrant):
    X, y = quadrant
    W1, _, W2, _ = train_two_layers(
        np.zeros((2, 2)), np.zeros((2, 1)), X, y, steps=200, rate=0.5, activation=sigmoid, slope=lambda a: a * (1 - a)
    )
    assert np.abs(W2).max() > 1e-6, "the weights must have moved, or the comparison says nothing"
    holds("weight_initialization.zeros_symmetric", max(np.ptp(W1, axis=1).max(), np.ptp(W2)))


def test_equal_units_have_equal_gradients(holds, quadrant):
    _, _, _, gradient = train_two_layers(np.zeros((2, 2)), np.full((2, 1), 0.5), *quadrant, steps=1, rate=0.1)
    assert np.abs(gradient).min() > 1e-6
    holds("weight_initialization.identical_rows_gradient", np.ptp(gradient, axis=1).max())


def test_equal_units_do_the_work_of_one(holds, quadrant):
    X, y = quadrant
    W1, b1, W2, _ = train_two_layers(np.full((2, 5), 0.3), np.full((5, 1), 0.3), X, y, steps=300, rate=0.5)
    assert np.abs(W1 - 0.3).max() > 0.01, "the weights must have moved, or the comparison says nothing"
    of_five = np.tanh(X @ W1 + b1) @ W2
    of_one = np.tanh(X @ W1[:, :1] + b1[:1]) * W2.sum()
    holds("weight_initialization.one_unit_enough", np.abs(of_five - of_one).max())


def test_small_random_weights_break_the_symmetry(holds, rng, quadrant):
    W1, *_ = train_two_layers(
        0.01 * rng.standard_normal((2, 2)), 0.01 * rng.standard_normal((2, 1)), *quadrant, steps=4000, rate=1.0
    )
    holds("weight_initialization.small_random_breaks_symmetry", np.ptp(W1, axis=1).max())


def test_small_weights_keep_sigmoid_units_off_the_flat_part(holds, rng):
    inputs = rng.standard_normal((200, 200))
    activations = sigmoid(inputs @ (0.01 * rng.standard_normal((200, 200))))
    holds("weight_initialization.small_avoids_flat", np.mean(activations * (1 - activations)))


def test_variance_one_over_n_keeps_the_variance(holds, rng):
    for n in (10, 100, 1000):
        z = (rng.standard_normal((4000, n)) * rng.standard_normal((4000, n)) / np.sqrt(n)).sum(axis=1)
        holds("weight_initialization.variance_one_over_n", np.var(z))


def test_keras_draws_what_the_two_formulas_of_xavier_say(holds):
    n_in, n_out = 300, 500
    drawn = [
        keras.ops.convert_to_numpy(initializer((n_in, n_out))).std()
        for initializer in (keras.initializers.LecunNormal(seed=0), keras.initializers.GlorotNormal(seed=0))
    ]
    holds("weight_initialization.xavier", np.array(drawn) / [np.sqrt(1 / n_in), np.sqrt(2 / (n_in + n_out))])


def test_small_weights_leave_nothing_in_the_last_layer(holds, rng):
    activations, _ = forward(rng, 0.01, np.tanh)
    holds("weight_initialization.small_tanh_all_zero", np.abs(activations[-1]).max())


def test_large_weights_saturate_tanh(holds, rng):
    activations, _ = forward(rng, 1.0, np.tanh)
    holds("weight_initialization.unit_tanh_saturated", [np.mean(np.abs(a) > 0.9) for a in activations[1:]])


def test_xavier_keeps_activations_and_gradients_of_similar_size(holds, rng):
    activations, weights = forward(rng, 1 / np.sqrt(UNITS), np.tanh)
    signal, norms = rng.standard_normal(activations[-1].shape), []
    for a, before, w in zip(activations[:0:-1], activations[-2::-1], weights[::-1], strict=True):
        delta = signal * (1 - a**2)
        norms.append(np.linalg.norm(before.T @ delta))
        signal = delta @ w.T
    stds = np.array([a.std() for a in activations[1:]])
    holds("weight_initialization.xavier_reasonable", [stds / np.median(stds), np.array(norms) / np.median(norms)])


@pytest.mark.parametrize("sd", [0.01, 1.0, 1 / np.sqrt(UNITS)])
def test_mean_activations_stay_at_zero_with_tanh(holds, rng, sd):
    activations, _ = forward(rng, sd, np.tanh)
    means = [a.mean() for a in activations[1:]]
    holds("weight_initialization.layer_means_zero_tanh", means[int(np.argmax(np.abs(means)))])


def test_mean_activations_with_relu(holds, rng):
    xavier, _ = forward(rng, 1 / np.sqrt(UNITS), relu)
    holds("weight_initialization.xavier_relu_means", [a.mean() for a in xavier[1:]])
    he, _ = forward(rng, np.sqrt(2 / UNITS), relu)
    holds("weight_initialization.he_relu_means", [a.mean() for a in he[1:]])


def test_relu_scale_keeps_the_mean_square(holds, rng):
    stacks = [forward(rng, np.sqrt(2 / UNITS), relu)[0] for _ in range(3)]
    kept = [np.mean([np.mean(a[layer] ** 2) for a in stacks]) for layer in (1, LAYERS)]
    holds("weight_initialization.relu_scale", kept)


def test_the_articles_neuron(holds, rng):
    """A neuron with 1000 inputs, half of them 1 and half of them 0, and standard normal weights, drawn 20,000 times."""
    weights = rng.standard_normal((20_000, 1000), dtype=np.float32)
    outputs = weights @ np.repeat(np.float32([1, 0]), 500)
    holds("weight_initialization.variance_of_sample_weights", np.var(weights[:, 0]))
    holds("weight_initialization.variance_ratio", np.var(outputs) / np.var(weights))
    holds("weight_initialization.output_saturates", np.mean(np.abs(outputs) > 5))


def test_scaling_by_one_over_root_n_brings_the_variance_to_one(holds, rng):
    inputs = rng.standard_normal(1000)
    inputs = (inputs - inputs.mean()) / inputs.std()
    outputs = (rng.standard_normal((5000, 1000)) / np.sqrt(1000)) @ inputs
    holds("weight_initialization.unit_variance_scale", np.var(outputs))


def test_variance_of_a_sum_of_products(holds, rng):
    w, x = 1.5 * rng.standard_normal((4000, 1000)), 0.5 * rng.standard_normal((4000, 1000))
    holds("weight_initialization.variance_sum_formula", np.var((w * x).sum(axis=1)) / (1000 * np.var(w) * np.var(x)))


def test_variance_of_a_product(holds, rng):
    w, x = 2 + 0.5 * rng.standard_normal(2_000_000), 1 + 3 * rng.standard_normal(2_000_000)
    formula = 2**2 * 3**2 + 1**2 * 0.5**2 + 0.5**2 * 3**2
    holds("weight_initialization.product_variance_formula", np.var(w * x) / formula)


def test_two_layers_that_share_an_initializer_start_equal_and_two_that_share_a_name_do_not():
    """The chapter warns of it in its section In practice."""
    for given, equal in ((keras.initializers.RandomNormal(stddev=0.1), True), ("random_normal", False)):
        model = keras.Sequential([keras.Input((5,)), *(keras.layers.Dense(5, kernel_initializer=given) for _ in "12")])
        first, second = (layer.kernel.numpy() for layer in model.layers)
        assert np.array_equal(first, second) == equal
