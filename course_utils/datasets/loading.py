"""`load`: the real data from the first place that has them, else a substitute, announced in the output."""

import html

from course_utils.datasets.data import ImageData, TextData
from course_utils.datasets.download import DownloadFailed, fetch, store
from course_utils.datasets.embedded import MAKERS
from course_utils.datasets.formats import Content, content_hash, decode_jpegs
from course_utils.datasets.manifest import DataSet, describe
from course_utils.datasets.places import WrongFile, cache_folder, in_cache, in_user_folders, verified_content
from course_utils.display import DATASET_MIME, emit
from course_utils.errors import CourseError

_failed_downloads: dict[str, str] = {}  # name to reason: a second load in this process does not wait again
_served: dict[str, str] = {}  # name asked for to name of what `load` returned last


def load(name: str, *, download: bool = True) -> ImageData | TextData:
    """Return a data set and show one line that says what it is.

    It is looked for in `$COURSE_DATASETS`, the course's `datasets/` folder, `datasets/` in the working directory and
    Keras' cache, then downloaded. If all of that fails, `load` returns a substitute of the same shape, dtype and
    value range, and the output says so.

    Args:
        name: One of `names()`.
        download: Whether it may be downloaded.

    Returns:
        Images with labels, or a text.

    Raises:
        CourseError: The name is unknown, or a file in one of the user's folders does not hold what its name says.

    Example:
        >>> mnist = load("mnist")
        MNIST: 60,000 training and 10,000 test images, 28×28, uint8
        >>> mnist.x_train.shape, mnist.y_train.dtype
        ((60000, 28, 28), dtype('uint8'))
    """
    entry = describe(name)
    content, why_not = _real_content(entry, download) if entry.files else (MAKERS[name](), "")
    if content is not None:
        data = _assemble(entry, content, name)
        _show(data)
    else:
        data = _assemble(describe(entry.stand_in), MAKERS[entry.stand_in](), name)
        _show_substitute(data, entry, why_not)
    _served[name] = _served[data.name] = data.name
    return data


def loaded_as(name: str) -> str | None:
    """Return the name of the data that `load` returned for a name in this process.

    Args:
        name: The name of a data set, as requested or as returned.

    Returns:
        The same name, or that of the substitute; None if it was not loaded.
    """
    return _served.get(name)


def is_at_hand(name: str) -> bool:
    """Return whether `load` would find the real data without a download; the hash of the file or content is checked.

    Args:
        name: One of `names()`.

    Returns:
        Whether it would; True for data that need no file.

    Raises:
        CourseError: The name is unknown.
    """
    entry = describe(name)
    if not entry.files:
        return True
    try:
        return in_user_folders(entry) is not None or in_cache(entry) is not None
    except (CourseError, WrongFile):
        return False


def _real_content(entry: DataSet, download: bool) -> tuple[Content | None, str]:
    """Return the real data, or None and why they are not available."""
    content = in_user_folders(entry)
    if content is None:
        try:
            content = in_cache(entry)
        except WrongFile as problem:
            _say(f"Keras' cache has a file that cannot be used: {problem}.")
    if content is not None:
        return content, ""
    if not any(file.urls for file in entry.files):
        return None, "no file of it was found, and there is no place to download it from"
    if not download:
        return None, "no file of it was found, and downloading is switched off (download=False)"
    if entry.name not in _failed_downloads:
        _say(f"Downloading {entry.title} …")
        try:
            file, data = fetch(entry.files)
        except DownloadFailed as failure:
            _failed_downloads[entry.name] = str(failure)
        else:
            if not store(data, cache_folder() / file.names[0]):
                _say(
                    f"{entry.title} was downloaded but could not be kept: Keras' cache folder is not writable "
                    "(set KERAS_HOME to a folder that is). This session uses it from memory."
                )
            return verified_content(entry, file.names[0], data), ""
    return None, f"no file of it was found, and the download failed: {_failed_downloads[entry.name]}"


def _assemble(entry: DataSet, content: Content, requested: str) -> ImageData | TextData:
    known = entry.sha256 if entry.files else None  # embedded data are hashed as they are made
    labels = {"name": entry.name, "requested": requested, "title": entry.title}
    labels["sha256"] = known or content_hash(content)
    if entry.kind == "text":
        return TextData(**labels, **content)
    if "jpeg_train" in content:
        content = decode_jpegs(content)
    return ImageData(**labels, **content, class_names=entry.class_names)


def _say(sentence: str) -> None:
    emit({"text/plain": sentence})


def _identity(data: ImageData | TextData) -> dict[str, str]:
    return {"name": data.name, "requested": data.requested, "sha256": data.sha256}


def _show(data: ImageData | TextData) -> None:
    emit({"text/plain": repr(data), DATASET_MIME: _identity(data)})


def _show_substitute(data: ImageData | TextData, wanted: DataSet, why_not: str) -> None:
    lines = {
        "Substitute data": f"{data.title} instead of {wanted.title}.",
        "Why": f"{why_not}.",
        "What stands in": f"{data!r}. Results on it are not comparable with the documents'.",
        "To get the real data": _how_to_get(wanted),
    }
    rows = "<br>".join(f"<strong>{html.escape(what)}:</strong> {html.escape(text)}" for what, text in lines.items())
    emit(
        {
            "text/plain": "\n".join(f"{what}: {text}" for what, text in lines.items()),
            "text/html": f'<div role="note" style="border-left: 4px solid #d55e00; padding-left: 0.8em">{rows}</div>',
            DATASET_MIME: _identity(data),
        }
    )


def _how_to_get(wanted: DataSet) -> str:
    name, folder = wanted.files[0].names[0], "the folder datasets/ of the course"
    if any(file.urls for file in wanted.files):
        return f"put {name} into {folder}, whose README.md says where to get it."
    return (
        "it is not published. A file of your own counts if its content has the hash given in README.md of "
        f"{folder}: put it there as {name}."
    )
