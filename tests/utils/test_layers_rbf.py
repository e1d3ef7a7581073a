"""The layer of Gaussian bumps: what it computes, its gradients, its life on disk."""

from course_utils.backend import loss_and_gradients
from course_utils.checks.differences import central_differences
from course_utils.layers import RBF

import keras
import numpy as np
import pytest


@pytest.fixture
def bumps():
    """Three inputs, four bumps."""
    rng = np.random.default_rng(0)
    return rng.random((6, 3)), rng.random((4, 3)), np.array([0.2, 0.5, 1.0, 2.0])


def by_loops(X, centres, widths):
    return np.array(
        [
            [
                np.exp(-sum((a - b) ** 2 for a, b in zip(x, c, strict=True)) / (2 * s**2))
                for c, s in zip(centres, widths, strict=True)
            ]
            for x in X
        ]
    )


def test_it_computes_gaussians_of_the_distance(bumps):
    X, centres, widths = bumps
    layer = RBF(4).place(centres, widths)
    np.testing.assert_allclose(layer(X.astype("float32")), by_loops(X, centres, widths), atol=1e-6)
    np.testing.assert_allclose(layer.widths, widths, rtol=1e-6)
    np.testing.assert_allclose(np.diag(layer(centres.astype("float32"))), 1, atol=1e-6)


def test_one_width_for_all_and_centres_of_one_feature():
    layer = RBF(2, name="bumps").place([0.0, 1.0], 0.5)
    assert layer.centres.shape == (2, 1) and layer.count_params() == 4
    np.testing.assert_allclose(layer(np.float32([[0], [1]])), [[1, np.exp(-2)], [np.exp(-2), 1]], atol=1e-6)


def test_gradients_agree_with_differences(bumps):
    X, centres, widths = bumps
    y = np.random.default_rng(1).random((6, 1))
    layer = RBF(4)
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    model.compile(loss="mse")
    layer.place(centres, widths)
    kernel, bias = model.layers[-1].get_weights()
    logs = np.log(widths)

    def loss():
        return np.mean((by_loops(X, centres, np.exp(logs)) @ kernel + bias - y) ** 2)

    of_centres, of_widths, *_ = loss_and_gradients(model)(X.astype("float32"), y.astype("float32"))[1]
    np.testing.assert_allclose(of_centres, central_differences(loss, centres), atol=1e-5)
    np.testing.assert_allclose(of_widths, central_differences(loss, logs), atol=1e-5)


def test_it_survives_saving_and_loading(bumps, tmp_path):
    X, centres, widths = bumps
    layer = RBF(4, trainable=False)
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(2)])
    np.testing.assert_array_equal(layer.widths, 1)
    layer.place(centres, widths)
    model.save(tmp_path / "rbf.keras")
    loaded = keras.models.load_model(tmp_path / "rbf.keras")
    np.testing.assert_allclose(loaded(X.astype("float32")), model(X.astype("float32")), atol=1e-6)
    assert loaded.layers[0].get_config() == layer.get_config() and len(loaded.trainable_variables) == 2
    assert loaded.layers[0].compute_output_shape((None, 3)) == (None, 4)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: RBF(0), "units must be an integer"),
        (lambda: RBF(3)(np.zeros((2, 4, 5), "float32")), "inputs must have the shape"),
        (lambda: RBF(3).place(np.zeros((2, 5)), 1), "centres must have the shape"),
        (lambda: RBF(3).place(np.zeros((3, 5)), [1, 2]), "widths must be a positive number or 3"),
        (lambda: RBF(3).place(np.zeros((3, 5)), [1, 2, -1]), "widths must be a positive number or 3"),
    ],
    ids=["no units", "images", "other centres", "other widths", "negative width"],
)
def test_what_makes_no_bump_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()
