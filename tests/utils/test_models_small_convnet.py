"""The small convnet: its size, its trained weights, and the script that trains them."""

import dataclasses

from course_utils.datasets import is_at_hand, load
from course_utils.models import SEEN_CLASSES, pretrained_convnet, small_convnet, train_small_convnet
from course_utils.models.small_convnet import WEIGHTS

import numpy as np
import pytest


@pytest.fixture(scope="module")
def trained():
    return pretrained_convnet()


def test_size_and_shapes():
    model = small_convnet()
    kernels = 9 * (3 * 24 + 24 * 48 + 48 * 96 + 96 * 96 + 96 * 192)
    norms = 4 * (24 + 48 + 96 + 96 + 192)
    assert model.count_params() == kernels + norms + (192 + 1) * 8 == 304_688
    shapes = {layer.name: layer.output.shape for layer in model.layers}
    assert shapes["features"] == (None, 192) and shapes["logits"] == (None, len(SEEN_CLASSES))
    assert small_convnet(2).output.shape == (None, 2)


def test_its_numbers_are_those_of_a_computation_by_hand(trained):
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 8, 3), dtype=np.uint8)
    weights = {weight.path.rsplit("/", 2)[-2] + "/" + weight.name: np.array(weight) for weight in trained.weights}
    x = images / 64 - 2
    for name, pooled in (("edge", True), ("texture", True), ("part", False), ("part2", True), ("object", False)):
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        patches = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        x = np.einsum("nhwcij,ijcf->nhwf", patches, weights[f"{name}/kernel"])
        mean, variance = weights[f"{name}_norm/moving_mean"], weights[f"{name}_norm/moving_variance"]
        x = (x - mean) / np.sqrt(variance + 1e-3) * weights[f"{name}_norm/gamma"] + weights[f"{name}_norm/beta"]
        x = np.maximum(x, 0)
        if pooled:
            n, height, width, channels = x.shape
            x = x[:, : height // 2 * 2, : width // 2 * 2].reshape(n, height // 2, 2, width // 2, 2, channels)
            x = x.max(axis=(2, 4))
    expected = x.mean(axis=(1, 2)) @ weights["logits/kernel"] + weights["logits/bias"]
    np.testing.assert_allclose(trained.predict(images, verbose=0), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.skipif(not is_at_hand("cifar10_jpeg"), reason="needs CIFAR-10")
def test_it_knows_its_classes(trained):
    data = load("cifar10_jpeg")
    images, labels = train_small_convnet.seen_part(data.x_test[:2000], data.y_test[:2000], data.class_names)
    named = trained.predict(images, verbose=0).argmax(axis=-1)
    assert np.mean(named == labels) > 0.8
    names = np.array(data.class_names)[data.y_test[:2000]]
    assert not {"cat", "dog"} & set(SEEN_CLASSES)
    assert [SEEN_CLASSES[label] for label in labels] == list(names[np.isin(names, SEEN_CLASSES)])


def test_crops_are_cut_out_of_their_image():
    images = np.arange(5 * 6 * 6 * 3, dtype=np.float32).reshape(5, 6, 6, 3)
    crops = train_small_convnet.random_crops(images, 4, np.random.default_rng(1))
    assert crops.shape == (5, 4, 4, 3)
    for image, crop in zip(images, crops, strict=True):
        places = [image[i : i + 4, j : j + 4] for i in range(3) for j in range(3)]
        assert any(np.array_equal(crop, place) or np.array_equal(crop, place[:, ::-1]) for place in places)


def test_training_needs_the_real_data(monkeypatch, tmp_path):
    stand_in = dataclasses.replace(load("shapes"), requested="cifar10_jpeg")
    monkeypatch.setattr(train_small_convnet, "load", lambda name: stand_in)
    monkeypatch.setattr(train_small_convnet, "WEIGHTS", tmp_path / "never.weights.h5")
    with pytest.raises(SystemExit, match="CIFAR-10"):
        train_small_convnet.main()
    assert not list(tmp_path.iterdir())


def test_the_weights_are_small_enough_to_travel():
    assert WEIGHTS.stat().st_size < 3e6
