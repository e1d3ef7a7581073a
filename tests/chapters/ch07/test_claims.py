"""Claims of chapter 7 that would interrupt the reading, and what the notebook's functions must do with any seed."""

from itertools import pairwise

import keras
import numpy as np
import pytest
from cells import compiled

PARTS = ("parts", "softmax", "network", "gradients", "gradient-check", "adam")


@pytest.fixture(scope="module")
def here():
    """The notebook's own functions."""
    names = {"np": np, "pairwise": pairwise}
    exec(compiled(7, *PARTS), names)
    return names


def test_the_shapes_of_the_articles_network(holds, here):
    net = here["start"]([3 * 32 * 32, 100, 50, 25, 10], 0)
    holds("fully_connected_cifar10.layer_shapes", [W.shape for W, _ in net])


def test_a_step_of_adam_is_keras_own(here, rng):
    net = here["start"]([5, 4, 3], 0)
    variables = [keras.Variable(part) for part in here["parts"](net)]
    optimizer, memory = keras.optimizers.Adam(0.01), here["new_memory"](net)
    for t in range(1, 30):
        gradients = [[rng.normal(size=part.shape).astype("float32") for part in layer] for layer in net]
        here["adam_step"](net, gradients, memory, 0.01, t)
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in here["parts"](gradients)], variables)
    for ours, theirs in zip(here["parts"](net), variables, strict=True):
        assert ours.dtype == np.float32, "an update in float64 would cost time"
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-4, atol=1e-6)


def test_dropout_keeps_the_mean_and_the_way_back_has_the_same_mask(here, rng):
    a = np.ones((2000, 50), "float32")
    out, mask = here["dropout_forward"](a, 0.2, rng)
    assert out.dtype == np.float32 and abs(out.mean() - 1) < 0.01 and abs(np.mean(out == 0) - 0.2) < 0.01
    assert np.array_equal(here["dropout_backward"](a, mask), out)
    assert here["dropout_forward"](a, 0, rng)[0] is a


def test_the_numbers_by_hand_come_out(here):
    W = np.array([[1.0, 0.0], [-1.0, 3.0]])
    z, cache = here["affine_forward"](np.array([[1.0, 2.0]]), W, np.zeros(2))
    a, positive = here["relu_forward"](z)
    dx, dW, db = here["affine_backward"](here["relu_backward"](np.ones((1, 2)), positive), cache)
    assert np.array_equal(z, [[-1, 6]]) and np.array_equal(a, [[0, 6]]) and np.array_equal(db, [0, 1])
    assert np.array_equal(dx, [[0, 3]]) and np.array_equal(dW, [[0, 1], [0, 2]])


def test_the_way_back_through_relu_leaves_its_argument_alone(here):
    _, positive = here["relu_forward"](np.array([-1.0, 2.0]))
    da = np.ones(2)
    assert np.array_equal(here["relu_backward"](da, positive), [0, 1]) and np.array_equal(da, [1, 1])


def test_a_regularized_gradient_in_float32_is_that_of_keras(here, rng):
    """Keras' L2 has no factor of one half, as the chapter warns."""
    net = here["start"]([6, 5, 4], 0, 0.5)
    x, labels = rng.normal(size=(7, 6)).astype("float32"), rng.integers(4, size=7)
    half = keras.regularizers.L2(0.15)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, "relu", kernel_regularizer=half)])
    model.add(keras.layers.Dense(4, kernel_regularizer=half))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
    model.set_weights(here["parts"](net))
    loss, gradients = here["loss_and_gradients"](net, x, labels, reg=0.3)
    assert all(g.dtype == np.float32 for g in here["parts"](gradients))
    assert loss == pytest.approx(model.evaluate(x, labels, verbose=0), rel=1e-5)
