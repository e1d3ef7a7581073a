"""The weights of each layer of a model."""

import itertools
from collections.abc import Iterator

import keras

WEIGHT_AXES = 2


def weights_by_layer(model: keras.Model) -> dict[str, list[keras.Variable]]:
    """Find the weights of every layer.

    Weights are the trainable variables with two axes or more: kernels, recurrent kernels, embeddings. Biases and the
    scales and shifts of normalisation layers are left out: they are few, most start at zero, and their gradients
    differ in size, so including them would hide those of the weights.

    Args:
        model: A model that has its weights.

    Returns:
        Layer name to its weights, from input to output. The layers of a model used as a layer are named `model/layer`.
        If several layers share a name, as in a subclassed model, the second is `name_2`. Weights that two layers share
        are listed with the first.

    Raises:
        ValueError: No layer has trainable weights.
    """
    left = {id(variable) for variable in model.trainable_variables}
    found: dict[str, list[keras.Variable]] = {}
    for name, layer in [*_layers(model, ""), (model.name, model)]:  # last: what a subclassed model holds itself
        own = [variable for variable in layer.trainable_variables if id(variable) in left]
        left -= {id(variable) for variable in own}
        weights = [variable for variable in own if len(variable.shape) >= WEIGHT_AXES]
        if weights:
            names = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(2)))
            found[next(free for free in names if free not in found)] = weights
    if not found:
        raise ValueError(f"model {model.name!r} has no trainable weights (variables with two axes or more) to measure")
    return found


def _layers(model: keras.Model, prefix: str) -> Iterator[tuple[str, keras.Layer]]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer, f"{prefix}{layer.name}/")
        else:
            yield prefix + layer.name, layer
