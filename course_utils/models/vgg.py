"""VGG-16 and VGG-19: nothing but 3×3 convolutions and 2×2 poolings, and three dense layers."""

import keras
from keras import layers

CONVOLUTIONS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # before each of the five poolings


def vgg_block(x: keras.KerasTensor, filters: int, convolutions: int) -> keras.KerasTensor:
    """Apply 3×3 convolutions with ReLU, then max pooling that halves height and width.

    Args:
        x: Volume of shape (batch, height, width, channels).
        filters: Filters of every convolution.
        convolutions: Their number.

    Returns:
        Volume of shape (batch, height / 2, width / 2, filters).
    """
    for _ in range(convolutions):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D(2)(x)


def vgg(depth: int = 16, input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Build VGG-16 or VGG-19, untrained and not compiled.

    | block | output shape | parameters of VGG-16 | of VGG-19 |
    |---|---|---|---|
    | 2 convolutions of 64 filters, pooling | `(batch, 112, 112, 64)` | 38,720 | the same |
    | 2 of 128 | `(batch, 56, 56, 128)` | 221,440 | the same |
    | 3 or 4 of 256 | `(batch, 28, 28, 256)` | 1,475,328 | 2,065,408 |
    | 3 or 4 of 512 | `(batch, 14, 14, 512)` | 5,899,776 | 8,259,584 |
    | 3 or 4 of 512 | `(batch, 7, 7, 512)` | 7,079,424 | 9,439,232 |
    | flatten; dense, 4,096 | `(batch, 4096)` | 102,764,544 | the same |
    | dense, 4,096 | `(batch, 4096)` | 16,781,312 | the same |
    | dense, softmax | `(batch, 1000)` | 4,097,000 | the same |

    Together 138,357,544 and 143,667,240: more than 500 MB in float32. They equal `keras.applications.VGG16` and
    `VGG19`, layer by layer. The paper's dropout between the dense layers is left out, as it is there.

    Args:
        depth: 16 or 19, the number of layers with weights.
        input_shape: Height, width and channels of an image; height and width at least 32.
        classes: Number of classes.

    Returns:
        A model from images `(batch, *input_shape)` to probabilities `(batch, classes)`.

    Raises:
        ValueError: There is no VGG of this depth.

    Source: Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition (2015).

    Example:
        >>> vgg(16, (32, 32, 3), classes=10).output_shape
        (None, 10)
    """
    if depth not in CONVOLUTIONS:
        raise ValueError(f"depth is one of {sorted(CONVOLUTIONS)}; got {depth!r}")
    inputs = x = keras.Input(input_shape)
    for filters, convolutions in zip((64, 128, 256, 512, 512), CONVOLUTIONS[depth], strict=True):
        x = vgg_block(x, filters, convolutions)
    x = layers.Flatten()(x)
    x = layers.Dense(4096, activation="relu")(x)
    x = layers.Dense(4096, activation="relu")(x)
    outputs = layers.Dense(classes, activation="softmax", dtype="float32")(x)
    return keras.Model(inputs, outputs, name=f"vgg{depth}")
