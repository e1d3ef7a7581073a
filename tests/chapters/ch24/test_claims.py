"""Claims of chapter 24 that would only interrupt the reading: measured here instead of in the notebook."""

from itertools import product

from course_utils.chapters.ch24.small_densenet import FIRST_BLOCK, lost_by_connection, small_densenet
from course_utils.checks.differences import central_differences
from course_utils.models import alexnet, densenet, googlenet, resnet, vgg
from course_utils.models.resnet import bottleneck_block

import keras
import numpy as np
import pytest
from keras import layers

BUILDERS = {
    "AlexNet": alexnet,
    "VGG16": lambda: vgg(16),
    "VGG19": lambda: vgg(19),
    "GoogLeNet": googlenet,
    "ResNet50": lambda: resnet(50),
    "ResNet101": lambda: resnet(101),
    "ResNet152": lambda: resnet(152),
    "DenseNet121": lambda: densenet(121),
}


@pytest.fixture(scope="module")
def networks():
    """All networks, with weights that have shapes and no memory."""
    with keras.StatelessScope(initialize_variables=False):
        built = {name: build() for name, build in BUILDERS.items()}
    keras.utils.clear_session()
    return built


def of_type(model, *types):
    return [layer for layer in model.layers if isinstance(layer, types)]


def depth(model):
    return len(of_type(model, layers.Conv2D, layers.Dense))


def groups(model, pooling):
    """Lengths of the runs of convolutions that a pooling follows."""
    runs, run = [], 0
    for layer in model.layers:
        run += isinstance(layer, layers.Conv2D)
        if isinstance(layer, pooling):
            runs, run = [*runs, run], 0
    return runs


def test_alexnet(holds, networks):
    model = networks["AlexNet"]
    convolutions, poolings = of_type(model, layers.Conv2D), of_type(model, layers.MaxPooling2D)
    measured = [len(convolutions), len(poolings)]
    holds("convnet_architectures.alexnet_groups", printed=measured, corrected=measured)
    holds("convnet_architectures.alexnet_dense", [layer.units for layer in of_type(model, layers.Dense)])
    holds("convnet_architectures.alexnet_first_layer_size", convolutions[0].output.shape[1:3])
    pool = [poolings[0].pool_size[0], poolings[0].strides[0]]
    holds("convnet_architectures.alexnet_reduction_by_pooling", printed=pool, corrected=pool)
    holds("convnet_architectures.alexnet_parameters", model.count_params() / 1e6)


def test_vgg(holds, networks):
    both = [networks["VGG16"], networks["VGG19"]]
    depths = [depth(model) for model in both]
    holds("convnet_architectures.vgg_depths", depths)
    holds("convnet_architectures.vgg_layer_count", depths)
    named = {name: depth(networks[name]) for name in ("AlexNet", "VGG16", "VGG19")}
    holds("convnet_architectures.vgg_deeper_than_alexnet", named)
    holds("convnet_architectures.vgg_consecutive_convs", groups(both[0], layers.MaxPooling2D))
    sizes = {name: networks[name].count_params() for name in ("AlexNet", "VGG16")}
    holds("convnet_architectures.vgg_large", sizes)
    holds("convnet_architectures.vgg16_parameters", sizes["VGG16"] / 1e6)
    for model in both:
        settings = {(a.kernel_size[0], a.strides[0]) for a in of_type(model, layers.Conv2D)}
        pools = {(a.pool_size[0], a.strides[0]) for a in of_type(model, layers.MaxPooling2D)}
        assert len(settings) == len(pools) == 1
        holds("convnet_architectures.vgg_filters", [*settings.pop(), *pools.pop()])
    last = [*of_type(both[0], layers.Conv2D)[-1:], *of_type(both[0], layers.MaxPooling2D)[-1:]]
    last += of_type(both[0], layers.Dense)
    ends = [size for layer in last for size in layer.output.shape[1:]]
    holds("convnet_architectures.vgg_last_block", ends)


def test_filter_choices(holds):
    counted = [len(list(product((1, 3, 5), repeat=d))) for d in range(1, 6)]
    holds("convnet_architectures.filter_choices", counted)


def branches(volume, padding="same", filters=(64, 128, 32)):
    convolutions = [layers.Conv2D(n, size, padding=padding)(volume) for n, size in zip(filters, (1, 3, 5), strict=True)]
    return [*convolutions, layers.MaxPooling2D(3, strides=1, padding=padding)(volume)]


def test_the_naive_inception_module(holds):
    volume = keras.Input((28, 28, 192))
    stacked = layers.Concatenate()(branches(volume))
    holds("convnet_architectures.inception_branches", len(branches(volume)))
    beyond = stacked.shape[-1] - (64 + 128 + 32)
    holds("convnet_architectures.inception_depth", printed=beyond, corrected=beyond - volume.shape[-1])
    sizes = [len({branch.shape[1:3] for branch in branches(volume, padding)}) for padding in ("same", "valid")]
    holds("convnet_architectures.inception_padding", sizes)
    with pytest.raises(ValueError, match="oncat"):
        layers.Concatenate()(branches(volume, "valid"))
    pooled = layers.Conv2D(32, 1)(branches(volume)[-1])
    holds(
        "convnet_architectures.inception_concatenation", layers.Concatenate()([*branches(volume)[:3], pooled]).shape[1:]
    )


def test_the_price_of_five_by_five(holds):
    direct, narrow, wide = 28 * 28 * 32 * 25 * 192, 28 * 28 * 16 * 192, 28 * 28 * 32 * 25 * 16
    holds("convnet_architectures.bottleneck_saving", (narrow + wide) / direct)


def test_one_by_one(holds, rng):
    x = rng.standard_normal((1, 6, 6, 32)).astype("float32")
    convolution = layers.Conv2D(5, 1, bias_initializer="random_normal")
    out = np.asarray(convolution(x))
    kernel, bias = (np.asarray(w) for w in convolution.weights)
    pixel_by_pixel = np.einsum("bhwc,cf->bhwf", x, kernel[0, 0]) + bias
    holds("convnet_architectures.one_by_one_dot_product", np.abs(out - pixel_by_pixel).max())
    dense = layers.Dense(5)
    dense.build(x.shape)
    dense.set_weights([kernel[0, 0], bias])
    holds("convnet_architectures.1x1_is_fully_connected", np.abs(out - np.asarray(dense(x))).max())
    assert np.abs(out).max() > 0.1, "equality of zeros would say nothing"
    holds("convnet_architectures.one_by_one_output_shape", layers.Conv2D(32, 1)(x).shape[1:])
    narrowed = layers.Conv2D(32, 1)(keras.Input((64, 64, 128)))
    holds("convnet_architectures.1x1_output_shape", narrowed.shape[1:])
    image = rng.standard_normal((1, 6, 6, 1)).astype("float32")
    doubled = np.asarray(layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(2))(image))
    holds("convnet_architectures.one_by_one_single_channel", np.abs(doubled - 2 * image).max())


def test_depths(holds, networks):
    modules = len(of_type(networks["GoogLeNet"], layers.Concatenate))
    outside = depth(networks["GoogLeNet"]) - 6 * modules
    holds("convnet_architectures.googlenet_depth", outside + 2 * modules)  # a module is two layers deep
    projections = {}
    for number in (50, 101, 152):
        model = networks[f"ResNet{number}"]
        blocks = of_type(model, layers.Add)
        projections[number] = depth(model) - 2 - 3 * len(blocks)
        assert depth(model) - projections[number] == number
    holds("convnet_architectures.projection_shortcut", list(projections.values()))
    holds(
        "convnet_architectures.resnet_five_times_deeper", (depth(networks["ResNet152"]) - 4) / (outside + 2 * modules)
    )


def test_the_bottleneck_widens_again(holds):
    volume = keras.Input((8, 8, 256))
    model = keras.Model(volume, bottleneck_block(volume, 64))
    first, middle, last = (layer.kernel.shape for layer in of_type(model, layers.Conv2D))
    assert middle == (3, 3, 64, 64)
    ratios = [first[3] / first[2], last[3] / last[2]]
    holds("convnet_architectures.bottleneck", printed=ratios, corrected=ratios)


def test_dense_blocks_read_their_own_layers_only(holds, networks):
    ones = [shape for a in of_type(networks["DenseNet121"], layers.Conv2D) if (shape := a.kernel.shape)[:2] == (1, 1)]
    holds("convnet_architectures.densenet_growth", [shape[2] for shape in ones[:6]])
    assert ones[6][2:] == (256, 128), "the transition"
    holds("convnet_architectures.densenet_block_inputs", printed=ones[7][2], corrected=ones[7][2])


def test_gradients(holds, rng):
    factors = np.full(75, 0.25, dtype="float32")  # the largest slope of the sigmoid
    assert np.prod(factors, dtype="float64") > 0
    holds("convnet_architectures.gradient_exactly_zero", np.prod(factors, dtype="float32"))
    step = 1e-6
    x = rng.standard_normal()
    slope = ((x + step) - (x - step)) / (2 * step)
    holds("convnet_architectures.identity_gradient", np.round(slope, 6))
    a, b = 0.7, -0.4
    by_a = ((a + step) + b - ((a - step) + b)) / (2 * step)
    by_b = (a + (b + step) - (a + (b - step))) / (2 * step)
    holds("convnet_architectures.sum_distributes_gradient", np.round([by_a, by_b], 6))

    W, x, cost = rng.standard_normal((4, 4)), rng.standard_normal(4), rng.standard_normal(4)

    def of(x):
        return cost @ (np.tanh(x @ W) + x)

    numeric = central_differences(lambda: of(x), x, step)
    through_branch = W @ (cost * (1 - np.tanh(x @ W) ** 2))
    assert np.abs(through_branch).max() > 0.1
    holds("convnet_architectures.residual_gradient", np.abs(numeric - (through_branch + cost)).max())


def test_the_residual_block_of_the_notes(holds, rng):
    a = np.maximum(0, rng.standard_normal((3, 8))).astype("float32")
    inputs = keras.Input((8,))
    branch = layers.Dense(8, bias_initializer="random_normal")(layers.Dense(8, activation="relu")(inputs))
    model = keras.Model(inputs, layers.ReLU()(layers.Add()([inputs, branch])))
    W1, b1, W2, b2 = model.get_weights()
    by_formula = np.maximum(0, np.maximum(0, a @ W1 + b1) @ W2 + b2 + a)
    holds("convnet_architectures.resnet_block_formula", np.abs(np.asarray(model(a)) - by_formula).max())
    model.set_weights([W1, b1, 0 * W2, 0 * b2])
    assert np.abs(by_formula - a).max() > 0.1, "with weights it must be something else"
    holds("convnet_architectures.resnet_identity", np.abs(np.asarray(model(a)) - a).max())


def test_cutting_a_connection_removes_its_weights_and_puts_them_back():
    model = small_densenet()
    before = model.get_weights()
    threes = [a for a in of_type(model, layers.Conv2D) if a.kernel_size == (3, 3)][1 : FIRST_BLOCK + 1]

    def size(model):
        return sum(float(np.abs(np.asarray(layer.kernel)).sum()) for layer in threes)

    lost = lost_by_connection(model, size)
    expected = np.zeros((FIRST_BLOCK, FIRST_BLOCK))
    for number, layer in enumerate(threes):
        parts = np.abs(np.asarray(layer.kernel)).sum(axis=(0, 1, 3)).reshape(number + 1, -1).sum(axis=1)
        expected[number, : number + 1] = parts
    np.testing.assert_allclose(lost, expected, rtol=1e-3)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
