"""Which of a model's variables are the weights of which layer."""

from collections.abc import Iterator

import keras

WEIGHT_AXES = 2


def weights_by_layer(model: keras.Model) -> dict[str, list[int]]:
    """Find the weights of every layer.

    Weights are the trainable variables with two axes or more: kernels, recurrent kernels, embeddings. Biases and the
    scales and shifts of normalisation layers are left out: they are few, most start at zero, and their gradients are
    of another size, so that mixing them in would say less about the weights.

    Args:
        model: A model that has its weights.

    Returns:
        Layer name to positions in `model.trainable_variables`, from input to output. The layers of a model used as a
        layer are named `model/layer`; weights that two layers share stand with the first.

    Raises:
        ValueError: No layer has trainable weights.
    """
    position = {id(variable): index for index, variable in enumerate(model.trainable_variables)}
    found: dict[str, list[int]] = {}
    for name, layer in [*_layers(model, ""), (model.name, model)]:  # last, what a model of its own class holds itself
        own = [position.pop(id(variable)) for variable in layer.trainable_variables if id(variable) in position]
        weights = [index for index in own if len(model.trainable_variables[index].shape) >= WEIGHT_AXES]
        if weights:
            found.setdefault(name, []).extend(weights)
    if not found:
        raise ValueError(f"model {model.name!r} has no trainable weights (variables with two axes or more) to look at")
    return found


def _layers(model: keras.Model, prefix: str) -> Iterator[tuple[str, keras.Layer]]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer, f"{prefix}{layer.name}/")
        else:
            yield prefix + layer.name, layer
