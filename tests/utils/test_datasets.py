"""Data sets by name: the manifest, the places where files are found, and how files are checked."""

import gzip
import hashlib
import io
import os
import pickle
import re
import tarfile
from pathlib import Path

from course_utils import datasets
from course_utils.datasets import formats, loading, manifest, places
from course_utils.datasets.unpickling import unpickle_data
from course_utils.display import DATASET_MIME
from course_utils.errors import CourseError

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No data on this machine, and no network."""
    monkeypatch.delenv("COURSE_DATASETS", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "_failed_downloads", {})
    monkeypatch.setattr(loading, "fetch", lambda files: pytest.fail("it tried to download"))


def small_images(seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "x_train": random.integers(0, 256, (6, 28, 28), dtype=np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": random.integers(0, 256, (2, 28, 28), dtype=np.uint8),
        "y_test": np.arange(2, dtype=np.uint8),
    }


def npz(arrays: dict[str, np.ndarray], save=np.savez) -> bytes:
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def said_to_be_encrypted(archive: bytes) -> bytes:
    """Set the flag that says so of every file in the directory of a zip archive."""
    changed = bytearray(archive)
    for entry in re.finditer(rb"PK\x01\x02", archive):
        changed[entry.start() + 8] |= 1
    return bytes(changed)


def tar_gz(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def toy(monkeypatch):
    """Return a data set of eight images with one known file, listed in the manifest."""
    content = small_images()
    file = manifest.DataFile(("toy.npz",), hashlib.sha256(npz(content)).hexdigest(), "images_npz")
    entry = manifest.DataSet(
        name="toy",
        title="Toy",
        kind="images",
        description="",
        licence="",
        source="",
        sha256=formats.content_hash(content),
        files=(file,),
        class_names=tuple("0123456789"),
        stand_in="digits",
    )
    monkeypatch.setitem(manifest.entries(), "toy", entry)
    return entry


def put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def bundles_of(monkeypatch) -> list[dict]:
    shown: list[dict] = []
    monkeypatch.setattr(loading, "emit", shown.append)
    return shown


def test_names_lists_every_data_set_of_the_course():
    expected = "mnist cifar10 cifar10_jpeg shakespeare sonnets digits shapes python_docs"
    assert datasets.names() == expected.split()


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(CourseError, match=r"no data set 'mnst'; there are mnist, cifar10, .*python_docs"):
        datasets.load("mnst")
    with pytest.raises(CourseError, match="no data set"):
        datasets.is_at_hand("mnst")


def test_manifest_is_complete():
    for entry in manifest.entries().values():
        assert entry.title and entry.description and entry.licence and entry.source
        assert (entry.kind == "images") == (len(entry.class_names) == 10)
        assert bool(entry.files) == (entry.stand_in is not None)
        for file in entry.files:
            assert len(file.sha256) == 64 and set(file.sha256) <= set("0123456789abcdef")
            assert file.format in formats.READERS
            assert all(url.startswith("https://") for url in file.urls)


@pytest.mark.parametrize("place", ["COURSE_DATASETS", "checkout", "working directory", "Keras' cache"])
def test_file_is_found_in_every_place(place, toy, tmp_path, monkeypatch, capsys):
    folder = {
        "COURSE_DATASETS": tmp_path / "chosen",
        "checkout": tmp_path / "course" / "datasets",
        "working directory": tmp_path / "course" / "notebooks" / "datasets",
        "Keras' cache": tmp_path / "keras" / "datasets",
    }[place]
    put(tmp_path / "course" / "notebooks", "course.yaml", b"")
    monkeypatch.chdir(tmp_path / "course" / "notebooks")
    assert not datasets.is_at_hand("toy")
    put(folder, "toy.npz", npz(small_images()))
    if place == "COURSE_DATASETS":
        monkeypatch.setenv("COURSE_DATASETS", str(folder))
    assert datasets.is_at_hand("toy")
    data = datasets.load("toy")
    np.testing.assert_array_equal(data.x_train, small_images()["x_train"])
    assert (data.name, data.requested, data.sha256, data.is_substitute) == ("toy", "toy", toy.sha256, False)
    assert capsys.readouterr().out == "Toy: 6 training and 2 test images, 28×28, uint8\n"


def test_output_carries_the_identity_for_machines_and_no_path(toy, tmp_path, monkeypatch):
    shown = bundles_of(monkeypatch)
    put(tmp_path / "datasets", "toy.npz", npz(small_images()))
    datasets.load("toy")
    assert shown == [
        {
            "text/plain": "Toy: 6 training and 2 test images, 28×28, uint8",
            DATASET_MIME: {"name": "toy", "requested": "toy", "sha256": toy.sha256},
        }
    ]


def test_same_content_in_another_file_is_accepted(toy, tmp_path):
    other_file = npz(small_images() | {"y_train": np.arange(6)}, save=np.savez_compressed)
    assert hashlib.sha256(other_file).hexdigest() != toy.files[0].sha256
    put(tmp_path / "datasets", "toy.npz", other_file)
    assert datasets.is_at_hand("toy")
    data = datasets.load("toy")
    assert data.y_train.dtype == np.uint8
    assert data.sha256 == toy.sha256


def test_text_is_recognised_whatever_its_line_ends(monkeypatch, tmp_path):
    entry = manifest.DataSet(
        "verse",
        "Verse",
        "text",
        "",
        "",
        "",
        sha256=formats.content_hash({"text": "one\ntwo é\n"}),
        files=(manifest.DataFile(("verse.txt",), "0" * 64, "text"),),
        class_names=(),
        stand_in="python_docs",
    )
    monkeypatch.setitem(manifest.entries(), "verse", entry)
    put(tmp_path / "datasets", "verse.txt", b"\xef\xbb\xbf" + "one\r\ntwo é\r\n".encode())
    assert datasets.load("verse").text == "one\ntwo é\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (npz(small_images())[:-200], "cannot be read as images_npz"),
        (b"", "cannot be read as images_npz"),
        (npz(small_images(seed=1)), "holds other data"),
        (npz({"x_train": np.zeros(3)}), "cannot be read as images_npz"),
        (npz({k: v.astype(object) for k, v in small_images().items()}), "cannot be read as images_npz"),
        (said_to_be_encrypted(npz(small_images())), "cannot be read as images_npz"),
    ],
    ids=["truncated", "empty", "other images", "arrays missing", "pickled arrays", "a flag that is wrong"],
)
def test_wrong_file_of_the_users_is_reported(data, reason, toy, tmp_path):
    path = put(tmp_path / "datasets", "toy.npz", data)
    put(tmp_path / "keras" / "datasets", "toy.npz", npz(small_images()))  # a good copy elsewhere is no excuse
    with pytest.raises(CourseError, match=reason) as caught:
        datasets.load("toy")
    assert str(path) in str(caught.value) and "replace it" in str(caught.value)
    assert not datasets.is_at_hand("toy")
    assert path.read_bytes() == data


def test_wrong_file_without_a_known_content_hash_is_not_even_read(toy, tmp_path, monkeypatch):
    monkeypatch.setitem(manifest.entries(), "toy", manifest.DataSet(**{**vars(toy), "sha256": None}))
    monkeypatch.setattr(places, "read", lambda *_: pytest.fail("it read an unknown file"))
    put(tmp_path / "datasets", "toy.npz", npz(small_images(seed=1)))
    with pytest.raises(CourseError, match="not a known copy of Toy"):
        datasets.load("toy")


def test_folder_in_the_place_of_a_file_is_reported(toy, tmp_path):
    (tmp_path / "datasets" / "toy.npz").mkdir(parents=True)
    with pytest.raises(CourseError, match=r"toy\.npz cannot be read"):
        datasets.load("toy")


def test_course_datasets_that_is_no_folder_is_reported(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATASETS", str(tmp_path / "nowhere"))
    with pytest.raises(CourseError, match=r"nowhere, which is not a folder"):
        datasets.load("toy")


class RunsCode:
    """Its pickle makes a folder when it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def cifar_pickles(batches: list[bytes]) -> bytes:
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    return tar_gz({f"cifar-10-batches-py/{n}": b for n, b in zip(names, batches, strict=True)})


def cifar_batches() -> list[tuple[np.ndarray, list[int]]]:
    random = np.random.default_rng(0)
    return [(random.integers(0, 256, (4, 3072), dtype=np.uint8), [i, 1, 2, 3]) for i in range(6)]


def as_python_2(pickled: bytes) -> bytes:
    """Name NumPy's module as it was called then, and store the short strings as Python 2's byte strings."""
    pickled = pickled.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    return pickled.replace(b"X\x02\x00\x00\x00u1", b"U\x02u1").replace(b"X\x01\x00\x00\x00|", b"U\x01|")


def test_cifar10_is_the_same_from_both_archives():
    batches = cifar_batches()
    pickled = [as_python_2(pickle.dumps({b"data": x, b"labels": y}, protocol=3)) for x, y in batches]
    assert b"numpy.core" in pickled[0] and b"U\x02u1" in pickled[0]
    records = [np.column_stack([np.array(y, dtype=np.uint8), x]).tobytes() for x, y in batches]
    names = [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)] + ["cifar-10-batches-bin/test_batch.bin"]

    python = formats.read(cifar_pickles(pickled), "cifar_pickled")
    binary = formats.read(tar_gz(dict(zip(names, records, strict=True))), "cifar_binary")

    assert formats.content_hash(python) == formats.content_hash(binary)
    assert binary["x_train"].shape == (20, 32, 32, 3) and binary["x_test"].shape == (4, 32, 32, 3)
    assert binary["y_train"].tolist()[::4] == [0, 1, 2, 3, 4] and binary["y_test"].tolist() == [5, 1, 2, 3]
    red, green, blue = batches[0][0][0].reshape(3, 32, 32)
    np.testing.assert_array_equal(binary["x_train"][0], np.dstack([red, green, blue]))


@pytest.mark.parametrize(
    "broken",
    [b"not an archive", gzip.compress(b"no tar"), tar_gz({"data_batch_1": b"N."})],
    ids=["no gzip", "no tar", "another pickle"],  # the bytes hold the time, and xdist compares names
)
def test_broken_archive_is_unreadable(broken):
    for format in ("cifar_binary", "cifar_pickled"):
        with pytest.raises(formats.UnreadableFile):
            formats.read(broken, format)


def test_pickle_that_runs_code_is_refused(toy, tmp_path, monkeypatch):
    made = tmp_path / "made by the pickle"
    evil = cifar_pickles([pickle.dumps({b"data": RunsCode(made), b"labels": [1]}, protocol=3)] * 6)
    listed = manifest.DataFile(("evil.tar.gz",), hashlib.sha256(evil).hexdigest(), "cifar_pickled")
    monkeypatch.setitem(manifest.entries(), "toy", manifest.DataSet(**{**vars(toy), "files": (listed,)}))
    put(tmp_path / "datasets", "evil.tar.gz", evil)
    with pytest.raises(CourseError, match=rf"it asks for {os.name}\.mkdir"):
        datasets.load("toy")
    assert not made.exists()
    pickle.loads(pickle.dumps(RunsCode(made)))
    assert made.exists(), "the pickle is harmless, so this test shows nothing"


@pytest.mark.parametrize("reference", [eval, os.system, np.load, getattr, pickle.Unpickler, np.memmap])
def test_unpickler_admits_no_other_name(reference):
    with pytest.raises(pickle.UnpicklingError, match="it asks for"):
        unpickle_data(pickle.dumps(reference))


def test_jpegs_are_decoded_in_order():
    from PIL import Image

    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    jpegs = []
    for colour in colours:
        buffer = io.BytesIO()
        Image.new("RGB", (32, 32), colour).save(buffer, "JPEG", quality=95)
        jpegs.append(buffer.getvalue())
    stored = {"y_train": np.arange(3, dtype=np.uint8), "y_test": np.arange(3, dtype=np.uint8)}
    for part in ("train", "test"):
        stored[f"jpeg_{part}"] = np.frombuffer(b"".join(jpegs), dtype=np.uint8)
        stored[f"offset_{part}"] = np.cumsum([0, *map(len, jpegs)])
    decoded = formats.decode_jpegs(formats.read(npz(stored), "jpeg_npz"))
    assert decoded["x_test"].shape == (3, 32, 32, 3) and decoded["x_test"].dtype == np.uint8
    np.testing.assert_allclose(decoded["x_train"].mean(axis=(1, 2)), colours, atol=3)


REAL = {
    "mnist": ((60_000, 28, 28), (10_000, 28, 28)),
    "cifar10": ((50_000, 32, 32, 3), (10_000, 32, 32, 3)),
    "cifar10_jpeg": ((50_000, 32, 32, 3), (10_000, 32, 32, 3)),
    "shakespeare": (1_115_394, 65),
    "sonnets": (102_647, 71),
}
TEST_IMAGES_PER_CLASS = {"mnist": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]}
# Resolved here, since the tests change the working directory.
COURSE_DATASETS = os.environ.get("COURSE_DATASETS") and str(Path(os.environ["COURSE_DATASETS"]).resolve())


@pytest.mark.parametrize("name", REAL)
def test_real_data(name, monkeypatch):
    if COURSE_DATASETS:
        monkeypatch.setenv("COURSE_DATASETS", COURSE_DATASETS)
    if not datasets.is_at_hand(name):
        pytest.skip(f"{name} is not at hand; set COURSE_DATASETS to a folder that has it")
    data = datasets.load(name)
    entry = manifest.describe(name)
    assert not data.is_substitute
    if entry.kind == "text":
        assert (len(data.text), len(set(data.text))) == REAL[name]
        content = {"text": data.text}
    else:
        assert (data.x_train.shape, data.x_test.shape) == REAL[name]
        assert data.x_train.dtype == data.y_train.dtype == np.uint8
        assert np.bincount(data.y_test).tolist() == TEST_IMAGES_PER_CLASS.get(name, [1000] * 10)
        content = {key: getattr(data, key) for key in ("x_train", "y_train", "x_test", "y_test")}
    if entry.sha256 and name != "cifar10_jpeg":  # whose hash is over the compressed bytes
        assert formats.content_hash(content) == entry.sha256
