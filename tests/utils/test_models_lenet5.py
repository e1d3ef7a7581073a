"""LeNet-5: its shapes, its parameters, its life on disk."""

from course_utils.models import lenet5

import keras
import numpy as np
import pytest


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    return lenet5()


def test_shapes_and_parameters_are_those_of_its_description(model):
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert shapes == {
        "c1": (28, 28, 6),
        "s2": (14, 14, 6),
        "c3": (10, 10, 16),
        "s4": (5, 5, 16),
        "c5": (1, 1, 120),
        "flatten": (120,),
        "f6": (84,),
        "output": (10,),
    }
    parameters = {layer.name: layer.count_params() for layer in model.layers if layer.weights}
    assert parameters == {"c1": 156, "c3": 2416, "c5": 48_120, "f6": 10_164, "output": 850}
    assert model.count_params() == 61_706


def test_it_computes_what_its_layers_say(model):
    """Against a forward pass in numpy: convolution as sums over windows, maximum of 2×2, ReLU, softmax."""
    x = np.random.default_rng(0).random((2, 28, 28, 1), dtype=np.float32)
    weights = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}

    def convolve(a, kernel, bias):
        windows = np.lib.stride_tricks.sliding_window_view(a, (5, 5), axis=(1, 2))
        return np.maximum(0, np.einsum("nhwcij,ijcf->nhwf", windows, kernel) + bias)

    def pool(a):
        n, height, width, channels = a.shape
        return a.reshape(n, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))

    a = pool(convolve(np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))), *weights["c1"]))
    a = convolve(pool(convolve(a, *weights["c3"])), *weights["c5"]).reshape(2, 120)
    a = np.maximum(0, a @ weights["f6"][0] + weights["f6"][1])
    exponentials = np.exp(a @ weights["output"][0] + weights["output"][1])
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, atol=1e-5)


def test_it_learns_and_survives_saving_and_loading(model, tmp_path):
    rng = np.random.default_rng(0)
    y = np.arange(64) % 10
    x = rng.random((64, 28, 28, 1), dtype=np.float32) * 0.2
    x[np.arange(64), 2 * y + 4, :, 0] = 1.0  # the class is the height of a line
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", jit_compile=False)
    losses = model.fit(x, y, batch_size=16, epochs=15, verbose=0).history["loss"]
    assert losses[0] > 2 and losses[-1] < 1

    model.save(tmp_path / "lenet5.keras")
    loaded = keras.models.load_model(tmp_path / "lenet5.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6)
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
