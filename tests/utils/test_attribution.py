"""Maps of what an answer rests on, against finite differences and models whose maps are known."""

from course_utils.attribution import integrated_gradients, occlusion
from course_utils.backend import input_gradients
from course_utils.checks.differences import central_differences

import keras
import numpy as np
import pytest

WEIGHTS = np.array([-1.0, 0.5, 2.0])
SIZE = 6


def small_convnet() -> keras.Model:
    """tanh, so that finite differences meet no corner; batch normalisation, which differs in training."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 2)),
            layers.Conv2D(4, 3, activation="tanh", name="first"),
            layers.BatchNormalization(),
            layers.Conv2D(5, 2, activation="tanh", name="second"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    random = np.random.default_rng(1)
    model.set_weights([0.3 + 0.2 * random.random(weight.shape) for weight in model.get_weights()])
    return model


def linear_model() -> tuple[keras.Model, np.ndarray]:
    """A dense layer on the pixels, and its weights as images: (outputs, height, width, channels)."""
    model = keras.Sequential([keras.Input((SIZE, SIZE, 2)), keras.layers.Flatten(), keras.layers.Dense(3)])
    return model, np.moveaxis(np.array(model.get_weights()[0]).reshape(SIZE, SIZE, 2, 3), -1, 0)


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(4, SIZE, SIZE, 2))


def scores(model, images, weights=WEIGHTS):
    return (np.asarray(keras.ops.convert_to_numpy(model(images, training=False)), dtype=float) * weights).sum(axis=-1)


def test_the_gradient_equals_finite_differences_and_leaves_the_model_as_it_was(images):
    model = small_convnet()
    before = [np.array(weight) for weight in model.get_weights()]
    gradient = input_gradients(model)(images, WEIGHTS)
    numeric = central_differences(lambda: scores(model, images).sum(), images, 1e-2)  # float32: larger steps
    np.testing.assert_allclose(gradient, numeric, atol=2e-4)
    assert np.abs(numeric).max() > 0.02
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_each_image_may_have_weights_of_its_own_and_any_layer_can_be_asked(images):
    model = small_convnet()
    own = np.random.default_rng(3).normal(size=(4, 3))
    together = input_gradients(model)(images, own)
    singly = [input_gradients(model)(images[k : k + 1], own[k])[0] for k in range(4)]
    np.testing.assert_allclose(together, singly, atol=1e-6)
    maps = keras.Model(model.inputs[0], model.get_layer("first").output)
    one_place = np.zeros((4, 4, 4))
    one_place[1, 2, 3] = 1  # map 3 at row 1, column 2: a window of 3×3 pixels
    touched = np.any(input_gradients(maps)(images, one_place) != 0, axis=(0, 3))
    expected = np.zeros((SIZE, SIZE), dtype=bool)
    expected[1:4, 2:5] = True
    np.testing.assert_array_equal(touched, expected)


def test_it_reads_the_weights_of_the_moment_and_takes_bytes():
    model, kernel = linear_model()
    gradient, images = input_gradients(model), np.zeros((1, SIZE, SIZE, 2), dtype="uint8")
    np.testing.assert_allclose(gradient(images, [0, 1, 0])[0], kernel[1], rtol=1e-6)
    model.set_weights([2 * weight for weight in model.get_weights()])
    np.testing.assert_allclose(gradient(images, [0, 1, 0])[0], 2 * kernel[1], rtol=1e-6)


@pytest.mark.parametrize("baseline", [0.0, -1.5, np.array([0.5, -0.5])], ids=["zero", "a value", "by channel"])
def test_integrated_gradients_add_up_to_the_difference_of_the_scores(images, baseline):
    model = small_convnet()
    difference = scores(model, images) - scores(model, np.broadcast_to(baseline, images.shape))
    errors = []
    for steps in (2, 64):
        shares = integrated_gradients(model, images, WEIGHTS, baseline=baseline, steps=steps)
        errors.append(np.abs(shares.sum(axis=(1, 2, 3)) - difference).max())
    assert errors[1] < 2e-3 * np.abs(difference).max() and errors[1] < errors[0]


def test_maps_of_a_linear_model_are_its_weights(images):
    model, kernel = linear_model()
    combined = np.tensordot(WEIGHTS, kernel, axes=1)
    shares = integrated_gradients(model, images, WEIGHTS, baseline=0.3, steps=1)
    np.testing.assert_allclose(shares, combined * (images - 0.3), atol=1e-5)
    falls = occlusion(model, images, WEIGHTS, size=2, fill=[0.3, 0.1])
    by_patch = (combined * (images - [0.3, 0.1])).reshape(4, 3, 2, 3, 2, 2).sum(axis=(2, 4, 5))
    np.testing.assert_allclose(falls, by_patch, atol=1e-5)


def test_what_does_not_fit_is_refused(images):
    model, _ = linear_model()
    with pytest.raises(ValueError, match="do not fill images of 6×6"):
        occlusion(model, images, WEIGHTS, size=4)
    with pytest.raises(ValueError, match="must have the shape"):
        occlusion(model, images[0], WEIGHTS)
    with pytest.raises(ValueError, match="steps"):
        integrated_gradients(model, images, WEIGHTS, steps=0)
    with pytest.raises(ValueError, match="no weights yet"):
        input_gradients(keras.Sequential([keras.layers.Dense(1)]))
    pair = [keras.Input((2,)), keras.Input((2,))]
    two = keras.Model(pair, keras.layers.Add()(pair))
    with pytest.raises(ValueError, match="2 inputs and 1 outputs"):
        input_gradients(two)
