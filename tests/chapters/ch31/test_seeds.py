"""Verdicts that hang on no seed."""

from unittest.mock import MagicMock

from course_utils import datasets

import keras
import numpy as np
import pytest
from cells import verdicts_of
from sklearn.decomposition import PCA

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(20))
def test_the_transposed_convolution(seed):
    verdicts = verdicts_of(31, "undo", seed=seed, ops=keras.ops, layers=keras.layers, image_grid=MagicMock())
    assert set(verdicts.values()) == {"erratum"}


@pytest.mark.parametrize("seed", range(2))
def test_cats_and_dogs_on_half_of_the_photographs(seed):
    """The split of the training photographs is the only draw: half of them, drawn anew."""
    if not datasets.is_at_hand("cifar10_jpeg"):
        pytest.skip("the photographs are not at hand")
    pictures = datasets.load("cifar10_jpeg")
    half = np.random.default_rng(seed).permutation(len(pictures.x_train))[: len(pictures.x_train) // 2]
    drawn = MagicMock(
        x_train=pictures.x_train[half, ..., 1],
        y_train=pictures.y_train[half],
        x_test=pictures.x_test[..., 1],
        y_test=pictures.y_test,
        class_names=pictures.class_names,
    )
    drawn.name = pictures.name
    shared = {
        "pictures": drawn,
        "digits": MagicMock(x_train=np.random.default_rng(seed).integers(0, 256, (100, 28, 28), "uint8")),
        "order": np.arange(100),
        "PCA": PCA,
        "flat": lambda some: some.reshape(len(some), -1).astype("float32") / 255,
        "through": lambda pca, rows: pca.inverse_transform(pca.transform(rows)),
        "error": lambda restored, rows: float(np.mean((restored - rows) ** 2)),
    }
    assert set(verdicts_of(31, "cats", **shared).values()) == {"reproduced"}
