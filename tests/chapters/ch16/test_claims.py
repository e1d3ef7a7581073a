"""Claims of chapter 16 that would only interrupt the reading: measured here instead of in the notebook."""

from course_utils.chapters.ch16.norm_gradients import batch_norm_gradients, layer_norm_gradients
from course_utils.checks.differences import central_differences

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits


def normalized(Z, eps=0.0, axis=0):
    return (Z - Z.mean(axis, keepdims=True)) / np.sqrt(Z.var(axis, keepdims=True) + eps)


def layer_for(shape, momentum=0.99, eps=1e-3):
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=eps)
    layer.build(shape)
    return layer


def answers(layer, Z, training=True):
    return keras.ops.convert_to_numpy(layer(Z, training=training))


@pytest.fixture
def Z(rng):
    """A batch of 64 examples of 10 units with scales and means of their own."""
    return (rng.standard_normal((64, 10)) * rng.uniform(1, 4, 10) + rng.uniform(-3, 3, 10)).astype("float32")


@pytest.fixture
def digits():
    """1,000 handwritten digits of 8 by 8 pixels from 0 to 255, and their labels."""
    data = load_digits()
    return data.data[:1000] * (255 / 16), data.target[:1000]


def test_keras_normalizes_with_the_divisor_m(holds, Z):
    holds("batch_normalization.mean_variance", np.abs(answers(layer_for(Z.shape), Z) - normalized(Z, 1e-3)).max())
    unbiased = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0, ddof=1) + 1e-3)
    assert np.abs(answers(layer_for(Z.shape), Z) - unbiased).max() > 1e-3, "the divisor m - 1 must be told apart"


def test_the_result_has_mean_zero_and_nearly_unit_variance(holds, rng):
    Z = (3 * rng.standard_normal((4000, 1))).astype("float32")
    given = answers(layer_for(Z.shape), Z).astype(float)
    holds("batch_normalization.normalize", [given.mean(), given.var()])
    many = normalized(rng.standard_normal((64, 10)) * 3 + 1, eps=1e-5)
    holds("batch_normalization.normalised_moments", [many.mean(), many.var()])


def test_gamma_and_beta_scale_shift_and_undo(holds, Z):
    layer = layer_for(Z.shape)
    layer.gamma.assign(np.sqrt(Z.var(axis=0) + 1e-3))
    layer.beta.assign(Z.mean(axis=0))
    holds("batch_normalization.scale_shift", np.abs(answers(layer, Z) - Z).max())
    exact = Z.astype(float)
    mean, var = exact.mean(axis=0), exact.var(axis=0)
    with_eps = np.sqrt(var + 1e-5)
    holds("batch_normalization.identity", np.abs(with_eps * normalized(exact, 1e-5) + mean - exact).max())
    without_eps = np.abs(np.sqrt(var) * normalized(exact, 1e-5) + mean - exact).max()
    holds("batch_normalization.identity_mapping", without_eps)
    holds("batch_normalization.identity_if_gamma_sigma", without_eps)


def test_gamma_and_beta_set_spread_and_mean(holds, Z):
    given = {}
    for beta in (-1.0, 0.7):
        layer = layer_for(Z.shape)
        layer.gamma.assign(np.full(10, 2.5))
        layer.beta.assign(np.full(10, beta))
        out = answers(layer, Z).astype(float)
        given[beta] = [out.mean(), out.std(axis=0).mean()]
    holds("batch_normalization.gamma_beta_set_moments", given[-1.0])
    holds("batch_normalization.gamma_beta_roles", given[0.7])


def test_what_a_layer_learns_and_what_it_stores(holds):
    layer = layer_for((None, 7))
    holds("batch_normalization.two_parameters", len(layer.trainable_variables))
    numbers = sum(int(np.prod(part.shape)) for part in layer.trainable_variables)
    holds("batch_normalization.extra_parameters", numbers / 7)
    hundred = layer_for((None, 100))
    holds("batch_normalization.parameter_count", [list(hundred.gamma.shape), list(hundred.beta.shape)])
    means, variances = (part.shape[0] for part in (hundred.moving_mean, hundred.moving_variance))
    holds("batch_normalization.means_per_feature", [means, variances])
    after_convolution = layer_for((64, 10, 10, 7))
    holds("batch_normalization.statistics_are_tensors", list(after_convolution.moving_mean.shape))


def test_one_pair_for_a_layer_cannot_undo_what_a_pair_for_each_unit_can(holds, Z):
    exact = Z.astype(float)
    mean, sd = exact.mean(axis=0), exact.std(axis=0)
    assert np.abs(sd * normalized(exact) + mean - exact).max() < 1e-9
    assert np.abs(sd.mean() * normalized(exact) + mean.mean() - exact).max() > 0.5
    gamma = layer_for((None, 100)).gamma
    holds("batch_normalization.one_pair_per_layer", printed=gamma.shape[0], corrected=gamma.shape[0])


@pytest.mark.parametrize(("axis", "gradients"), [(0, batch_norm_gradients), (1, layer_norm_gradients)])
def test_the_networks_gradients_are_those_of_differences(holds, rng, axis, gradients):
    Z, D = rng.standard_normal((2, 6, 4))
    at = {"Z": Z, "gamma": rng.uniform(0.5, 2, 4), "beta": rng.standard_normal(4)}

    def cost():
        return np.sum(D * (at["gamma"] * normalized(at["Z"], 1e-3, axis) + at["beta"]))

    apart = []
    for name, formula in zip(at, gradients(D, Z, at["gamma"]), strict=True):
        measured = central_differences(cost, at[name])
        assert np.abs(measured).max() > 0.1, "there must be a gradient, or the comparison says nothing"
        apart.append(np.abs(formula - measured).max())
    holds("batch_normalization.differentiable", max(apart))


def test_the_bias_below_does_nothing(holds, rng):
    Z = rng.standard_normal((64, 10)) * 3 + 1
    moved = np.abs(normalized(Z + 5, 1e-3) - normalized(Z, 1e-3)).max()
    holds("batch_normalization.bias_redundant", moved)
    D, gamma = rng.standard_normal((64, 10)), rng.uniform(0.5, 2, 10)
    to_bias = batch_norm_gradients(D, Z, gamma)[0].sum(axis=0)
    holds("batch_normalization.bias_still_parameter", max(moved, np.abs(to_bias).max()))


def test_scaling_and_shifting_what_comes_in_changes_nothing(holds, rng):
    Z = rng.standard_normal((1000, 10)) * 10 + 1.9
    holds("batch_normalization.reduces_shift", np.abs(normalized(1.7 * Z + 4, 1e-5) - normalized(Z, 1e-5)).max())


def test_a_constant_feature_needs_epsilon(holds):
    constant = np.full((8, 1), 3.0)
    smallest = 1e-5
    with np.errstate(invalid="ignore"):
        assert np.isnan(normalized(constant)).all() and np.all(normalized(constant, smallest) == 0)
    layer = layer_for((None, 1), eps=smallest)
    holds("batch_normalization.epsilon_for_stability", layer.epsilon)


def test_the_slides_formula_is_numpys(holds, Z):
    exact = Z.astype(float)
    mean = sum(exact) / len(exact)
    var = sum((row - mean) ** 2 for row in exact) / len(exact)
    holds(
        "batch_normalization.statistics_formula",
        max(np.abs(mean - exact.mean(0)).max(), np.abs(var - exact.var(0)).max()),
    )


def test_a_convolution_does_not_keep_unit_variance(holds, rng):
    images = rng.standard_normal((64, 12, 12, 3)).astype("float32")
    channels = answers(keras.layers.Conv2D(7, 3, padding="same"), images).reshape(-1, 7)
    assert not np.allclose(channels.std(axis=0), 1, atol=0.05)
    behind_relu = np.maximum(0, channels).mean(axis=0)
    holds("batch_normalization.convolution_breaks_normalisation", [behind_relu.min(), np.ptp(channels.std(axis=0))])


def test_a_value_is_normalized_differently_in_every_batch(holds, rng):
    batches = 2 + 3 * rng.standard_normal((50, 64, 1))
    batches[:, 0] = 4
    holds("batch_normalization.minibatch_statistics", np.std([normalized(batch)[0, 0] for batch in batches]))


def test_larger_batches_add_less_noise(holds, rng):
    spread = {}
    for size in (16, 64, 256, 1024):
        batches = rng.standard_normal((400, size))
        batches[:, 0] = 1
        spread[str(size)] = np.std(normalized(batches, axis=1)[:, 0])
    holds("batch_normalization.noise", spread)


def test_moving_averages_follow_the_population(holds, rng):
    layer = layer_for((None, 1), momentum=0.9)
    for _ in range(100):
        layer((2 + 3 * rng.standard_normal((256, 1))).astype("float32"), training=True)
    holds("batch_normalization.inference_average", [float(layer.moving_mean[0]), float(layer.moving_variance[0])])


def test_one_update_and_what_inference_makes_of_it(holds, Z):
    layer = layer_for(Z.shape, momentum=0.9)
    Z = Z - Z.mean(axis=0) + np.float32(1.992)
    answers(layer, Z)
    moving = keras.ops.convert_to_numpy(layer.moving_mean)
    holds("batch_normalization.running_update", moving.mean())
    var = keras.ops.convert_to_numpy(layer.moving_variance)
    by_hand = (Z - moving) / np.sqrt(var + 1e-3)
    holds("batch_normalization.test_uses_running_statistics", np.abs(answers(layer, Z, training=False) - by_hand).max())
    assert np.abs(answers(layer, Z) - by_hand).max() > 0.1, "the two modes must differ"


def test_the_slides_momentum_keeps_hardly_anything(holds, rng):
    means = rng.standard_normal(3000)
    share = {}
    for momentum in (0.1, 0.9):
        average, path = 0.0, []
        for mean in means:
            average = momentum * average + (1 - momentum) * mean
            path.append(average)
        share[momentum] = np.std(path[100:]) / np.std(means)
    holds("batch_normalization.running_momentum", printed=share[0.1], corrected=share[0.9])


def test_the_slides_classifier(holds, rng):
    layers = [keras.Input((784,))]
    for units in (50, 25):
        layers += [keras.layers.Dense(units, use_bias=False), keras.layers.BatchNormalization(), keras.layers.ReLU()]
    model = keras.Sequential([*layers, keras.layers.Dense(10), keras.layers.Softmax()])
    probabilities = answers(model, rng.random((20, 784)).astype("float32"))
    holds("batch_normalization.before_activation_network", probabilities.sum(axis=1).mean())


def test_the_slides_columns(holds):
    columns = np.arange(48)
    holds("batch_normalization.columns_per_core", len(np.split(columns, 16)[0]))


def test_the_articles_listing(holds, rng):
    tf = pytest.importorskip("tensorflow")
    z = (5 * rng.standard_normal((256, 100)) + 2).astype("float32")
    mean, var = tf.nn.moments(z, [0])
    given = tf.nn.batch_normalization(z, mean, var, tf.zeros([100]), tf.ones([100]), 1e-3).numpy()
    holds("batch_normalization.tensorflow_listing", [given.mean(), given.std(axis=0).mean()])


def test_deep_layers_without_it_lose_the_inputs_distribution(holds, rng):
    a, spreads = rng.standard_normal((200, 500)), []
    for _ in range(10):
        a = np.maximum(0, a @ (rng.standard_normal((500, 500)) / np.sqrt(500)))
        spreads.append(a.std())
    assert spreads[0] > 0.4
    holds("batch_normalization.layer_distribution_drifts", spreads[-1])


def epochs_to_fit(rng, x, y, rate, loss_wanted=0.1, most=25):
    """Passes of SGD, batches of 50, until a 64-64-10 ReLU network has this training loss."""
    W1, b1 = np.sqrt(2 / 64) * rng.standard_normal((64, 64)), np.zeros(64)
    W2, b2 = np.sqrt(2 / 64) * rng.standard_normal((64, 10)), np.zeros(10)
    for epoch in range(1, most + 1):
        losses = []
        for rows in rng.permutation(len(x)).reshape(-1, 50):
            hidden = np.maximum(0, x[rows] @ W1 + b1)
            scores = hidden @ W2 + b2
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            losses.append(-np.log(p[np.arange(50), y[rows]] + 1e-300).mean())
            p[np.arange(50), y[rows]] -= 1
            delta2 = p / 50
            delta1 = (delta2 @ W2.T) * (hidden > 0)
            W2, b2 = W2 - rate * hidden.T @ delta2, b2 - rate * delta2.sum(axis=0)
            W1, b1 = W1 - rate * x[rows].T @ delta1, b1 - rate * delta1.sum(axis=0)
        if np.mean(losses) < loss_wanted:
            return epoch
    return most + 1


def test_networks_learn_faster_from_standardized_data(holds, digits):
    pixels, y = digits
    standardized = (pixels - pixels.mean(axis=0)) / (pixels.std(axis=0) + 1e-8)
    epochs = {}
    for name, x in (("pixels", pixels), ("standardised", standardized)):
        with np.errstate(all="ignore"):
            tried = [epochs_to_fit(np.random.default_rng(0), x, y, rate) for rate in (1e-4, 1e-3, 0.01, 0.1, 0.3)]
        epochs[name] = min(tried)
    assert epochs["standardised"] <= 10
    holds("batch_normalization.normalised_data_converge_faster", epochs)
