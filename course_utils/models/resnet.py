"""ResNet-18 to ResNet-152: blocks that add what they compute to what they were given."""

import keras
from keras import layers

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}  # per stage


def conv_norm(x: keras.KerasTensor, filters: int, size: int, stride: int = 1, relu: bool = True) -> keras.KerasTensor:
    """Apply a convolution without biases, batch normalization, and ReLU if wanted.

    Args:
        x: Volume of shape (batch, height, width, channels).
        filters: Number of filters.
        size: Their height and width, odd.
        stride: Step of the windows.
        relu: Whether ReLU follows.

    Returns:
        Volume of shape (batch, height / stride, width / stride, filters), rounded up.
    """
    if size > 1 and stride > 1:  # "same" would pad one side more than the other
        x = layers.ZeroPadding2D(size // 2)(x)
    padding = "valid" if stride > 1 else "same"
    x = layers.Conv2D(filters, size, strides=stride, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(epsilon=1.001e-5)(x)
    return layers.ReLU()(x) if relu else x


def shortcut(x: keras.KerasTensor, channels: int, stride: int) -> keras.KerasTensor:
    """Pass a volume on unchanged, or project it by a 1×1 convolution where the block changes its shape.

    Args:
        x: Volume of shape (batch, height, width, channels).
        channels: Channels of the block's output.
        stride: Step of the block.

    Returns:
        Volume of shape (batch, height / stride, width / stride, channels), rounded up.
    """
    if stride == 1 and x.shape[-1] == channels:
        return x
    return conv_norm(x, channels, 1, stride, relu=False)


def basic_block(x: keras.KerasTensor, filters: int, stride: int = 1) -> keras.KerasTensor:
    """Add two 3×3 convolutions to their input, the block of ResNet-18 and ResNet-34.

    Args:
        x: Volume of shape (batch, height, width, channels).
        filters: Filters of both convolutions.
        stride: Step of the first.

    Returns:
        Volume of shape (batch, height / stride, width / stride, filters).
    """
    y = conv_norm(x, filters, 3, stride)
    y = conv_norm(y, filters, 3, relu=False)
    return layers.ReLU()(layers.Add()([shortcut(x, filters, stride), y]))


def bottleneck_block(x: keras.KerasTensor, filters: int, stride: int = 1) -> keras.KerasTensor:
    """Add a 3×3 convolution between two of 1×1 to their input, the block of ResNet-50 and deeper.

    Args:
        x: Volume of shape (batch, height, width, channels).
        filters: Filters of the first two convolutions; the third has four times as many.
        stride: Step of the first, as in the paper.

    Returns:
        Volume of shape (batch, height / stride, width / stride, 4 * filters).
    """
    y = conv_norm(x, filters, 1, stride)
    y = conv_norm(y, filters, 3)
    y = conv_norm(y, 4 * filters, 1, relu=False)
    return layers.ReLU()(layers.Add()([shortcut(x, 4 * filters, stride), y]))


def resnet(depth: int = 50, input_shape: tuple[int, int, int] = (224, 224, 3), classes: int = 1000) -> keras.Model:
    """Build a residual network, untrained and not compiled.

    | stage | output shape, basic blocks | output shape, bottlenecks |
    |---|---|---|
    | 64 filters of 7×7, stride 2; max pooling 3×3, stride 2 | `(batch, 56, 56, 64)` | the same |
    | blocks of 64 filters | `(batch, 56, 56, 64)` | `(batch, 56, 56, 256)` |
    | blocks of 128, the first of stride 2 | `(batch, 28, 28, 128)` | `(batch, 28, 28, 512)` |
    | blocks of 256, the first of stride 2 | `(batch, 14, 14, 256)` | `(batch, 14, 14, 1024)` |
    | blocks of 512, the first of stride 2 | `(batch, 7, 7, 512)` | `(batch, 7, 7, 2048)` |
    | mean over height and width; dense, softmax | `(batch, 1000)` | `(batch, 1000)` |

    Trainable parameters, besides which batch normalization keeps its moving averages:

    | network | block | blocks by stage | trainable parameters |
    |---|---|---|---|
    | ResNet-18 | basic | 2, 2, 2, 2 | 11,689,512 |
    | ResNet-34 | basic | 3, 4, 6, 3 | 21,797,672 |
    | ResNet-50 | bottleneck | 3, 4, 6, 3 | 25,557,032 |
    | ResNet-101 | bottleneck | 3, 4, 23, 3 | 44,549,160 |
    | ResNet-152 | bottleneck | 3, 8, 36, 3 | 60,192,808 |

    `keras.applications.ResNet50`, 101 and 152 are the same networks with biases in their convolutions, which batch
    normalization cancels.

    Args:
        depth: 18, 34, 50, 101 or 152, the number of layers with weights on the longest way.
        input_shape: Height, width and channels of an image.
        classes: Number of classes.

    Returns:
        A model from images `(batch, *input_shape)` to probabilities `(batch, classes)`.

    Raises:
        ValueError: There is no ResNet of this depth.

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition (2016).

    Example:
        >>> resnet(18, (64, 64, 3), classes=10).output_shape
        (None, 10)
    """
    if depth not in BLOCKS:
        raise ValueError(f"depth is one of {sorted(BLOCKS)}; got {depth!r}")
    block = basic_block if depth < 50 else bottleneck_block
    inputs = keras.Input(input_shape)
    x = conv_norm(inputs, 64, 7, stride=2)
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for stage, blocks in enumerate(BLOCKS[depth]):
        for number in range(blocks):
            x = block(x, 64 * 2**stage, stride=2 if stage > 0 and number == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(classes, activation="softmax", dtype="float32")(x)
    return keras.Model(inputs, outputs, name=f"resnet{depth}")
