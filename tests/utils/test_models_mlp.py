"""The multilayer perceptron: its shapes, what it computes, its life on disk."""

from course_utils.backend import loss_and_gradients
from course_utils.models import mlp

import keras
import numpy as np
import pytest


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_layers_and_parameters():
    model = mlp(784, [512, 20], 10)
    parameters = {layer.name: layer.count_params() for layer in model.layers}
    assert parameters == {"hidden1": 785 * 512, "hidden2": 513 * 20, "output": 210}
    assert model.output_shape == (None, 10)
    assert mlp(4, [], 3).count_params() == 15


def test_it_computes_sigmoid_layers_and_their_gradients():
    """Outputs and the gradient of half the squared error, against the equations in numpy."""
    model = mlp(6, [5], 3, activation="sigmoid", output_activation="sigmoid")
    model.compile(loss=lambda y, a: keras.ops.sum((a - y) ** 2, axis=-1) / 2)
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((8, 6)).astype("float32"), rng.random((8, 3), dtype=np.float32)
    W1, b1, W2, b2 = model.get_weights()
    A1 = sigmoid(X @ W1 + b1)
    A2 = sigmoid(A1 @ W2 + b2)
    np.testing.assert_allclose(model.predict(X, verbose=0), A2, atol=1e-6)

    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2.T) * A1 * (1 - A1)
    expected = [X.T @ delta1 / 8, delta1.mean(axis=0), A1.T @ delta2 / 8, delta2.mean(axis=0)]
    _, gradients = loss_and_gradients(model)(X, Y)
    for ours, theirs in zip(expected, gradients, strict=True):
        np.testing.assert_allclose(theirs, ours, atol=1e-6)


def test_without_an_output_activation_it_returns_logits():
    model = mlp(2, [], 2)
    model.set_weights([np.array([[100.0, 0], [0, -100.0]]), np.zeros(2)])
    np.testing.assert_allclose(model.predict(np.ones((1, 2)), verbose=0), [[100, -100]])


def test_the_initializer_is_that_of_every_layer():
    model = mlp(3, [4, 4], 2, kernel_initializer="zeros")
    assert all(np.all(layer.get_weights()[0] == 0) for layer in model.layers)


def test_it_learns_and_survives_saving_and_loading(tmp_path):
    keras.utils.set_random_seed(0)
    model = mlp(2, [16], 2, activation="tanh", output_activation="softmax")
    x = np.random.default_rng(0).standard_normal((200, 2)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")  # no single unit can tell
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy", jit_compile=False)
    losses = model.fit(x, y, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.35 < losses[0]

    model.save(tmp_path / "mlp.keras")
    loaded = keras.models.load_model(tmp_path / "mlp.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]


@pytest.mark.parametrize("sizes", [(0, [3], 2), (3, [0], 2), (3, 5, 2), (3, [3], -1), (3, ["4"], 2), (3.0, [3], 2)])
def test_sizes_below_1_are_refused(sizes):
    with pytest.raises(ValueError, match=r"must be an integer of at least 1|must be a list of the hidden layers"):
        mlp(*sizes)
