"""The multilayer perceptron: fully connected layers, one after the other."""

from collections.abc import Sequence, Sized

from course_utils.arguments import require_count

import keras
from keras import layers


def mlp(
    inputs: int,
    hidden: Sequence[int],
    outputs: int,
    *,
    activation: str = "relu",
    output_activation: str | None = None,
    kernel_initializer: "str | keras.initializers.Initializer" = "glorot_uniform",
) -> keras.Sequential:
    """Build a fully connected network, untrained and not compiled.

    The layers are called `hidden1`, `hidden2`, …, and `output`. All biases start at zero.

    Args:
        inputs: Number of features of an example; flatten images first.
        hidden: Number of units of each hidden layer; empty for none.
        outputs: Number of outputs.
        activation: Of the hidden layers, by its Keras name.
        output_activation: Of the last layer. Without one the model returns the pre-activations: logits, for a loss with
            `from_logits=True`.
        kernel_initializer: What draws the initial weights of every layer. One with a seed of its own draws the same
            numbers for two layers of the same shape.

    Returns:
        A model from `(batch, inputs)`, float32, to `(batch, outputs)`.

    Raises:
        ValueError: A number of inputs, units or outputs below 1, or `hidden` that is not a list.

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).

    Example:
        >>> model = mlp(784, [512], 10, activation="sigmoid", output_activation="sigmoid")
        >>> model.count_params()
        407050
    """
    if not isinstance(hidden, Sized):
        raise ValueError(f"hidden must be a list of the hidden layers' units, such as [512]; got {hidden!r}")
    require_count("inputs", inputs)
    require_count("outputs", outputs)
    for units in hidden:
        require_count("the units of a hidden layer", units)
    model = keras.Sequential([keras.Input((inputs,))], name="mlp")
    for number, units in enumerate(hidden, 1):
        dense = {"activation": activation, "kernel_initializer": kernel_initializer, "name": f"hidden{number}"}
        model.add(layers.Dense(units, **dense))
    model.add(layers.Dense(outputs, activation=output_activation, kernel_initializer=kernel_initializer, name="output"))
    return model
