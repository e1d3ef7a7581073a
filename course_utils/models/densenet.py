"""DenseNet-121, 169 and 201: every layer of a block reads all layers before it."""

import keras
from keras import layers

LAYERS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}  # of two convolutions each, per block


def _norm_relu(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(x))


def dense_layer(x: keras.KerasTensor, growth: int) -> keras.KerasTensor:
    """Compute new channels from all that there are: 1×1 to four times the growth, then 3×3.

    Args:
        x: Volume of shape (batch, height, width, channels).
        growth: Number of new channels.

    Returns:
        The new channels alone, of shape (batch, height, width, growth).
    """
    y = layers.Conv2D(4 * growth, 1, use_bias=False)(_norm_relu(x))
    return layers.Conv2D(growth, 3, padding="same", use_bias=False)(_norm_relu(y))


def dense_block(x: keras.KerasTensor, count: int, growth: int = 32) -> keras.KerasTensor:
    """Stack the outputs of dense layers on their input, one after the other.

    Args:
        x: Volume of shape (batch, height, width, channels).
        count: Number of dense layers.
        growth: New channels of each.

    Returns:
        Volume of shape (batch, height, width, channels + count * growth).
    """
    for _ in range(count):
        x = layers.Concatenate()([x, dense_layer(x, growth)])
    return x


def transition(x: keras.KerasTensor) -> keras.KerasTensor:
    """Halve channels, height and width between two dense blocks.

    Args:
        x: Volume of shape (batch, height, width, channels).

    Returns:
        Volume of shape (batch, height / 2, width / 2, channels / 2), rounded down.
    """
    x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(_norm_relu(x))
    return layers.AveragePooling2D(2)(x)


def densenet(depth: int = 121, input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Build a DenseNet with 32 new channels per layer, untrained and not compiled.

    | part | output shape of DenseNet-121 | of 169 | of 201 |
    |---|---|---|---|
    | 64 filters of 7×7, stride 2; max pooling 3×3, stride 2 | `(batch, 56, 56, 64)` | the same | the same |
    | block of 6 layers; transition | `(batch, 28, 28, 128)` | the same | the same |
    | block of 12 layers; transition | `(batch, 14, 14, 256)` | the same | the same |
    | block of 24, 32 or 48 layers; transition | `(batch, 7, 7, 512)` | `(…, 640)` | `(…, 896)` |
    | block of 16, 32 or 32 layers | `(batch, 7, 7, 1024)` | `(…, 1664)` | `(…, 1920)` |
    | mean over height and width; dense, softmax | `(batch, 1000)` | the same | the same |
    | parameters, trainable | 7,978,856 | 14,149,480 | 20,013,928 |
    | with the moving averages of batch normalization | 8,062,504 | 14,307,880 | 20,242,984 |

    They equal `keras.applications.DenseNet121`, 169 and 201, layer by layer.

    Args:
        depth: 121, 169 or 201, the number of layers with weights.
        input_shape: Height, width and channels of an image.
        classes: Number of classes.

    Returns:
        A model from images `(batch, *input_shape)` to probabilities `(batch, classes)`.

    Raises:
        ValueError: There is no DenseNet of this depth.

    Source: Huang, Liu, van der Maaten and Weinberger, Densely connected convolutional networks (2017).

    Example:
        >>> densenet(121, (64, 64, 3), classes=10).output_shape
        (None, 10)
    """
    if depth not in LAYERS:
        raise ValueError(f"depth is one of {sorted(LAYERS)}; got {depth!r}")
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False)(layers.ZeroPadding2D(3)(inputs))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(_norm_relu(x)))
    for number, count in enumerate(LAYERS[depth]):
        x = dense_block(transition(x) if number > 0 else x, count)
    x = layers.GlobalAveragePooling2D()(_norm_relu(x))
    outputs = layers.Dense(classes, activation="softmax", dtype="float32")(x)
    return keras.Model(inputs, outputs, name=f"densenet{depth}")
