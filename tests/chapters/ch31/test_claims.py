"""Claims of chapter 31 that would interrupt the reading, measured here instead of in the notebook."""

from functools import cache
from io import BytesIO
from unittest.mock import MagicMock
from zlib import compress, decompress

from course_utils import datasets
from course_utils.claims.ledger import read_ledger

import keras
import numpy as np
import pytest
from cells import compiled
from keras import layers
from PIL import Image
from sklearn.datasets import load_sample_images

WIDTHS = (512, 256, 128, 64, 128, 256, 512)


def dense(*hidden, output="relu"):
    units = [layers.Dense(width, activation="relu") for width in hidden]
    return keras.Sequential([keras.Input((784,)), *units, layers.Dense(784, activation=output)])


@cache
def convolutional():
    """The model of the notebook's own cell."""
    names = {"keras": keras, "layers": layers, "seed": 0, "print": lambda *_: None}
    exec(compiled(31, "conv"), names)
    return names["convolutional"], names["conv"], names["halve"]


@pytest.fixture(scope="module")
def photographs():
    return load_sample_images().images


def as_jpeg(photo, quality):
    file = BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=quality)
    return file.tell(), np.asarray(Image.open(file)).astype(float)


def test_zip_gives_back_what_it_packed_in_fewer_bytes(holds):
    text = " ".join(claim.statement for claim in read_ledger("autoencoders").values()).encode()
    packed = compress(text, 6)
    changed = sum(a != b for a, b in zip(text, decompress(packed), strict=True))
    holds("autoencoders.zip_lossless", [len(packed) / len(text), changed])


def test_jpeg_changes_pixels(holds, photographs):
    changed = [np.mean(as_jpeg(photo, quality)[1] != photo) for photo in photographs for quality in (50, 75, 95)]
    holds("autoencoders.jpeg_is_lossy", changed)


def test_jpeg_at_30_decibels_takes_a_tenth(holds, photographs):
    ratios = []
    for photo in photographs:
        for quality in range(50, 100, 5):
            size, again = as_jpeg(photo, quality)
            if 10 * np.log10(255**2 / np.mean((again - photo) ** 2)) >= 30:
                ratios.append(photo.nbytes / size)
                break
    assert len(ratios) == len(photographs)
    holds("autoencoders.jpeg_tenth_of_size", ratios)


def test_shapes_of_the_dense_networks(holds):
    shallow, deep = dense(64), dense(*WIDTHS)
    sizes = [[784, *(layer.output.shape[-1] for layer in model.layers)] for model in (shallow, deep)]
    holds("autoencoders.code_smaller_than_input", sizes[0])
    holds("autoencoders.deep_layer_sizes", sizes[1])
    holds("autoencoders.shallow_parameters", shallow.count_params())
    holds("autoencoders.deep_parameters", deep.count_params())


def test_relu_in_both_layers_gives_no_negative_code_and_no_negative_pixel(holds, rng):
    model, x = dense(64), rng.standard_normal((50, 784)).astype("float32")
    code = keras.ops.convert_to_numpy(model.layers[0](x))
    pixels = keras.ops.convert_to_numpy(model(x))
    assert min(np.mean(code == 0), np.mean(pixels == 0)) > 0.1, "with ReLU many are 0"
    holds("autoencoders.shallow_relu_everywhere", [code.min(), pixels.min()])


def test_squared_distance_is_784_times_what_keras_averages(holds, rng):
    x, restored = rng.random((2, 5, 784))
    keras_mean = keras.ops.convert_to_numpy(keras.losses.mean_squared_error(x, restored))
    holds("autoencoders.loss_is_squared_distance", 784 * keras_mean / np.linalg.norm(x - restored, axis=1) ** 2)


def test_shapes_and_range_of_the_digits(holds):
    like_mnist = np.zeros((60000, 28, 28), np.uint8)
    holds("autoencoders.mnist_shapes_flat", like_mnist.reshape(len(like_mnist), -1).shape)
    holds("autoencoders.conv_input_shape", like_mnist[..., np.newaxis].shape)
    pixels = datasets.load("mnist").x_train[:1000].astype("float32") / 255
    holds("autoencoders.mnist_rescaled_range", [pixels.min(), pixels.max()])


def test_a_validation_split_of_a_fifth(holds):
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.zeros((600, 1), "float32")  # a hundredth of MNIST, in batches of 2.56
    seen = []
    counter = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    model.fit(x, x, validation_split=0.2, batch_size=1, callbacks=[counter], verbose=0)
    held_out = len(x) - len(seen)
    holds("autoencoders.validation_split_sizes", [100 * len(seen), 100 * held_out, -(-100 * len(seen) // 256)])


def test_training_needs_no_labels(holds, rng):
    x = rng.random((200, 784)).astype("float32")
    model = dense(64, output="sigmoid")
    model.compile(keras.optimizers.Adam(0.003), "mse")
    before = model.evaluate(x, x, verbose=0)
    model.fit(x, x, epochs=5, verbose=0)
    holds("autoencoders.unsupervised_targets", {"after": model.evaluate(x, x, verbose=0), "before": before})


def test_the_convolutional_network(holds):
    model, _, _ = convolutional()
    shapes = [layer.output.shape[1:] for layer in model.layers]
    holds("autoencoders.conv_shapes", shapes)
    holds("autoencoders.conv_parameters", model.count_params())
    holds("autoencoders.denoise_same_model", model.count_params())
    holds("autoencoders.conv_code_size", int(np.prod(shapes[5])))
    kinds = [type(layer).__name__ for layer in model.layers]
    filters = [layer.filters for layer in model.layers if hasattr(layer, "filters")]
    assert filters[:3] == filters[5:2:-1], "the decoder's first three mirror the encoder's"
    holds("autoencoders.conv_layers_correspond", kinds[:6].count("Conv2D"))
    holds("autoencoders.pool_layers_correspond", [kinds.count("MaxPooling2D"), kinds.count("UpSampling2D")])


def test_the_layer_without_padding_is_needed(holds):
    model, conv, halve = convolutional()
    up = [conv(8), layers.UpSampling2D(2), conv(8), layers.UpSampling2D(2), conv(32), layers.UpSampling2D(2), conv(1)]
    down = [conv(32), halve(), conv(8), halve(), conv(8), halve()]
    padded = keras.Sequential([keras.Input((28, 28, 1)), *down, *up])
    holds("autoencoders.conv_valid_layer_needed", [model.output_shape[1:], padded.output_shape[1:]])


def test_pooling_and_upsampling(holds):
    def pool(x):
        return keras.ops.convert_to_numpy(layers.MaxPooling2D(2)(x[None, :, :, None]))[0, :, :, 0]

    def double(x):
        return keras.ops.convert_to_numpy(layers.UpSampling2D(2)(x[None, :, :, None]))[0, :, :, 0]

    x = np.array([[5.0, 1, 2, 8], [3, 4, 7, 6], [9, 0, 1, 2], [5, 6, 0, 3]])
    holds("autoencoders.maxpool_2x2", pool(x))
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    holds("autoencoders.upsampling_2x2", double(square))
    holds("autoencoders.upsampling_reverses_pooling", [np.mean(pool(double(x)) == x), np.mean(double(pool(x)) == x)])


def test_functional_and_sequential_models_agree(holds, rng):
    for hidden in ((64,), WIDTHS):
        sequential = dense(*hidden)
        code = pixels = keras.Input((784,))
        for width in (*hidden, 784):
            code = layers.Dense(width, activation="relu")(code)
        functional = keras.Model(pixels, code)
        functional.set_weights(sequential.get_weights())
        x = rng.random((10, 784)).astype("float32")
        outputs = [keras.ops.convert_to_numpy(model(x)) for model in (sequential, functional)]
        assert np.abs(outputs[0]).max() > 0.01
        holds("autoencoders.functional_and_sequential_equal", np.abs(outputs[0] - outputs[1]).max())


def test_the_noise_of_the_notebook(holds):
    names = {name: MagicMock() for name in ("keras", "layers", "prepare", "Ridge", "X")}
    names |= {"np": np, "seed": 0, "noisy_passes": 1}
    exec(compiled(31, "denoise"), names)
    noisy = names["noisy"](np.full((500, 784), 0.5, "float32"))
    low, high = np.quantile(noisy, [0.1587, 0.8413])  # one standard deviation from the middle, where nothing is clipped
    holds("autoencoders.denoise_noise_level", [(high - low) / 2, noisy.min(), noisy.max()])
