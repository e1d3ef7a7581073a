"""GoogLeNet: nine inception modules, and two auxiliary classifiers that training may use."""

import keras
from keras import layers

# Filters of each module, as in the paper's table: 1×1; 1×1 then 3×3; 1×1 then 5×5; 1×1 behind the pooling.
MODULES = {
    "3a": (64, (96, 128), (16, 32), 32),
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}


def _conv(x: keras.KerasTensor, filters: int, size: int, stride: int = 1) -> keras.KerasTensor:
    return layers.Conv2D(filters, size, strides=stride, padding="same", activation="relu")(x)


def inception_module(
    x: keras.KerasTensor, ones: int, threes: tuple[int, int], fives: tuple[int, int], pooled: int
) -> keras.KerasTensor:
    """Apply four branches to one volume, and stack their outputs along the channels.

    Args:
        x: Volume of shape (batch, height, width, channels).
        ones: Filters of the branch that is a 1×1 convolution.
        threes: Filters of a 1×1 convolution that reduces the channels, and of the 3×3 convolution behind it.
        fives: The same with 5×5.
        pooled: Filters of the 1×1 convolution behind a 3×3 max pooling of stride 1.

    Returns:
        Volume of shape (batch, height, width, ones + threes[1] + fives[1] + pooled).
    """
    return layers.Concatenate()(
        [
            _conv(x, ones, 1),
            _conv(_conv(x, threes[0], 1), threes[1], 3),
            _conv(_conv(x, fives[0], 1), fives[1], 5),
            _conv(layers.MaxPooling2D(3, strides=1, padding="same")(x), pooled, 1),
        ]
    )


def auxiliary_classifier(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Classify a volume from the middle of the network, so that a loss of its own reaches the layers below.

    Args:
        x: Volume of shape (batch, 14, 14, channels).
        name: Name of the output.

    Returns:
        Probabilities of shape (batch, 1000).
    """
    x = layers.AveragePooling2D(5, strides=3)(x)
    x = layers.Flatten()(_conv(x, 128, 1))
    x = layers.Dropout(0.7)(layers.Dense(1024, activation="relu")(x))
    return layers.Dense(1000, activation="softmax", dtype="float32", name=name)(x)


def googlenet(auxiliary: bool = False) -> keras.Model:
    """Build GoogLeNet, untrained and not compiled.

    | layer | output shape | parameters |
    |---|---|---|
    | 64 filters of 7×7, stride 2; max pooling 3×3, stride 2 | `(batch, 56, 56, 64)` | 9,472 |
    | 64 of 1×1, 192 of 3×3; max pooling 3×3, stride 2 | `(batch, 28, 28, 192)` | 114,944 |
    | inception 3a | `(batch, 28, 28, 256)` | 163,696 |
    | inception 3b; max pooling 3×3, stride 2 | `(batch, 14, 14, 480)` | 388,736 |
    | inception 4a | `(batch, 14, 14, 512)` | 376,176 |
    | inception 4b | `(batch, 14, 14, 512)` | 449,160 |
    | inception 4c | `(batch, 14, 14, 512)` | 510,104 |
    | inception 4d | `(batch, 14, 14, 528)` | 605,376 |
    | inception 4e; max pooling 3×3, stride 2 | `(batch, 7, 7, 832)` | 868,352 |
    | inception 5a | `(batch, 7, 7, 832)` | 1,043,456 |
    | inception 5b | `(batch, 7, 7, 1024)` | 1,444,080 |
    | mean over height and width, dropout 0.4; dense, softmax | `(batch, 1000)` | 1,025,000 |

    Together 6,998,552, with the auxiliary classifiers behind 4a and 4d 13,378,280. The paper's local response
    normalization, which has no parameters and fell out of use, is left out.

    Args:
        auxiliary: Whether the model also returns the outputs of the two auxiliary classifiers, for training only.

    Returns:
        A model from images `(batch, 224, 224, 3)` to probabilities `(batch, 1000)`; with `auxiliary` to a list of
        three such: the output, then those behind 4a and 4d, whose losses the paper weighs with 0.3.

    Source: Szegedy et al., Going deeper with convolutions (2015).

    Example:
        >>> googlenet().count_params()
        6998552
    """
    inputs = keras.Input((224, 224, 3))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(_conv(inputs, 64, 7, stride=2))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(_conv(_conv(x, 64, 1), 192, 3))
    heads = []
    for name, filters in MODULES.items():
        x = inception_module(x, *filters)
        if auxiliary and name in ("4a", "4d"):
            heads.append(auxiliary_classifier(x, f"auxiliary_{name}"))
        if name in ("3b", "4e"):
            x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
    output = layers.Dense(1000, activation="softmax", dtype="float32", name="output")(x)
    return keras.Model(inputs, [output, *heads] if auxiliary else output, name="googlenet")
