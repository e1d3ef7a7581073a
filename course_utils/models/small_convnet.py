"""A convnet small enough to travel with the course, and the weights it learned from eight classes of CIFAR-10."""

from pathlib import Path

import keras
from keras import layers

SEEN_CLASSES = ("airplane", "automobile", "bird", "deer", "frog", "horse", "ship", "truck")
WEIGHTS = Path(__file__).with_name("small_convnet.weights.h5")


def convolution(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    """Apply a 3×3 convolution, batch normalization and ReLU: the layers `name`, `name_norm` and `name_relu`.

    Args:
        x: Feature maps `(batch, height, width, channels)`.
        filters: Number of feature maps to make.
        name: Of the convolution.

    Returns:
        Feature maps `(batch, height, width, filters)`, none below zero.
    """
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def small_convnet(classes: int = len(SEEN_CLASSES)) -> keras.Model:
    """Build five convolutions for small photographs, untrained and not compiled.

    | layers | output for 32×32 pixels | parameters with batch normalization |
    |---|---|---|
    | `edge`, then max pooling 2×2 | `(batch, 16, 16, 24)` | 648 + 96 |
    | `texture`, then max pooling 2×2 | `(batch, 8, 8, 48)` | 10,368 + 192 |
    | `part` | `(batch, 8, 8, 96)` | 41,472 + 384 |
    | `part2`, then max pooling 2×2 | `(batch, 4, 4, 96)` | 82,944 + 384 |
    | `object`, then the mean over all positions, `features` | `(batch, 192)` | 165,888 + 768 |
    | `logits`, dense | `(batch, 8)` | 1,544 |

    Together 304,688 for eight classes. The network scales raw pixels itself and takes images of any size from 8×8.

    Args:
        classes: Number of classes.

    Returns:
        A model from images `(batch, height, width, 3)`, uint8 or float32 from 0 to 255, to logits `(batch, classes)`,
        for a loss with `from_logits=True`.

    Example:
        >>> small_convnet().count_params()
        304688
    """
    images = keras.Input((None, None, 3), name="images")
    x = layers.Rescaling(1 / 64, offset=-2, name="scaled")(images)
    x = layers.MaxPooling2D(name="edge_pool")(convolution(x, 24, "edge"))
    x = layers.MaxPooling2D(name="texture_pool")(convolution(x, 48, "texture"))
    x = convolution(x, 96, "part")
    x = layers.MaxPooling2D(name="part2_pool")(convolution(x, 96, "part2"))
    x = layers.GlobalAveragePooling2D(name="features")(convolution(x, 192, "object"))
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)  # float32 also under mixed precision
    return keras.Model(images, logits, name="small_convnet")


def pretrained_convnet() -> keras.Model:
    """Build `small_convnet` with the weights that travel with the course.

    It has learned all of CIFAR-10 (re-encoded as JPEG) but cats and dogs: the eight `SEEN_CLASSES`, in this order.
    Of their 8,000 test images it names 85.2 % right, fewest birds (77 %) and most automobiles (90 %).
    `python -m course_utils.models.train_small_convnet` trains it anew.

    Returns:
        A model as `small_convnet` builds it, trained, not compiled.

    Example:
        >>> model = pretrained_convnet()
        >>> model.predict(images, verbose=0).argmax(axis=-1)  # positions in SEEN_CLASSES
    """
    model = small_convnet()
    model.load_weights(WEIGHTS)
    return model
