"""What the chapter's own functions must do, on small networks and arrays."""

from course_utils.models import pretrained_convnet, small_convnet
from course_utils.models.train_small_convnet import random_crops

import keras
import numpy as np
import pytest
from cells import cells_of, compiled
from keras import layers
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@pytest.fixture
def core():
    """The functions of the opening and of section 2."""
    names = {
        "keras": keras,
        "layers": layers,
        "np": np,
        "random_crops": random_crops,
        "rng": np.random.default_rng(0),
        "pretrained_convnet": pretrained_convnet,
        "small_convnet": small_convnet,
        "LogisticRegression": LogisticRegression,
        "make_pipeline": make_pipeline,
        "StandardScaler": StandardScaler,
        "accuracy": lambda model, x, y: float(np.mean(np.argmax(model(x), axis=1) == y)),
    }
    exec(compiled(25, "core", "three-ways", "features", "imagenet"), names)
    [thaw] = [cell.source for cell in cells_of(25) if cell.get("id") == "thaw"]
    exec(thaw.partition("\n\n\n")[0], names)  # the function, without the training
    return names


def test_a_new_head_trains_386_numbers_and_moves_nothing_below(core):
    base = pretrained_convnet()
    features = keras.Model(base.inputs[0], base.get_layer("features").output)
    features.trainable = False
    model = core["ready"](core["with_new_head"](features, 2))
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == 386
    before = [w.copy() for w in features.get_weights()]
    x, y = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8), np.arange(20) % 2
    core["train"](model, x, y, 10, 0.1)
    assert all(np.array_equal(a, b) for a, b in zip(before, features.get_weights(), strict=True))


def test_a_thawed_network_moves_its_kernels_and_not_its_batch_statistics(core):
    base = pretrained_convnet()
    features = keras.Model(base.inputs[0], base.get_layer("features").output)
    features.trainable = False
    model = core["with_new_head"](features, 2)
    core["thaw"](features)
    norms = [layer for layer in base.layers if isinstance(layer, layers.BatchNormalization)]
    statistics = [w.copy() for layer in norms for w in layer.get_weights()]
    kernels = [base.get_layer(name).get_weights()[0] for name in ("edge", "part", "object")]
    x, y = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8), np.arange(20) % 2
    core["train"](core["ready"](model), x, y, 10, 0.05)
    now = [w for layer in norms for w in layer.get_weights()]
    assert all(np.array_equal(a, b) for a, b in zip(statistics, now, strict=True))
    moved = [base.get_layer(name).get_weights()[0] for name in ("edge", "part", "object")]
    assert not any(np.array_equal(a, b) for a, b in zip(kernels, moved, strict=True))


def test_each_way_trains_what_its_name_says(core):
    """A new head, the trained network from halfway on, and a network that starts at random: as many steps each."""
    seen = []

    def train(model, x, y, steps, rate, crop):
        seen.append((len(model.trainable_variables), steps, rate, model.get_layer(index=1).name))

    core["train"] = train
    images = np.zeros((4, 32, 32, 3), dtype=np.uint8)
    right = core["three_ways"](images, np.array([0, 1, 0, 1]), images, np.array([0, 1, 0, 1]), 50)
    head, longer, thawed, scratch = seen
    assert (head[0], longer[0], thawed[0], scratch[0]) == (2, 2, 7, 17)
    assert head[1] + longer[1] == head[1] + thawed[1] == scratch[1]
    assert longer[2] == head[2]
    assert thawed[2] < head[2]
    assert right == [0.5, 0.5, 0.5], "all images are the same"


def test_a_networks_features_are_the_means_of_its_maps(core):
    network = small_convnet()
    images = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3)).astype("float32")
    means = core["by_layer"](network)(images)
    assert [mean.shape[-1] for mean in means] == [24, 48, 96, 96, 192]
    last = keras.Model(network.inputs[0], network.get_layer("features").output)(images)
    np.testing.assert_allclose(means[-1], last, rtol=1e-5)


def test_a_network_of_keras_applications_gets_a_new_head_by_the_same_function(core):
    model = core["imagenet_model"](3, weights=None)
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
    assert model(images).shape == (2, 3)
    assert [tuple(v.shape) for v in model.trainable_variables] == [(1280, 3), (3,)]
    inside = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    assert len(inside) == 1, "the network is one layer of the model"
    scaled = inside[0]
    pixels = []
    scaled.call = lambda x, *_, **__: pixels.append(np.asarray(x)) or np.zeros((len(x), 1280), dtype="float32")
    model(images)
    assert -1 <= pixels[0].min() < -0.5 and 0.5 < pixels[0].max() <= 1, "its pixels go from -1 to 1"
