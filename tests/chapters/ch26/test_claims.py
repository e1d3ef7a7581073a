"""What chapter 26 says without a run: theory, a sum by hand, and what the units of its network can see."""

from course_utils import attribution
from course_utils.backend import input_gradients
from course_utils.models import pretrained_convnet

import keras
import numpy as np
import pytest
from cells import compiled


def test_the_two_pixels_worked_by_hand():
    names = {"np": np, "outputs": None}
    exec(compiled(26, "occlusion"), names)
    image = np.array([[200.0, 150.0], [128.0, 128.0]])[None, :, :, None]
    falls = names["occlusion"](lambda x: 2 * x[:, 0, 0, 0] - x[:, 0, 1, 0], image, size=1)
    np.testing.assert_array_equal(falls, [[[144, -22], [0, 0]]])


def test_random_filters_have_the_shares_that_the_text_says(rng):
    names = {"np": np, "small_convnet": pretrained_convnet, "ours": pretrained_convnet()}
    exec(compiled(26, "filters"), names)
    shares = names["parts_of"](rng.normal(size=(4000, 3, 3, 3))).mean(axis=1)
    np.testing.assert_allclose(shares, [8 / 27, 2 / 27, 16 / 27], atol=0.01)


def test_a_pure_filter_has_all_of_its_energy_in_its_own_part():
    names = {"np": np, "small_convnet": pretrained_convnet, "ours": pretrained_convnet()}
    exec(compiled(26, "filters"), names)
    step, red = np.array([-1.0, 0.0, 1.0])[:, None, None], np.array([2.0, -1.0, -1.0])
    pure = np.array([step * np.ones((3, 3, 3)), red * np.ones((3, 3, 3)), step * red * np.ones((3, 3, 3))])
    np.testing.assert_allclose(names["parts_of"](pure), np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "stride", "window"), [("edge", 1, 3), ("texture", 2, 8), ("part", 4, 18), ("part2", 4, 26)]
)
def test_a_unit_sees_as_much_as_the_gallery_shows(layer, stride, window):
    model = pretrained_convnet()
    maps = keras.Model(model.inputs[0], model.get_layer(f"{layer}_relu").output)
    place = 16 // stride
    one = np.zeros((1, 32 // stride, 32 // stride, maps.outputs[0].shape[-1]))
    one[:, place, place] = 1
    images = np.random.default_rng(0).uniform(0, 255, (200, 32, 32, 3))  # pooling passes on one of four: try many
    seen = np.any(input_gradients(maps)(images, one) != 0, axis=(0, 3))
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    assert [rows[0], rows[-1]] == [columns[0], columns[-1]]
    assert np.ptp(rows) + 1 == window
    corner = place * stride + stride // 2 - window // 2  # as the gallery cuts
    assert abs(rows[0] - corner) <= 1


def test_the_occlusion_built_in_view_is_that_of_the_package(rng):
    names = {"np": np, "keras": keras}
    exec(compiled(26, "network", "occlusion"), names)
    model, images = names["small_network"](), rng.uniform(0, 255, (5, 32, 32, 3)).astype("float32")
    in_view = names["occlusion"](names["horse_minus_deer"](model), images)
    np.testing.assert_allclose(in_view, attribution.occlusion(model, images, [-1, 1]), atol=1e-4)


def test_the_grad_cam_built_in_view_is_the_formula_written_out(rng):
    names = {"np": np, "keras": keras, "input_gradients": input_gradients}
    exec(compiled(26, "network", "grad-cam"), names)
    model, images = names["small_network"](), rng.uniform(0, 255, (3, 32, 32, 3)).astype("float32")
    below = keras.Model(model.inputs[0], model.get_layer("third").output)
    maps = names["outputs"](below, images)
    # The mean over 64 places and the dense layer: every place of map c has the gradient (kernel @ weights)[c] / 64.
    factors = model.layers[-1].get_weights()[0] @ [-1, 1] / 64
    expected = np.maximum((maps * factors).sum(axis=-1), 0)
    np.testing.assert_allclose(names["grad_cam"](model, images, [-1, 1], "third"), expected, atol=1e-6)
    assert expected.max() > 0.001
