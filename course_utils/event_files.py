"""TensorBoard's files, and where a training writes them.

In a batch the environment names a folder for the run (`COURSE_LOG_DIR`), so that notebooks need not know about it: each
call of `fit` has a folder of its own in it, `01_MODEL`, `02_MODEL`, … in their order.
"""

import itertools
import os
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import keras
    from tensorboardX import SummaryWriter

VARIABLE = "COURSE_LOG_DIR"

training_folders: "weakref.WeakKeyDictionary[keras.Model, Path]" = weakref.WeakKeyDictionary()  # while they train
_writers = itertools.count()


def open_writer(log_dir: "str | PathLike | None", model: "keras.Model") -> "SummaryWriter | None":
    """Open a writer for a callback.

    Args:
        log_dir: Where the callback was told to write; None uses the batch's folder for the model's current training.
        model: The model that is being trained.

    Returns:
        The writer, or None if nothing is to be written.
    """
    folder = log_dir if log_dir is not None else training_folders.get(model)
    if folder is None:
        return None
    from tensorboardX import SummaryWriter

    # Without the suffix two writers that open in the same second would write into one file.
    return SummaryWriter(str(folder), filename_suffix=f".{os.getpid()}.{next(_writers)}")
