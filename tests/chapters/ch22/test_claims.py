"""Claims of chapter 22 that would only interrupt the reading: measured here instead of in the notebook."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from scipy.signal import convolve2d, correlate2d

ROWS = ["301274", "158931", "272513", "013178", "421628", "245239"]
IMAGE = np.array([[float(digit) for digit in row] for row in ROWS])
VERTICAL = np.array([[1.0, 0, -1]] * 3)
OTHER = np.array([[3.0, 4, 4], [1, 0, 2], [-1, 0, 3]])


def by_keras(image, kernel, **settings):
    """The map of one grey image under one filter."""
    x, w = image[None, ..., None].astype("float32"), kernel[..., None, None].astype("float32")
    return ops.convert_to_numpy(ops.conv(x, w, data_format="channels_last", **settings))[0, ..., 0]


def side(n, k, stride=1, pad=0, dilation=1):
    """The side of Keras' output for an n × n image with a frame of `pad` zeros."""
    return len(by_keras(np.zeros((n + 2 * pad,) * 2), np.ones((k, k)), strides=stride, dilation_rate=dilation))


def shape_after(layer, shape):
    return list(keras.Sequential([keras.Input(shape), layer]).outputs[0].shape[1:])


@pytest.fixture(scope="module")
def network():
    """The notes' example on colour images."""
    stages = [keras.Input((32, 32, 3))]
    for filters in (8, 16):
        stages += [layers.Conv2D(filters, 5), layers.MaxPooling2D(2)]
    return keras.Sequential([*stages, layers.Flatten(), *(layers.Dense(units) for units in (120, 84, 10))])


@pytest.fixture
def stages(network):
    """Shapes behind the input and every layer but Flatten."""
    kept = [layer for layer in network.layers if not isinstance(layer, layers.Flatten)]
    return [(32, 32, 3), *(layer.output.shape[1:] for layer in kept)]


def test_the_notes_first_example(holds):
    z = by_keras(IMAGE, VERTICAL)
    holds("convolution.first_element", z[0, 0])
    holds("convolution.vertical_edge_table", z)
    assert np.allclose(z, correlate2d(IMAGE, VERTICAL, "valid"))


def test_tensorflow_does_not_turn_the_filter(holds):
    tf = pytest.importorskip("tensorflow")
    x, w = IMAGE[None, ..., None].astype("float32"), VERTICAL[..., None, None].astype("float32")
    holds(
        "convolution.tf_conv2d_is_cross_correlation", float(tf.nn.conv2d(x, w, strides=1, padding="VALID")[0, 0, 0, 0])
    )


def test_a_turned_filter_gives_something_else(holds):
    patch = np.array([[2.0, 3, 7], [6, 6, 9], [3, 4, 8]])
    both = [correlate2d(patch, OTHER, "valid").item(), convolve2d(patch, OTHER, "valid").item()]
    holds("convolution.flip_changes_result", both)


def test_convolution_is_associative_and_correlation_is_not(holds, rng):
    a, b, c = (rng.standard_normal((n, n)) for n in (8, 3, 3))

    def likeness(operation):
        left, right = operation(operation(a, b), c).ravel(), operation(a, operation(b, c)).ravel()
        return left @ right / np.linalg.norm(left) / np.linalg.norm(right)

    alike = likeness(convolve2d)
    holds("convolution.associativity", alike)
    assert likeness(correlate2d) < 0.9


def test_a_filter_is_blind_to_edges_of_the_other_direction(holds):
    left = np.zeros((6, 6))
    left[:, :3] = 10
    maps = [by_keras(image, w) for w in (VERTICAL, VERTICAL.T) for image in (left, left.T)]
    across = [maps[0][0], maps[1][:, 0], maps[2][0], maps[3][:, 0]]
    holds("convolution.edge_orientation", across)
    assert all(np.ptp(z, axis=axis).max() == 0 for z, axis in zip(maps, (0, 1, 0, 1), strict=True))


def test_sizes(holds):
    valid = [side(6, 3), side(7, 3), side(14, 5), side(5, 5)]
    padded = [side(6, 3, pad=1), side(5, 2, pad=2), side(7, 5, pad=3)]
    strided = [side(7, 3, 2), side(7, 3, 2, 2), side(8, 3, 3, 1), side(6, 3, 2)]
    holds("convolution.valid_size", valid)
    holds("convolution.padded_size", padded)
    holds("convolution.strided_size", strided)
    kept = [next(p for p in range(9) if side(12, k, pad=p) == 12) for k in (3, 5, 7)]
    holds("convolution.same_padding", kept)
    height, width, depth = shape_after(layers.Conv2D(4, (7, 3)), (13, 20, 3))
    holds("convolution.output_size", [width, height, depth])
    of_lenet = shape_after(layers.Conv2D(6, 5), (32, 32, 1))
    holds("convolution.lenet_first_layer", of_lenet)


def test_the_chapters_size_formula_is_what_keras_does():
    for n, k, stride, pad, dilation in np.ndindex(6, 3, 3, 3, 3):
        n, k, stride, dilation = n + 7, k + 1, stride + 1, dilation + 1
        if n + 2 * pad > dilation * (k - 1) and 1 in (stride, dilation) and n % 2:
            assert side(n, k, stride, pad, dilation) == (n + 2 * pad - dilation * (k - 1) - 1) // stride + 1


def test_image_volumes(holds):
    from sklearn.datasets import load_sample_image

    photo = load_sample_image("china.jpg")
    holds("convolution.image_volume_shape", [photo.shape, photo.mean(axis=2)[..., None].shape])


def test_without_padding_the_corners_count_less(holds):
    def uses(pad):
        """How many outputs each pixel enters: send a 1 back from each."""
        single = np.eye(36).reshape(36, 6, 6)
        return np.array([(by_keras(np.pad(image, pad), np.ones((3, 3))) != 0).sum() for image in single]).reshape(6, 6)

    without, framed = uses(0), uses(1)
    holds("convolution.pixel_usage", [without[0, 0], without[2, 3], framed[0, 0]])


def test_volumes(holds, rng):
    of_one, of_two = (shape_after(layers.Conv2D(filters, 3), (6, 6, 3)) for filters in (1, 2))
    holds("convolution.volume_one_filter", of_one)
    holds("convolution.volume_stacked_maps", of_two)
    x, w = rng.standard_normal((1, 6, 6, 3)), np.zeros((3, 3, 3, 1))
    w[:, :, 1, 0] = rng.uniform(1, 2, (3, 3))
    replaced = rng.standard_normal(x.shape)
    replaced[..., 1] = x[..., 1]
    before, after = (ops.convert_to_numpy(ops.conv(image, w, data_format="channels_last")) for image in (x, replaced))
    holds("convolution.volume_single_channel_filter", [(after / before).min(), (after / before).max()])


def test_a_one_by_one_convolution_is_a_matrix(rng):
    x, w = rng.standard_normal((2, 5, 4, 3)), rng.standard_normal((1, 1, 3, 7))
    assert np.allclose(ops.convert_to_numpy(ops.conv(x, w, data_format="channels_last")), x @ w[0, 0], atol=1e-5)


def test_pooling(holds):
    four = np.array([[1.0, 3, 2, 1], [2, 9, 1, 1], [1, 3, 2, 3], [5, 6, 1, 2]])[None, ..., None]
    pooled = [
        np.ravel(pool(four, 2, strides=2, data_format="channels_last")) for pool in (ops.max_pool, ops.average_pool)
    ]
    holds("convolution.max_pool_definition", pooled)
    of_four = shape_after(layers.MaxPooling2D(2), (4, 4, 1))
    holds("convolution.max_pool_shape", of_four[:2])
    twelve = shape_after(layers.MaxPooling2D(2), (28, 28, 12))
    holds("convolution.pool_keeps_depth", twelve[2])
    holds("convolution.pool_halves", twelve[:2])
    layer = layers.MaxPooling2D(2)
    layer.build((None, 28, 28, 12))
    holds("convolution.pool_no_parameters", layer.count_params())


def test_a_maximum_keeps_what_is_anywhere_in_its_region(holds):
    outputs = []
    for row, column in np.ndindex(2, 2):
        image = np.zeros((1, 4, 4, 1))
        image[0, row, column] = 9
        outputs.append(np.ravel(ops.max_pool(image, 2, strides=2, data_format="channels_last")))
    holds("convolution.max_pool_detects_anywhere", outputs)


def test_the_notes_network(holds, network, stages):
    holds("convolution.cnn_example_shapes", [shape if len(shape) == 3 else (1, 1, *shape) for shape in stages])
    holds("convolution.cnn_example_sizes", [np.prod(shape) for shape in stages])
    pools = [layer.count_params() for layer in network.layers if isinstance(layer, layers.MaxPooling2D)]
    holds("convolution.pooling_parameters", [keras.layers.InputLayer((32, 32, 3)).count_params(), *pools])
    holds("convolution.height_width_shrink", [shape[0] for shape in stages if len(shape) == 3])


def multiplications(layer, shape):
    """Products of a convolution: one for each weight at each place."""
    model = keras.Sequential([keras.Input(shape), layer])
    return np.prod(model.outputs[0].shape[1:3]) * np.prod(layer.kernel.shape)


def test_pooling_saves_work_in_what_follows(holds):
    with_pool, without = (multiplications(layers.Conv2D(16, 5), (n, n, 8)) for n in (14, 28))
    assert (with_pool, without) == (320_000, 1_843_200)
    holds("convolution.pooling_saves_computation", without / with_pool)


def test_a_dense_layer_in_its_place(holds):
    small = shape_after(layers.Conv2D(6, 5), (32, 32, 3))
    pixels = np.prod((32, 32, 3))
    holds("convolution.dense_instead_of_conv_sizes", [pixels, np.prod(small)])
    large = shape_after(layers.Conv2D(6, 5), (1000, 1000, 3))
    weights = np.prod((1000.0, 1000, 3)) * np.prod(large, dtype=float)
    holds("convolution.dense_1000x1000", weights)


def test_the_parameters_do_not_count_the_pixels(holds):
    models = [keras.Sequential([keras.Input((n, n, 3)), layers.Conv2D(6, 5)]) for n in (32, 1000)]
    holds("convolution.parameter_sharing", [model.count_params() for model in models])


def test_relu(holds):
    passed_on = ops.convert_to_numpy(ops.relu(np.array([-5.0, -1, 0, 2, 5])))
    holds("convolution.relu_formula", passed_on)


def worst_direction(share, speed):
    """The chapter's formula: error of the direction of a wave, in degrees, by the central row's share."""
    angle = np.radians(np.arange(91))
    u, v = speed * np.cos(angle), speed * np.sin(angle)
    gx, gy = (np.sin(a) * (share + (1 - share) * np.cos(b)) for a, b in ((u, v), (v, u)))
    return np.degrees(np.abs(np.arctan2(gy, gx) - angle)).max()


def test_two_thirds_is_best_for_slow_waves_and_not_for_fast_ones():
    """Numbers that section 2 names."""
    shares = np.linspace(0.3, 0.9, 601)
    assert abs(shares[np.argmin([worst_direction(share, 0.1) for share in shares])] - 2 / 3) < 0.002
    assert [round(worst_direction(share, 1.6), 1) for share in (2 / 3, 5 / 8)] == [0.7, 0.3]
