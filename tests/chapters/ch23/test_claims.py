"""Claims of chapter 23 that would only interrupt the reading: measured here instead of in the notebook."""

from course_utils import datasets
from course_utils.models import lenet5

import keras
import numpy as np
import pytest


@pytest.fixture
def mnist():
    if not datasets.is_at_hand("mnist"):
        pytest.skip("MNIST is not at hand")
    return datasets.load("mnist")


def printed_listing():
    """The model as the document's listing builds it."""
    layers = keras.layers
    model = keras.Sequential()
    model.add(layers.Conv2D(6, (5, 5), activation="relu", padding="same", input_shape=(28, 28, 1)))
    model.add(layers.MaxPooling2D((2, 2)))
    model.add(layers.Conv2D(16, (5, 5), activation="relu"))
    model.add(layers.MaxPooling2D((2, 2)))
    model.add(layers.Conv2D(120, (5, 5), activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(84, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def test_zero_padding_keeps_28(holds):
    out = keras.layers.Conv2D(6, 5, padding="same")(np.zeros((1, 28, 28, 1), dtype="float32"))
    holds("lenet5.padding_keeps_28", out.shape[1:])


def test_shapes_through_the_network(holds):
    shapes = [layer.output.shape[1:] for layer in lenet5().layers if layer.name != "flatten"]
    holds("lenet5.layer_shapes", np.concatenate(shapes))


def test_filters_of_the_second_convolution(holds):
    from_14_to_10 = [
        size for size in range(1, 15) if keras.layers.Conv2D(1, size).compute_output_shape((1, 14, 14, 6))[1] == 10
    ]
    (size,) = from_14_to_10
    holds("lenet5.second_conv_filter", [size, size])


def test_softmax_is_the_shares_of_the_exponentials(holds, rng):
    z = rng.standard_normal((50, 10)) * 5
    shares = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    of_keras = keras.ops.convert_to_numpy(keras.activations.softmax(keras.ops.convert_to_tensor(z, dtype="float64")))
    holds("lenet5.softmax", np.abs(shares - of_keras).max() + np.abs(of_keras.sum(axis=1) - 1).max())


def test_softmax_lets_the_error_through_and_the_maximum_does_not(holds, rng):
    """The largest derivative of any output for any score, by central differences."""
    z, step = rng.standard_normal(10), 1e-5

    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    def one_hot_maximum(z):
        return np.eye(10)[z.argmax()]

    largest = {
        name: max(
            np.abs(function(z + step * unit) - function(z - step * unit)).max() / (2 * step) for unit in np.eye(10)
        )
        for name, function in (("maximum", one_hot_maximum), ("softmax", softmax))
    }
    holds("lenet5.softmax_backprop", largest)


def test_a_new_axis_for_the_channel(holds, mnist):
    holds("lenet5.channel_axis", [mnist.x_train[..., np.newaxis].shape, mnist.x_test[..., np.newaxis].shape])


def test_channels_come_last(holds):
    """The axis of an image that the default convolution takes for the channels, from the shape of its kernel."""
    layer = keras.layers.Conv2D(2, 1)
    layer.build((None, 5, 6, 7))
    holds("lenet5.channels_last", (None, 5, 6, 7).index(layer.kernel.shape[2]))


def test_rescaled_pixels(holds, mnist):
    for images in (mnist.x_train, mnist.x_test):
        scaled = images.astype("float32") / 255
        holds("lenet5.rescaled_range", [scaled.min(), scaled.max()])


def test_one_hot_vectors(holds):
    label = np.array([4])
    holds("lenet5.to_categorical", keras.utils.to_categorical(label, 10)[0])


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_the_printed_listing_builds_the_same_network(holds, rng):
    listing, ours = printed_listing(), lenet5()
    ours.set_weights(listing.get_weights())
    x = rng.random((5, 28, 28, 1), dtype=np.float32)
    holds("lenet5.listing_builds", np.abs(listing.predict(x, verbose=0) - ours.predict(x, verbose=0)).max())


def test_a_tenth_is_for_validation(holds, mnist):
    """Counted are the examples that `fit` hands to its steps, which are the images' numbers here."""
    seen = {"training": [], "validation": []}

    class Watch(keras.Sequential):
        def train_step(self, data):
            seen["training"].append(keras.ops.convert_to_numpy(data[0]))
            return super().train_step(data)

        def test_step(self, data):
            seen["validation"].append(keras.ops.convert_to_numpy(data[0]))
            return super().test_step(data)

    model = Watch([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    numbers = np.arange(len(mnist.x_train))[:, None]
    model.fit(numbers, numbers, batch_size=1000, validation_split=0.10, verbose=0)
    training, validation = (np.concatenate(batches).ravel() for batches in seen.values())
    assert np.array_equal(validation, np.arange(54_000, 60_000)), "the last ones"
    holds("lenet5.split_sizes", [len(np.unique(training)), len(validation)])


def test_evaluate_returns_the_loss_then_the_accuracy(holds, rng):
    x, y = rng.random((200, 28, 28, 1), dtype=np.float32), rng.integers(0, 10, 200)
    model = lenet5()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    probabilities = model.predict(x, verbose=0)
    loss, accuracy = -np.log(probabilities[np.arange(200), y]).mean(), np.mean(probabilities.argmax(axis=1) == y)
    holds("lenet5.evaluate_order", np.abs(np.array(model.evaluate(x, y, verbose=0)) - [loss, accuracy]))


def test_alexnet_is_a_thousand_times_as_large(holds):
    """AlexNet as published, its second, fourth and fifth convolution in two groups: size, inputs, filters."""
    convolutions = [(11, 3, 96), (5, 48, 256), (3, 256, 384), (3, 192, 384), (3, 192, 256)]
    dense = [(6 * 6 * 256, 4096), (4096, 4096), (4096, 1000)]
    alexnet = sum((size**2 * inputs + 1) * filters for size, inputs, filters in convolutions)
    alexnet += sum((inputs + 1) * units for inputs, units in dense)
    assert alexnet == 60_965_224
    # LeNet-5 as published: trained pooling, 6 maps of C3 with three inputs, 9 with four, 1 with all six, fixed outputs.
    inputs_of_c3 = [3] * 6 + [4] * 9 + [6]
    lenet = (25 + 1) * 6 + 2 * 6 + sum(25 * inputs + 1 for inputs in inputs_of_c3) + 2 * 16
    lenet += (25 * 16 + 1) * 120 + (120 + 1) * 84
    assert lenet == 60_000
    holds("lenet5.thousand_times_bigger", alexnet / lenet)
