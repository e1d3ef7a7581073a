"""Loss and gradients against a NumPy float64 model and finite differences, and against the other backend."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from course_utils.backend import layer_outputs, loss_and_gradients
from course_utils.checks.differences import central_differences

import keras
import numpy as np
import pytest

L2 = 0.05


def small_network() -> keras.Model:
    """6 → 5 tanh → 3 softmax with weight decay, and weights that every backend gets alike."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5, activation="tanh", kernel_regularizer=keras.regularizers.L2(L2)),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
    random = np.random.default_rng(3)
    model.set_weights([0.5 * random.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    return random.normal(size=(8, 6)), random.integers(0, 3, 8)


def reference_loss(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """The same network in float64."""
    w1, b1, w2, b2 = weights
    logits = np.tanh(x @ w1 + b1) @ w2 + b2
    log_sum = np.log(np.exp(logits).sum(axis=1))
    return float(np.mean(log_sum - logits[np.arange(len(y)), y]) + L2 * np.sum(w1**2))


def noisy_network() -> keras.Model:
    """With everything that changes its state when it is called for training."""
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(1)]
    )
    model.compile(loss="mse", optimizer="adam")
    return model


def values(model: keras.Model) -> list[np.ndarray]:
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.variables]


def test_gradients_equal_finite_differences():
    model, (x, y) = small_network(), batch()
    loss, gradients = loss_and_gradients(model)(x, y)
    weights = [weight.astype(np.float64) for weight in model.get_weights()]
    assert loss == pytest.approx(reference_loss(weights, x, y), rel=1e-5)
    for weight, gradient in zip(weights, gradients, strict=True):
        numeric = central_differences(lambda: reference_loss(weights, x, y), weight, 1e-6)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-6)


def test_it_reads_the_weights_of_the_moment():
    model, (x, y) = small_network(), batch()
    evaluate = loss_and_gradients(model)
    before = evaluate(x, y)[0]
    weights = [1.5 * weight for weight in model.get_weights()]
    model.set_weights(weights)
    assert evaluate(x, y)[0] == pytest.approx(reference_loss(weights, x, y), rel=1e-5)
    assert evaluate(x, y)[0] != pytest.approx(before, rel=1e-3)


def test_the_model_stays_as_it_was():
    model = noisy_network()
    random = np.random.default_rng(0)
    x, y = random.normal(5, 2, size=(16, 6)), random.normal(size=(16, 1))
    before = values(model)
    loss_and_gradients(model)(x, y)
    layer_outputs(model)(x)
    layer_outputs(model, training=False)(x)
    for old, new in zip(before, values(model), strict=True):
        np.testing.assert_array_equal(old, new)


def test_training_uses_batch_statistics_and_inference_the_moving_ones():
    model = noisy_network()
    x, y = np.random.default_rng(0).normal(5, 2, size=(64, 6)), np.ones((64, 1))
    dense, normalised = model.layers[0].name, model.layers[1].name
    in_training, as_predicted = layer_outputs(model, training=True)(x), layer_outputs(model, training=False)(x)
    np.testing.assert_allclose(in_training[normalised].mean(axis=0), 0, atol=1e-4)
    # moving statistics start at mean 0 and variance 1, so that at first nothing is normalised
    np.testing.assert_allclose(as_predicted[normalised], as_predicted[dense], rtol=1e-2)
    predicted = model.evaluate(x, y, batch_size=64, verbose=0)
    assert loss_and_gradients(model)(x, y)[0] != pytest.approx(predicted, rel=1e-3)


def test_layer_outputs_are_those_of_the_layers():
    model, (x, _) = small_network(), batch()
    outputs = layer_outputs(model)(x)
    w1, b1, _, _ = model.get_weights()
    assert list(outputs) == [layer.name for layer in model.layers]
    np.testing.assert_allclose(outputs[model.layers[0].name], np.tanh(x @ w1 + b1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(outputs[model.layers[1].name], model.predict(x, verbose=0), rtol=1e-5)


def test_several_outputs_recurrent_layers_and_embeddings():
    layers = keras.layers
    tokens = keras.Input((7,), dtype="int32")
    hidden = layers.Bidirectional(layers.GRU(3), name="gru")(layers.Embedding(11, 4, name="embedding")(tokens))
    model = keras.Model(tokens, {"a": layers.Dense(2, name="a")(hidden), "b": layers.Dense(1, name="b")(hidden)})
    model.compile(loss={"a": "mse", "b": "mse"}, optimizer="sgd")
    x = np.random.default_rng(0).integers(0, 5, (8, 7))
    y = {"a": np.zeros((8, 2)), "b": np.ones((8, 1))}
    _, gradients = loss_and_gradients(model)(x, y)
    assert [gradient.shape for gradient in gradients] == [tuple(v.shape) for v in model.trainable_variables]
    embedding = gradients[0]
    assert np.all(embedding[5:] == 0)
    assert np.all(np.abs(embedding[:5]).sum(axis=1) > 0)
    assert {name: output.shape for name, output in layer_outputs(model)(x).items()} == {
        "embedding": (8, 7, 4),
        "gru": (8, 6),
        "a": (8, 2),
        "b": (8, 1),
    }


def test_the_other_backend_gives_the_same():
    other = "jax" if keras.backend.backend() == "tensorflow" else "tensorflow"
    if importlib.util.find_spec(other) is None:
        pytest.skip(f"{other} is not installed")
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test_backend as t; "
        "loss, gradients = t.loss_and_gradients(t.small_network())(*t.batch()); "
        "print(json.dumps([loss, [gradient.tolist() for gradient in gradients]]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        env={**os.environ, "KERAS_BACKEND": other},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    loss, gradients = json.loads(finished.stdout.splitlines()[-1])
    own_loss, own_gradients = loss_and_gradients(small_network())(*batch())
    assert own_loss == pytest.approx(loss, rel=1e-5)
    for own, theirs in zip(own_gradients, gradients, strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-4, atol=1e-6)


def test_bad_models_are_refused():
    plain = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="no loss yet"):
        loss_and_gradients(plain)
    without_input = keras.Sequential([keras.layers.Dense(1)])
    without_input.compile(loss="mse")
    for build in (loss_and_gradients, layer_outputs):
        with pytest.raises(ValueError, match="no weights yet"):
            build(without_input)
    plain.trainable = False
    plain.compile(loss="mse")
    with pytest.raises(ValueError, match="no trainable variables"):
        loss_and_gradients(plain)


def test_layers_taken_from_another_model_are_refused():
    first = small_network()
    second = keras.Sequential([keras.Input((6,)), first.layers[0], keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="cannot be read one by one"):
        layer_outputs(second)


def deep_sigmoid_network(activation: str = "sigmoid") -> keras.Model:
    layers = [keras.layers.Dense(100, activation=activation) for _ in range(10)]
    model = keras.Sequential([keras.Input((20,)), *layers, keras.layers.Dense(3, dtype="float32")])
    model.compile(loss="mse", optimizer="sgd")
    random = np.random.default_rng(5)
    model.set_weights([random.normal(scale=0.1, size=weight.shape) for weight in model.get_weights()])
    return model


@pytest.mark.parametrize("targets", [1.0, 1e4])  # gradients that vanish in float16, and such as overflow once scaled
def test_gradients_in_half_precision_are_those_of_float32(targets):
    random = np.random.default_rng(6)
    x, y = random.normal(size=(16, 20)), targets * random.normal(size=(16, 3))
    loss, gradients = loss_and_gradients(deep_sigmoid_network())(x, y)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        half_loss, half = loss_and_gradients(deep_sigmoid_network())(x, y)
    finally:
        keras.config.set_dtype_policy("float32")
    assert half_loss == pytest.approx(loss, rel=0.01)
    norms, half_norms = ([np.linalg.norm(gradient) for gradient in some[::2]] for some in (gradients, half))
    assert norms[0] < 1e-5 * targets < 10 * norms[-1]
    np.testing.assert_allclose(half_norms, norms, rtol=0.05)


class OwnLoss(keras.Sequential):
    def compute_loss(self, x, y, y_pred, sample_weight):
        return keras.ops.mean(keras.ops.square(y_pred - y)) + 0 * keras.ops.sum(x)


@pytest.mark.parametrize("optimizer", ["sgd", None])
def test_a_compute_loss_of_the_models_own_is_called_as_fit_calls_it(optimizer):
    model, own = (kind([keras.Input((6,)), keras.layers.Dense(1)]) for kind in (keras.Sequential, OwnLoss))
    own.set_weights(model.get_weights())
    model.compile(loss="mse", optimizer="sgd")
    own.compile(optimizer=optimizer)
    x, y = batch()[0], np.ones((8, 1))
    expected, found = (loss_and_gradients(one)(x, y) for one in (model, own))
    assert found[0] == pytest.approx(expected[0])
    np.testing.assert_allclose(found[1][0], expected[1][0], rtol=1e-5)
