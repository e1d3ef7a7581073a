"""The types that `load` returns: images with labels, or a text."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class ImageData:
    """Images with class labels, split into training and test data.

    Attributes:
        name: The data set that this is.
        requested: The data set that was asked for.
        title: Its name in prose.
        x_train: Pixels 0 to 255, `(n, height, width)` or `(n, height, width, 3)`, uint8.
        y_train: Indices into `class_names`, `(n,)`, uint8.
        x_test: As `x_train`.
        y_test: As `y_train`.
        class_names: What each label means.
        sha256: Hash of the content (see `formats.content_hash`), the same whichever file it came from.
    """

    name: str
    requested: str
    title: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    sha256: str

    @property
    def is_substitute(self) -> bool:
        """Whether this stands in for the data set that was asked for."""
        return self.name != self.requested

    def __repr__(self) -> str:
        size = "×".join(str(side) for side in self.x_train.shape[1:])
        return (
            f"{self.title}: {len(self.x_train):,} training and {len(self.x_test):,} test images, "
            f"{size}, {self.x_train.dtype}"
        )


@dataclass(frozen=True, eq=False, repr=False)
class TextData:
    """One long text.

    Attributes:
        name: The data set that this is.
        requested: The data set that was asked for.
        title: Its name in prose.
        text: The characters; lines end in a single newline.
        sha256: Hash of the content (see `formats.content_hash`).
    """

    name: str
    requested: str
    title: str
    text: str
    sha256: str

    @property
    def is_substitute(self) -> bool:
        """Whether this stands in for the data set that was asked for."""
        return self.name != self.requested

    def __repr__(self) -> str:
        return f"{self.title}: {len(self.text):,} characters, {len(set(self.text))} of them distinct"
