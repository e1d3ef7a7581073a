"""Claims of chapter 3 that would interrupt the reading, measured here instead of in the notebook."""

import keras
import numpy as np


def first_shapes(inputs, hidden):
    """Shapes of W, x, b and z of a first layer in the notes' notation, from Keras' layer and one point."""
    layer = keras.layers.Dense(hidden, activation="sigmoid")
    layer.build((None, inputs))
    W, b = layer.kernel.numpy().T, layer.bias.numpy()[:, None]
    x = np.linspace(-1, 1, inputs)[:, None]
    z = W @ x + b
    assert np.allclose(1 / (1 + np.exp(-z)), layer(x.T).numpy().T, atol=1e-6)
    return W.shape, x.shape, b.shape, z.shape


def test_hidden_shapes(holds):
    W, x, b, z = first_shapes(3, 4)
    holds("shallow_and_deep_networks.hidden_shapes", [W, x, b, z])


def test_example_shapes(holds):
    W, x, _, z = first_shapes(2, 3)
    holds("shallow_and_deep_networks.example_shapes", [z, W, x])


def test_housing_network(holds):
    """Each named quantity is a unit: four go in, three are in between, one comes out."""
    layers = ["size", "bedrooms", "zip code", "wealth"], ["family size", "walkability", "school quality"], ["price"]
    inside, outside = keras.layers.Dense(len(layers[1])), keras.layers.Dense(len(layers[2]))
    model = keras.Sequential([keras.Input((len(layers[0]),)), inside, outside])
    assert model.count_params() == 19
    holds("shallow_and_deep_networks.housing_net_shape", [*inside.kernel.shape, outside.kernel.shape[1]])
