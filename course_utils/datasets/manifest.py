"""The manifest: the data sets and the files that hold them."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from course_utils.errors import CourseError
from course_utils.files import read_yaml


@dataclass(frozen=True)
class DataFile:
    """A file that holds a data set.

    Attributes:
        names: The names it goes by; a download is stored under the first.
        sha256: Hash of the file.
        format: How to read it, a key of `formats.READERS`.
        urls: Where to download it, the most dependable place first.
    """

    names: tuple[str, ...]
    sha256: str
    format: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """An entry of the manifest.

    Attributes:
        name: The name that `load` takes.
        title: Its name in prose.
        kind: What `load` returns.
        description: What it is, in a few sentences.
        licence: Under which terms it may be used.
        source: Where it comes from.
        sha256: Hash of the content, or None if nobody has published it or it depends on the Python version.
        files: The files that hold it; empty if it is made from what is installed anyway.
        class_names: What each label means; empty for a text.
        stand_in: The data set to use if this one is not available.
    """

    name: str
    title: str
    kind: Literal["images", "text"]
    description: str
    licence: str
    source: str
    sha256: str | None
    files: tuple[DataFile, ...]
    class_names: tuple[str, ...]
    stand_in: str | None

    @property
    def file_names(self) -> dict[str, DataFile]:
        """Every name under which a file of this data set may be found, in order of preference."""
        return {name: file for file in self.files for name in file.names}


@functools.cache
def entries() -> dict[str, DataSet]:
    """Return the manifest: name to entry, in the order of the file."""
    manifest = read_yaml(Path(__file__).with_name("manifest.yaml"))
    return {name: _entry(name, fields) for name, fields in manifest.items()}


def _entry(name: str, fields: dict) -> DataSet:
    files = tuple(
        DataFile(tuple(file["names"]), file["sha256"], file["format"], tuple(file.get("urls", ())))
        for file in fields.get("files", ())
    )
    return DataSet(
        name=name,
        title=fields["title"],
        kind=fields["kind"],
        description=fields["description"].strip(),
        licence=fields["licence"],
        source=fields["source"],
        sha256=fields.get("sha256"),
        files=files,
        class_names=tuple(fields.get("class_names", ())),
        stand_in=fields.get("stand_in"),
    )


def names() -> list[str]:
    """Return the names of all data sets."""
    return list(entries())


def describe(name: str) -> DataSet:
    """Return the manifest's entry for a data set.

    Args:
        name: One of `names()`.

    Returns:
        The entry: title, licence, files and all else that is known without loading it.

    Raises:
        CourseError: There is no data set of this name.
    """
    if name not in entries():
        raise CourseError(f"There is no data set {name!r}; there are {', '.join(names())}.")
    return entries()[name]
