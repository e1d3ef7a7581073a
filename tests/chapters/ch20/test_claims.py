"""Claims of chapter 20 that would only interrupt the reading: measured here instead of in the notebook."""

import keras
import numpy as np
import pytest

PARTS = slice(20, 70), slice(1_000, 2_500), slice(2_500, None)  # of a curve: early, half-way, late


def test_the_standard_error_of_an_accuracy(holds, rng):
    for p in (0.9, 0.5):
        n = np.array([20, 100, 1000])
        measured = rng.binomial(n, p, (20_000, 3)) / n
        holds("loss_curve_clinic.small_validation_set", measured.std(axis=0) / np.sqrt(p * (1 - p) / n))


def test_an_untrained_classifier_pays_the_logarithm_of_the_number_of_classes(holds, rng):
    losses = []
    for classes in (2, 10, 100):
        scores, labels = 1e-3 * rng.standard_normal((500, classes)), rng.integers(classes, size=500)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, scores)
        losses.append(float(keras.ops.convert_to_numpy(loss)))
    holds("loss_curve_clinic.expected_start", losses)


def test_adam_on_raw_inputs_jumps_after_a_long_calm(holds):
    x = np.linspace(0, 20, 10)
    X, y = x[:, None] ** np.arange(6), np.sin(x)
    w, m, v = np.zeros(6), np.zeros(6), np.zeros(6)
    losses = np.empty(20_000)
    for step in range(len(losses)):
        error = X @ w - y
        losses[step] = error @ error / len(x)
        g = 2 * X.T @ error / len(x)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w -= 0.01 * m / (1 - 0.9 ** (step + 1)) / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
    late = losses[5_000:]
    calm = np.median(late)
    assert np.mean(late < 2 * calm) > 0.5, "it is calm most of the time"
    holds("loss_curve_clinic.sudden_jump", late.max() / calm)


def test_a_high_rate_drops_fast_and_flattens_at_a_worse_level(holds, rng):
    X, w = rng.standard_normal((5_000, 10)), rng.standard_normal(10)
    y = X @ w + rng.standard_normal(5_000)
    order = rng.integers(5_000, size=(4_000, 10))
    losses = {0.5: np.empty(4_000), 0.01: np.empty(4_000)}
    for rate, curve in losses.items():
        found = np.zeros(10)
        for step, i in enumerate(order):
            error = X[i] @ found - y[i]
            curve[step] = error @ error / 10
            found = found - rate * X[i].T @ error / 10
    early, before, late = ({r: c[part].mean() for r, c in losses.items()} for part in PARTS)
    measured = [early[0.5] / early[0.01], late[0.5] / late[0.01], late[0.5] / before[0.5]]
    holds("loss_curve_clinic.rate_high_flattens", measured)


def test_inputs_far_from_zero_make_descent_slow(holds, rng):
    X, w = rng.standard_normal((500, 5)), rng.standard_normal(5)
    steps = {}
    for shift in (0.0, 3.0):
        inputs = X + shift
        rate = 1 / np.linalg.eigvalsh(inputs.T @ inputs / 500)[-1]
        found, count = np.zeros(5), 0
        while np.linalg.norm(inputs @ (found - w)) > 1e-3 * np.linalg.norm(inputs @ w):
            found = found - rate * inputs.T @ (inputs @ (found - w)) / 500
            count += 1
        steps[shift] = count
    holds("loss_curve_clinic.all_gradients_one_sign", steps[3.0] / steps[0.0])


def network(*after, activation=None, from_logits=True):
    last = keras.layers.Dense(10, activation=activation)
    model = keras.Sequential([keras.Input((6,)), last, *after])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.compile(keras.optimizers.SGD(0.1), loss, jit_compile=False)
    return model


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the chapter says so of TensorFlow")
@pytest.mark.filterwarnings("ignore:.*from_logits=True.*")
def test_what_keras_repairs_and_what_it_does_not(rng):
    x, y = rng.standard_normal((50, 6)).astype("float32"), rng.integers(10, size=50)
    plain = network()
    kernel = 3 * plain.get_weights()[0]

    def loss(model):
        model.set_weights([kernel, np.zeros(10)])
        return model.evaluate(x, y, verbose=0)

    layers = keras.layers
    repaired = [network(activation="softmax"), network(layers.Softmax())]
    repaired.append(network(layers.Activation("linear"), activation="softmax"))
    twice = [network(layers.Rescaling(1.0), activation="softmax")]
    twice.append(network(layers.Softmax(), activation="softmax", from_logits=False))
    right = loss(plain)
    assert [loss(model) for model in repaired] == pytest.approx([right] * 3, rel=1e-5)
    p = np.exp(x @ kernel) / np.exp(x @ kernel).sum(axis=1, keepdims=True)
    of_probabilities = np.mean(np.log(np.exp(p).sum(axis=1)) - p[np.arange(50), y])
    assert [loss(model) for model in twice] == pytest.approx([of_probabilities] * 2, rel=1e-4)
    assert abs(of_probabilities - right) > 0.1


def test_a_training_true_in_the_model_is_overruled_by_evaluate_and_not_by_a_call_that_says_so(rng):
    inputs = keras.Input((40,))
    outputs = keras.layers.Dense(10)(keras.layers.Dropout(0.5, seed=0)(inputs, training=True))
    model = keras.Model(inputs, outputs)
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
    x, y = rng.standard_normal((100, 40)).astype("float32"), rng.integers(10, size=100)
    assert model.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    first, second = (keras.ops.convert_to_numpy(model(x, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 0.1


def test_keras_repeats_itself_with_the_same_seed(rng):
    x, y = rng.standard_normal((100, 6)).astype("float32"), rng.integers(10, size=100)
    kernels = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        model = network()
        model.fit(x, y, batch_size=10, verbose=0)
        kernels.append(model.get_weights()[0])
    assert np.array_equal(kernels[0], kernels[1]) and not np.array_equal(kernels[0], kernels[2])
