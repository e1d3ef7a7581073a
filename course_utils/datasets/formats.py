"""Reading the files of data sets.

A reader turns a file's bytes into its *content*: arrays and texts by name. What the content is does not depend on
the file's compression or line ends, so one hash of it recognises a data set in any file.
"""

import hashlib
import io
import itertools
import tarfile
from collections.abc import Callable

from course_utils.datasets.unpickling import unpickle_data

import numpy as np

Content = dict[str, np.ndarray | str]


class UnreadableFile(Exception):
    """The bytes do not match the format."""


def read(data: bytes, format: str) -> Content:
    """Read a file's bytes.

    Args:
        data: The whole file.
        format: A key of `READERS`.

    Returns:
        The content by name: `x_train`, `y_train`, `x_test`, `y_test` for images, `text` for a text, and for
        `jpeg_npz` the compressed images, which `decode_jpegs` turns into arrays.

    Raises:
        UnreadableFile: The file is cut off, is something else, or holds more than data.
    """
    try:
        return READERS[format](data)
    except Exception as error:  # a damaged file can make the parsers of zip, tar, npy and pickle raise anything
        raise UnreadableFile(f"it cannot be read as {format} ({type(error).__name__}: {error})") from error


def content_hash(content: Content) -> str:
    """Return the SHA-256 over names, dtypes, shapes and values (in C order), sorted by name."""
    digest = hashlib.sha256()
    for name, value in sorted(content.items()):
        if isinstance(value, str):
            digest.update(f"{name} text\n".encode())
            digest.update(value.encode())
        else:
            digest.update(f"{name} {value.dtype.str} {value.shape}\n".encode())
            digest.update(np.ascontiguousarray(value))
    return digest.hexdigest()


def decode_jpegs(content: Content) -> Content:
    """Decode the compressed images of `jpeg_npz`.

    Two versions of the JPEG library may differ by 1 in a pixel, which is why the content's hash is over the
    compressed bytes.

    Args:
        content: For each part (`train`, `test`) `jpeg_part` uint8 `(bytes,)`, all images one after the other,
            `offset_part` `(n + 1,)`, where each begins, and `y_part` `(n,)`.

    Returns:
        `x_train`, `y_train`, `x_test`, `y_test`, the images uint8 `(n, 32, 32, 3)`.
    """
    from PIL import Image

    decoded: Content = {}
    for part in ("train", "test"):
        stored, offsets = content[f"jpeg_{part}"].tobytes(), content[f"offset_{part}"].tolist()
        images = np.empty((len(offsets) - 1, 32, 32, 3), dtype=np.uint8)
        # One after the other: threads are 1.5 times slower, since most of the work on such small images is Python's.
        for i, (begin, end) in enumerate(itertools.pairwise(offsets)):
            images[i] = Image.open(io.BytesIO(stored[begin:end]), formats=["JPEG"])
        decoded[f"x_{part}"], decoded[f"y_{part}"] = images, content[f"y_{part}"]
    return decoded


def _read_npz(data: bytes, keys: tuple[str, ...]) -> Content:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {key: archive[key].astype(np.uint8, copy=False) if key[0] == "y" else archive[key] for key in keys}


def _read_images_npz(data: bytes) -> Content:
    return _read_npz(data, ("x_train", "y_train", "x_test", "y_test"))


def _read_jpeg_npz(data: bytes) -> Content:
    return _read_npz(data, ("jpeg_train", "offset_train", "y_train", "jpeg_test", "offset_test", "y_test"))


def _read_cifar_binary(data: bytes) -> Content:
    def split(record_bytes: bytes) -> tuple[np.ndarray, np.ndarray]:
        records = np.frombuffer(record_bytes, dtype=np.uint8).reshape(-1, 1 + 3 * 32 * 32)
        return records[:, 1:], records[:, 0]

    members = _tar_members(data, [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"])
    return _cifar_content([split(member) for member in members])


def _read_cifar_pickled(data: bytes) -> Content:
    def split(pickled: bytes) -> tuple[np.ndarray, np.ndarray]:
        batch = unpickle_data(pickled)
        return batch[b"data"], np.array(batch[b"labels"], dtype=np.uint8)

    members = _tar_members(data, [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"])
    return _cifar_content([split(member) for member in members])


def _tar_members(data: bytes, names: list[str]) -> list[bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:  # in the archive's order: seeking back in a gzip file decompresses it again
            name = member.name.rpartition("/")[2]
            if name in names:
                found[name] = archive.extractfile(member).read()
    return [found[name] for name in names]


def _cifar_content(batches: list[tuple[np.ndarray, np.ndarray]]) -> Content:
    """Join five training batches and a test batch, whose images are stored colour plane by colour plane."""
    pixels = [x.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for x, _ in batches]
    labels = [y for _, y in batches]
    return {
        "x_train": np.concatenate(pixels[:5]),
        "y_train": np.concatenate(labels[:5]),
        "x_test": np.ascontiguousarray(pixels[5]),
        "y_test": np.ascontiguousarray(labels[5]),
    }


def _read_text(data: bytes) -> Content:
    # "utf-8-sig": a byte-order mark says how the file is encoded and is not a character of the text.
    return {"text": data.decode("utf-8-sig").replace("\r\n", "\n")}


READERS: dict[str, Callable[[bytes], Content]] = {
    "images_npz": _read_images_npz,
    "jpeg_npz": _read_jpeg_npz,
    "cifar_binary": _read_cifar_binary,
    "cifar_pickled": _read_cifar_pickled,
    "text": _read_text,
}
