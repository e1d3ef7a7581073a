"""The folders in which data files are looked for, and the check of a file found there."""

import hashlib
import os
from pathlib import Path

from course_utils.datasets.formats import Content, UnreadableFile, content_hash, read
from course_utils.datasets.manifest import DataSet
from course_utils.errors import CourseError
from course_utils.syllabus import is_course


class WrongFile(Exception):
    """A file has the name of a data file, but not its content.

    Attributes:
        name: The file's name.
    """

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason)
        self.name = name


def user_folders() -> list[Path]:
    """Return the folders for the user's own files: `$COURSE_DATASETS`, the checkout's `datasets/`, and `./datasets`.

    Raises:
        CourseError: `$COURSE_DATASETS` does not name a folder.
    """
    folders = []
    if chosen := os.environ.get("COURSE_DATASETS"):
        if not Path(chosen).is_dir():
            raise CourseError(f"COURSE_DATASETS names {chosen}, which is not a folder; correct it or unset it.")
        folders.append(Path(chosen))
    here = Path.cwd()
    checkout = (folder for folder in (here, *here.parents) if is_course(folder))
    folders += [folder / "datasets" for folder in (next(checkout, here), here)]
    return list(dict.fromkeys(folders))


def cache_folder() -> Path:
    """Return the folder in which Keras keeps its data sets.

    Our downloads go there too: what `keras.datasets` has downloaded is not downloaded again, and a machine has one
    folder to clear. Keras can use our files where they are its own, such as MNIST's; for CIFAR-10 we prefer another
    archive, and Keras does not have Shakespeare.
    """
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def in_user_folders(entry: DataSet) -> Content | None:
    """Return a data set from one of the user's folders, or None.

    Raises:
        CourseError: The only files of its name there are damaged or something else. Users expect
            a file that they put there to be used, so it is not skipped in silence.
    """
    for folder in user_folders():
        try:
            content = _in_folder(entry, folder)
        except WrongFile as problem:
            raise CourseError(
                f"{problem}. Delete {folder / problem.name} or replace it with a file that datasets/README.md lists."
            ) from None
        if content is not None:
            return content
    return None


def in_cache(entry: DataSet) -> Content | None:
    """Return a data set from Keras' cache, or None.

    Raises:
        WrongFile: The only files of its name there are damaged or something else.
    """
    return _in_folder(entry, cache_folder())


def _in_folder(entry: DataSet, folder: Path) -> Content | None:
    problem = None
    for name in entry.file_names:
        try:
            data = (folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            problem = problem or WrongFile(f"{name} cannot be read ({error.strerror})", name)
            continue
        try:
            return verified_content(entry, name, data)
        except WrongFile as wrong:
            problem = problem or wrong
    if problem:
        raise problem
    return None


def verified_content(entry: DataSet, name: str, data: bytes) -> Content:
    """Read a file if the manifest lists it, or if it has the same content as a listed one.

    Args:
        entry: The data set that the file should hold.
        name: The file's name.
        data: The whole file.

    Raises:
        WrongFile: It is neither.
    """
    file_hash = hashlib.sha256(data).hexdigest()
    listed = next((file for file in entry.files if file.sha256 == file_hash), None)
    if listed is None and entry.sha256 is None:
        raise WrongFile(f"{name} is not a known copy of {entry.title}: its SHA-256 is not in the manifest", name)
    file = listed or entry.file_names[name]
    try:
        content = read(data, file.format)
    except UnreadableFile as error:
        raise WrongFile(f"{name} does not hold {entry.title}: {error}", name) from error
    if listed is None and content_hash(content) != entry.sha256:
        raise WrongFile(f"{name} does not hold {entry.title}: it can be read, but holds other data", name)
    return content
