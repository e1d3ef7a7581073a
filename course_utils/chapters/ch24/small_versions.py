"""Four small networks of about five million multiplications for photographs of 32×32 pixels, and their contest."""

from collections.abc import Callable
from itertools import pairwise

from course_utils import datasets
from course_utils.models.googlenet import inception_module
from course_utils.models.resnet import basic_block, conv_norm

import keras
import numpy as np
from keras import layers

STEM, GROWTH = 16, 8  # channels of the DenseNet's stem, and new ones of each of its layers
FIRST_BLOCK = 5  # layers of its first dense block


def _vgg(x: keras.KerasTensor) -> keras.KerasTensor:
    for filters, stride in ((24, 1), (24, 1), (48, 2), (48, 1)):
        x = conv_norm(x, filters, 3, stride)
    return x


def _inception(x: keras.KerasTensor) -> keras.KerasTensor:
    for k in (1, 1, 2, 2):
        if k == 2 and x.shape[1] == 16:
            x = layers.MaxPooling2D(2)(x)
        x = inception_module(x, 8 * k, (14 * k, 20 * k), (5 * k, 10 * k), 8 * k)
        x = layers.BatchNormalization()(x)
    return x


def _resnet(x: keras.KerasTensor) -> keras.KerasTensor:
    for filters, stride in ((16, 1), (16, 1), (32, 2), (32, 1)):
        x = basic_block(x, filters, stride)
    return x


def _norm_conv(x: keras.KerasTensor, filters: int, size: int = 3) -> keras.KerasTensor:
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Conv2D(filters, size, padding="same", use_bias=False)(x)


def _densenet(x: keras.KerasTensor) -> keras.KerasTensor:
    for _ in range(FIRST_BLOCK):
        x = layers.Concatenate()([x, _norm_conv(x, GROWTH)])
    x = layers.AveragePooling2D(2)(_norm_conv(x, x.shape[-1] // 2, 1))
    for _ in range(8):
        x = layers.Concatenate()([x, _norm_conv(x, GROWTH)])
    return layers.ReLU()(layers.BatchNormalization()(x))


BODIES = {"VGG": (_vgg, 24), "Inception": (_inception, 24), "ResNet": (_resnet, 16), "DenseNet": (_densenet, STEM)}


def small_version(name: str) -> keras.Model:
    """Build a small network: a convolution of stride 2, the body of its family, the mean, and ten scores.

    Args:
        name: VGG, Inception, ResNet or DenseNet.

    Returns:
        A model from images (batch, 32, 32, 3), 0 to 255, to logits (batch, 10), not compiled.

    Raises:
        ValueError: There is no such family.
    """
    if name not in BODIES:
        raise ValueError(f"the families are {', '.join(BODIES)}; got {name!r}")
    body, filters = BODIES[name]
    inputs = keras.Input((32, 32, 3))
    x = body(conv_norm(layers.Rescaling(1 / 128, -1)(inputs), filters, 3, stride=2))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)), name=name.lower())


def learn(model: keras.Model, x: np.ndarray, y: np.ndarray) -> None:
    """Train a network once over images, 128 at a time, with Adam and a rate that falls along a cosine to zero.

    Args:
        model: A network of `small_version`.
        x: Images (number, 32, 32, 3), 0 to 255.
        y: Classes (number,).
    """
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # the averages must follow a short training
    rate = keras.optimizers.schedules.CosineDecay(0.005, max(1, len(x) // 128))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    model.fit(x, y, batch_size=128, shuffle=False, verbose=0)


def lost_by_connection(model: keras.Model, right: Callable[[keras.Model], float]) -> np.ndarray:
    """Cut each connection inside the first dense block in turn, and measure what that costs.

    Args:
        model: The trained DenseNet of `small_version`.
        right: A function that measures the accuracy of a model.

    Returns:
        Array (layer, source) of the accuracy lost; source 0 is the stem. Zero where there is no connection.
    """
    threes = [a for a in model.layers if isinstance(a, layers.Conv2D) and a.kernel_size == (3, 3)]
    whole, lost = right(model), np.zeros((FIRST_BLOCK, FIRST_BLOCK))
    for number, layer in enumerate(threes[1 : FIRST_BLOCK + 1]):  # behind the stem
        kernel = layer.get_weights()[0]
        edges = [0, *range(STEM, STEM + GROWTH * number + 1, GROWTH)]
        for source, (low, high) in enumerate(pairwise(edges)):
            cut = kernel.copy()
            cut[:, :, low:high] = 0
            layer.set_weights([cut])
            lost[number, source] = whole - right(model)
        layer.set_weights([kernel])
    return lost


def compete(families: list[str], dataset: str, steps: int, seed: int) -> tuple[list[float], np.ndarray]:
    """Train small networks on the same photographs in the same order, and cut the DenseNet's connections.

    Args:
        families: Names for `small_version`; the last is DenseNet.
        dataset: Name of the photographs.
        steps: Steps of 128 photographs, the same for all.
        seed: Seeds the order and the weights.

    Returns:
        Percent of the new photographs that are right, by family, and percentage points lost
        by connection, on the first 2,000 of them, as `lost_by_connection` returns them.
    """
    photos = datasets.load(dataset)
    order = np.random.default_rng(seed).permutation(len(photos.x_train))
    order = np.resize(order, 128 * steps)

    def right(model: keras.Model, images: int = 2000) -> float:
        scores = model.predict(photos.x_test[:images], batch_size=500, verbose=0)
        return 100 * float(np.mean(np.argmax(scores, axis=1) == photos.y_test[:images]))

    accuracy = []
    for name in families:
        keras.utils.set_random_seed(seed)
        model = small_version(name)
        learn(model, photos.x_train[order], photos.y_train[order])
        accuracy.append(right(model, len(photos.x_test)))
    return accuracy, lost_by_connection(model, right)  # the last is the DenseNet
