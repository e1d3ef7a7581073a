"""AlexNet, VGG, GoogLeNet, ResNet, DenseNet: the papers' sizes and shapes, the outputs of `keras.applications`."""

from course_utils.models import alexnet, densenet, googlenet, resnet, vgg
from course_utils.models.densenet import dense_block, transition
from course_utils.models.googlenet import MODULES, inception_module
from course_utils.models.resnet import basic_block, bottleneck_block

import keras
import numpy as np
import pytest

BUILDERS = {
    "alexnet": alexnet,
    "alexnet, one tower": lambda: alexnet(towers=1),
    "googlenet": googlenet,
    "googlenet with heads": lambda: googlenet(auxiliary=True),
    **{f"vgg{depth}": lambda depth=depth: vgg(depth) for depth in (16, 19)},
    **{f"resnet{depth}": lambda depth=depth: resnet(depth) for depth in (18, 34, 50, 101, 152)},
    **{f"densenet{depth}": lambda depth=depth: densenet(depth) for depth in (121, 169, 201)},
}
PARAMETERS = {  # trainable: AlexNet's 60 million on two graphics cards, and the totals of the published versions
    "alexnet": 60_965_224,
    "alexnet, one tower": 62_378_344,
    "googlenet": 6_998_552,
    "googlenet with heads": 13_378_280,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "densenet121": 7_978_856,
    "densenet169": 14_149_480,
    "densenet201": 20_013_928,
}
OF_KERAS = ["VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "DenseNet121", "DenseNet169", "DenseNet201"]


@pytest.fixture
def unfilled():
    """Build models whose weights have shapes and no memory: VGG-19 alone would take 575 MB."""
    with keras.StatelessScope(initialize_variables=False):
        yield
    keras.utils.clear_session()


def trainable(model):
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def weighted(model):
    """Count the layers with weights, without those of batch normalization."""
    return sum(isinstance(layer, keras.layers.Conv2D | keras.layers.Dense) for layer in model.layers)


def test_parameters_and_depths_are_the_published_ones(unfilled):
    models = {name: build() for name, build in BUILDERS.items()}
    assert {name: trainable(model) for name, model in models.items()} == PARAMETERS
    assert weighted(models["alexnet"]) == 8 and weighted(models["googlenet"]) == 3 + 9 * 6 + 1
    for name, model in models.items():
        if name[-1].isdigit():
            on_shortcuts = {"resnet18": 3, "resnet34": 3}.get(name, 4 if "resnet" in name else 0)
            assert weighted(model) - on_shortcuts == int(name.strip("vgresntd"))


def test_parameters_are_those_of_keras(unfilled):
    for name in OF_KERAS:
        ours, theirs = BUILDERS[name.lower()](), getattr(keras.applications, name)(weights=None)
        biases = [layer.bias for layer in theirs.layers if isinstance(layer, keras.layers.Conv2D) and layer.use_bias]
        # Keras' ResNets have biases in front of batch normalization, which has one of its own
        cancelled = sum(bias.shape[0] for bias in biases) if name.startswith("ResNet") else 0
        assert ours.count_params() + cancelled == theirs.count_params(), name
        assert weighted(ours) == weighted(theirs), name


@pytest.mark.parametrize("build", [vgg, resnet, densenet], ids=["vgg", "resnet", "densenet"])
def test_an_unknown_depth_is_refused_with_those_that_exist(build):
    with pytest.raises(ValueError, match=r"depth is one of .*; got 17"):
        build(17)


def sides_and_channels(model):
    """Shapes (height, channels) of the volumes, each once in a row."""
    shapes = [layer.output.shape for layer in model.layers if layer.output.ndim == 4]
    found = [(shape[1], shape[3]) for shape in shapes]
    return [shape for shape, before in zip(found, [None, *found[:-1]], strict=True) if shape != before]


def test_shapes_of_alexnet_and_vgg_are_those_of_their_descriptions(unfilled):
    expected = [(227, 3), (55, 96), (27, 96), (27, 256), (13, 256), (13, 384), (13, 256), (6, 256)]
    assert sides_and_channels(alexnet()) == expected
    sizes = [(224, 64), (112, 64), (112, 128), (56, 128), (56, 256), (28, 256), (28, 512), (14, 512), (7, 512)]
    assert sides_and_channels(vgg(16)) == sides_and_channels(vgg(19)) == [(224, 3), *sizes]


def test_parameters_of_googlenet_by_module_are_those_of_the_papers_table(unfilled):
    """Products of the table's filters; the table's own sums are rounded, and up to a tenth off, as in 4c."""
    model = googlenet(auxiliary=True)
    assert [output.shape for output in model.outputs] == [(None, 1000)] * 3
    joints = [layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [joint.output.shape[1:] for joint in joints] == [
        *((28, 28, channels) for channels in (256, 480)),
        *((14, 14, channels) for channels in (512, 512, 512, 528, 832)),
        *((7, 7, channels) for channels in (832, 1024)),
    ]
    of_paper, channels = (159, 380, 364, 437, 463, 580, 840, 1072, 1388), 192
    for name, thousands in zip(MODULES, of_paper, strict=True):
        ones, (before_3, threes), (before_5, fives), pooled = MODULES[name]
        inputs = keras.Input((7, 7, channels))
        parameters = keras.Model(inputs, inception_module(inputs, *MODULES[name])).count_params()
        one_by_one, biases = ones + before_3 + before_5 + pooled, ones + threes + fives + pooled + before_3 + before_5
        assert parameters == channels * one_by_one + 9 * before_3 * threes + 25 * before_5 * fives + biases
        assert abs(parameters / 1000 - thousands) < 0.11 * thousands, name
        channels = ones + threes + fives + pooled


def test_blocks_say_their_shapes(unfilled):
    volume = keras.Input((16, 16, 64))
    assert inception_module(volume, 8, (4, 16), (2, 4), 4).shape == (None, 16, 16, 32)
    assert basic_block(volume, 64).shape == (None, 16, 16, 64)
    assert basic_block(volume, 128, stride=2).shape == (None, 8, 8, 128)
    assert bottleneck_block(volume, 64).shape == (None, 16, 16, 256)
    assert bottleneck_block(volume, 32, stride=2).shape == (None, 8, 8, 128)
    assert dense_block(volume, 6).shape == (None, 16, 16, 256)
    assert transition(volume).shape == (None, 8, 8, 32)


def scrambled(weights, rng):
    """Weights of the same shapes, none of them at the 0 or 1 of a start; kernels small enough to keep the scale."""
    fresh = []
    for value in weights:
        if value.ndim == 1:  # biases, and what batch normalization keeps: all positive, for variances
            fresh.append(rng.uniform(0.5, 1.5, value.shape).astype("float32"))
        else:
            fan_in = np.prod(value.shape[:-1])
            fresh.append((rng.standard_normal(value.shape, dtype="float32") / np.sqrt(fan_in)).astype("float32"))
    return fresh


@pytest.mark.parametrize(
    ("build", "of_keras"),
    [
        (lambda: vgg(16, (32, 32, 3), 10), "VGG16"),
        (lambda: resnet(50, (64, 64, 3), 10), "ResNet50"),
        (lambda: densenet(121, (64, 64, 3), 10), "DenseNet121"),
    ],
    ids=["vgg16", "resnet50", "densenet121"],
)
def test_outputs_with_copied_weights_are_those_of_keras(build, of_keras):
    rng, ours = np.random.default_rng(0), build()
    theirs = getattr(keras.applications, of_keras)(weights=None, input_shape=ours.input_shape[1:], classes=10)
    images = rng.standard_normal((2, *ours.input_shape[1:]), dtype="float32")
    with_weights = [[layer for layer in model.layers if layer.weights] for model in (ours, theirs)]
    for mine, other in zip(*with_weights, strict=True):
        weights = scrambled(mine.get_weights(), rng)
        mine.set_weights(weights)
        extra = len(other.weights) - len(weights)  # a bias of a ResNet of Keras, which stays at 0
        other.set_weights(weights + other.get_weights()[len(weights) :] if extra else weights)
    expected = np.asarray(theirs(images))
    assert np.ptp(expected) > 0.01, "the outputs must differ among classes, or their equality says nothing"
    np.testing.assert_allclose(np.asarray(ours(images)), expected, rtol=1e-3, atol=1e-5)


def test_a_model_survives_saving_and_loading(tmp_path):
    model = resnet(18, (32, 32, 3), classes=2)
    images = np.random.default_rng(0).random((2, 32, 32, 3), dtype="float32")
    model.save(tmp_path / "resnet.keras")
    loaded = keras.models.load_model(tmp_path / "resnet.keras")
    np.testing.assert_allclose(np.asarray(loaded(images)), np.asarray(model(images)), atol=1e-6)


def test_alexnet_runs_with_two_towers():
    """Grouped convolutions, which few networks use; a twentieth of its weights: without the dense layers."""
    model = alexnet()
    convolutions = keras.Model(model.inputs[0], model.get_layer(index=8).output)
    assert convolutions(np.zeros((1, 227, 227, 3), "float32")).shape == (1, 6, 6, 256)
