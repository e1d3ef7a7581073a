"""A small DenseNet for photographs of 32×32 pixels, and what is lost when a connection of its first block is cut."""

from collections.abc import Callable

from course_utils import datasets
from course_utils.models.resnet import conv_norm

import keras
import numpy as np
from keras import layers

GROWTH = 8  # channels of the stem, and new ones of each layer
FIRST_BLOCK = 5  # layers of the first dense block


def _norm_conv(x: keras.KerasTensor, filters: int, size: int = 3) -> keras.KerasTensor:
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Conv2D(filters, size, padding="same", use_bias=False)(x)


def small_densenet() -> keras.Model:
    """Build a convolution of stride 2, two dense blocks with a transition between them, the mean, and ten scores.

    Returns:
        A model from images (batch, 32, 32, 3), 0 to 255, to logits (batch, 10), not compiled.
    """
    inputs = keras.Input((32, 32, 3))
    x = conv_norm(layers.Rescaling(1 / 128, -1)(inputs), GROWTH, 3, stride=2)
    for _ in range(FIRST_BLOCK):
        x = layers.Concatenate()([x, _norm_conv(x, GROWTH)])
    x = layers.AveragePooling2D(2)(_norm_conv(x, x.shape[-1] // 2, 1))
    for _ in range(8):
        x = layers.Concatenate()([x, _norm_conv(x, GROWTH)])
    x = layers.GlobalAveragePooling2D()(layers.ReLU()(layers.BatchNormalization()(x)))
    return keras.Model(inputs, layers.Dense(10)(x))


def lost_by_connection(model: keras.Model, right: Callable[[keras.Model], float]) -> np.ndarray:
    """Cut each connection inside the first dense block in turn, and measure what that costs.

    Args:
        model: A network of `small_densenet`.
        right: A function that measures the accuracy of a model.

    Returns:
        Array (layer, source) of the accuracy lost; source 0 is the stem. Zero where there is no connection.
    """
    threes = [a for a in model.layers if isinstance(a, layers.Conv2D) and a.kernel_size == (3, 3)]
    whole, lost = right(model), np.zeros((FIRST_BLOCK, FIRST_BLOCK))
    for number, layer in enumerate(threes[1 : FIRST_BLOCK + 1]):  # behind the stem
        kernel = layer.get_weights()[0]
        for source in range(number + 1):
            cut = kernel.copy()
            cut[:, :, GROWTH * source : GROWTH * (source + 1)] = 0
            layer.set_weights([cut])
            lost[number, source] = whole - right(model)
        layer.set_weights([kernel])
    return lost


def reuse(dataset: str, steps: int, seed: int) -> np.ndarray:
    """Train the small DenseNet with Adam and a rate that falls along a cosine to zero, and cut its connections.

    Args:
        dataset: Name of the photographs.
        steps: Steps of 128 photographs.
        seed: Seeds the order and the weights.

    Returns:
        Percentage points lost by connection, on at most 2,000 new photographs, as `lost_by_connection` returns them.
    """
    photos = datasets.load(dataset)
    order = np.resize(np.random.default_rng(seed).permutation(len(photos.x_train)), 128 * steps)
    keras.utils.set_random_seed(seed)
    model = small_densenet()
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # the averages must follow a short training
    rate = keras.optimizers.schedules.CosineDecay(0.005, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)  # else the first step is traced twice
    for batch in order.reshape(steps, 128):  # `fit` would keep all photographs as numbers of four bytes
        model.train_on_batch(photos.x_train[batch], photos.y_train[batch])
    images = min(2000, 100 * steps)  # a short training is not worth a long measurement
    x, y = photos.x_test[:images], photos.y_test[:images]

    def right(model: keras.Model) -> float:
        return 100 * float(np.mean(np.argmax(model.predict(x, batch_size=500, verbose=0), axis=1) == y))

    return lost_by_connection(model, right)
