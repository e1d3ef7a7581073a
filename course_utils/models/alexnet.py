"""AlexNet, the network that won the ImageNet competition of 2012."""

import keras
from keras import layers


def alexnet(towers: int = 2) -> keras.Model:
    """Build AlexNet, untrained and not compiled.

    | layer | output shape | parameters |
    |---|---|---|
    | 96 filters of 11×11, stride 4, no padding | `(batch, 55, 55, 96)` | 34,944 |
    | max pooling 3×3, stride 2 | `(batch, 27, 27, 96)` | 0 |
    | 256 filters of 5×5, in two groups | `(batch, 27, 27, 256)` | 307,456 |
    | max pooling 3×3, stride 2 | `(batch, 13, 13, 256)` | 0 |
    | 384 filters of 3×3 | `(batch, 13, 13, 384)` | 885,120 |
    | 384 filters of 3×3, in two groups | `(batch, 13, 13, 384)` | 663,936 |
    | 256 filters of 3×3, in two groups | `(batch, 13, 13, 256)` | 442,624 |
    | max pooling 3×3, stride 2 | `(batch, 6, 6, 256)` | 0 |
    | flatten; dense, 4,096 | `(batch, 4096)` | 37,752,832 |
    | dense, 4,096 | `(batch, 4096)` | 16,781,312 |
    | dense, softmax | `(batch, 1000)` | 4,097,000 |

    Together 60,965,224, the paper's 60 million; 62,378,344 with one tower. Dropout of one half follows the first two
    dense layers. The paper's local response normalization, which has no parameters and fell out of use, is left out.

    Args:
        towers: 2 as in the paper, whose network lay on two graphics cards that met in some layers only, or 1.

    Returns:
        A model from images `(batch, 227, 227, 3)` to probabilities `(batch, 1000)`. The paper says 224, which does
        not fit its own 55.

    Source: Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional neural networks (2012).

    Example:
        >>> model = alexnet()
        >>> model.output_shape
        (None, 1000)
    """
    inputs = keras.Input((227, 227, 3))
    x = layers.Conv2D(96, 11, strides=4, activation="relu")(inputs)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Conv2D(384, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu")(x)
    x = layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Dropout(0.5)(layers.Dense(4096, activation="relu")(layers.Flatten()(x)))
    x = layers.Dropout(0.5)(layers.Dense(4096, activation="relu")(x))
    outputs = layers.Dense(1000, activation="softmax", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="alexnet")
