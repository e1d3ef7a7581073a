"""LeNet-5 as it is built today: ReLU, max pooling, full connections, softmax."""

import keras
from keras import layers


def lenet5() -> keras.Sequential:
    """Build LeNet-5 for images of 28×28 pixels in ten classes, untrained and not compiled.

    | layer | output shape | parameters |
    |---|---|---|
    | C1, 6 filters of 5×5, zero padding (`same`), ReLU | `(batch, 28, 28, 6)` | (5·5·1 + 1)·6 = 156 |
    | S2, max pooling 2×2, stride 2 | `(batch, 14, 14, 6)` | 0 |
    | C3, 16 filters of 5×5, ReLU | `(batch, 10, 10, 16)` | (5·5·6 + 1)·16 = 2,416 |
    | S4, max pooling 2×2, stride 2 | `(batch, 5, 5, 16)` | 0 |
    | C5, 120 filters of 5×5, ReLU | `(batch, 1, 1, 120)` | (5·5·16 + 1)·120 = 48,120 |
    | flatten | `(batch, 120)` | 0 |
    | F6, dense, ReLU | `(batch, 84)` | (120 + 1)·84 = 10,164 |
    | output, dense, softmax | `(batch, 10)` | (84 + 1)·10 = 850 |

    Together 61,706. The layers carry LeCun's names in lower case: `c1` to `f6`, and `output`.

    Returns:
        A model from images `(batch, 28, 28, 1)`, float32 from 0 to 1, to probabilities `(batch, 10)`.

    Source: Deshpande, Deep Learning for Human Beings (2018), after LeCun, Bottou, Bengio and Haffner, Gradient-based
    learning applied to document recognition (1998), whose network had other activations, pooling and output units.

    Example:
        >>> model = lenet5()
        >>> model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        >>> model.count_params()
        61706
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="c1"),
            layers.MaxPooling2D(2, name="s2"),
            layers.Conv2D(16, 5, activation="relu", name="c3"),
            layers.MaxPooling2D(2, name="s4"),
            layers.Conv2D(120, 5, activation="relu", name="c5"),
            layers.Flatten(name="flatten"),
            layers.Dense(84, activation="relu", name="f6"),
            layers.Dense(10, activation="softmax", dtype="float32", name="output"),  # also under mixed precision
        ],
        name="lenet5",
    )
