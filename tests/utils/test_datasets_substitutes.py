"""Substitutes for data that are not available, and how the output announces them."""

import string

from course_utils import datasets
from course_utils.datasets import formats, loading
from course_utils.datasets.download import DownloadFailed
from course_utils.datasets.embedded import MAKERS
from course_utils.datasets.manifest import describe
from course_utils.display import DATASET_MIME

import numpy as np
import pytest

SHAPE = {"mnist": (28, 28), "cifar10": (32, 32, 3), "cifar10_jpeg": (32, 32, 3)}


@pytest.fixture(autouse=True)
def nothing_to_be_had(tmp_path, monkeypatch):
    def refuse(files):
        raise DownloadFailed("example.org could not be reached (<refused>)")

    monkeypatch.delenv("COURSE_DATASETS", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "_failed_downloads", {})
    monkeypatch.setattr(loading, "fetch", refuse)


@pytest.mark.parametrize("name", SHAPE)
def test_images_have_the_form_of_what_they_replace(name):
    data = datasets.load(name)
    assert data.is_substitute and data.requested == name and data.name == describe(name).stand_in
    assert len(data.class_names) == 10
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert x.shape == (len(y), *SHAPE[name]) and y.ndim == 1
        assert x.dtype == y.dtype == np.uint8
        assert (x.min(), x.max()) == (0, 255)
        assert set(y.tolist()) == set(range(10))


@pytest.mark.parametrize("name", ["shakespeare", "sonnets"])
def test_text_is_plain_and_long(name):
    data = datasets.load(name)
    assert data.is_substitute and data.name == "python_docs"
    assert len(data.text) > 100_000
    assert set(data.text) <= set(string.ascii_letters + string.digits + string.punctuation + " \n")


def test_output_says_in_plain_words_what_stands_in_and_what_to_do(monkeypatch):
    shown: list[dict] = []
    monkeypatch.setattr(loading, "emit", shown.append)
    data = datasets.load("mnist")
    bundle = shown[-1]
    assert bundle["text/plain"].splitlines() == [
        "Substitute data: Handwritten digits of scikit-learn instead of MNIST.",
        "Why: no file of it was found, and the download failed: example.org could not be reached (<refused>).",
        "What stands in: Handwritten digits of scikit-learn: 1,500 training and 297 test images, 28×28, uint8. "
        "Results on it are not comparable with the documents'.",
        "To get the real data: put mnist.npz into the folder datasets/ of the course, "
        "whose README.md says where to get it.",
    ]
    assert "(&lt;refused&gt;)" in bundle["text/html"] and "instead of MNIST" in bundle["text/html"]
    assert bundle[DATASET_MIME] == {"name": "digits", "requested": "mnist", "sha256": data.sha256}


def test_without_download_nothing_is_fetched(monkeypatch, capsys):
    monkeypatch.setattr(loading, "fetch", lambda files: pytest.fail("it tried to download"))
    assert datasets.load("mnist", download=False).is_substitute
    assert "downloading is switched off (download=False)" in capsys.readouterr().out
    assert datasets.load("sonnets").is_substitute
    shown = capsys.readouterr().out
    assert "no place to download it from" in shown
    assert "it is not published. A file of your own counts" in shown and "put it there as sonnets.txt" in shown
    assert "where to get it" not in shown


def test_a_stand_in_under_its_own_name_is_no_substitute(capsys):
    for name in MAKERS:
        assert datasets.is_at_hand(name)
        data = datasets.load(name)
        assert not data.is_substitute and data.requested == name
    assert "Substitute" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["digits", "shapes"])
def test_embedded_images_are_the_same_on_every_machine(name):
    assert formats.content_hash(MAKERS[name]()) == describe(name).sha256


def test_python_docs_are_the_same_every_time():
    assert MAKERS["python_docs"]() == MAKERS["python_docs"]()


@pytest.mark.parametrize(("name", "at_least"), [("digits", 0.9), ("shapes", 0.25)])
def test_the_classes_can_be_learnt(name, at_least):
    """A nearest-neighbour classifier beats guessing, so the labels belong to the images."""
    data = MAKERS[name]()
    train, test = (data[f"x_{part}"].reshape(len(data[f"x_{part}"]), -1).astype(float) for part in ("train", "test"))
    test = test[:200]
    squared_distance = (train**2).sum(1) - 2 * test @ train.T  # less each test image's own square, which ranks nothing
    guess = data["y_train"][squared_distance.argmin(1)]
    assert np.mean(guess == data["y_test"][:200]) > at_least
