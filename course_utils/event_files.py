"""TensorBoard's files: where a training writes them.

In a batch the environment names a folder for the run (`COURSE_LOG_DIR`), so that notebooks need not know about it: each
training, that is each call of `fit`, has a folder of its own in there, `01_MODEL`, `02_MODEL`, … in their order.
"""

import functools
import inspect
import itertools
import os
import re
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    import keras
    from tensorboardX import SummaryWriter

VARIABLE = "COURSE_LOG_DIR"

_folders: "weakref.WeakKeyDictionary[keras.Model, Path]" = weakref.WeakKeyDictionary()
_writers = itertools.count()
_trainings = 0
_recording = False


def open_writer(log_dir: "str | PathLike | None", model: "keras.Model") -> "SummaryWriter | None":
    """A writer for a callback.

    Args:
        log_dir: Where the callback was told to write; None takes the batch's folder for the model's present training.
        model: The model that is being trained.

    Returns:
        The writer, or None if nothing is to be written.
    """
    folder = log_dir if log_dir is not None else _folders.get(model)
    if folder is None:
        return None
    from tensorboardX import SummaryWriter

    # Without the suffix two writers that open in the same second would write into one file.
    return SummaryWriter(str(folder), filename_suffix=f".{os.getpid()}.{next(_writers)}")


def record_trainings() -> None:
    """In a batch, let every `fit` from now on have its folder, and write its curves there. Elsewhere do nothing."""
    global _recording
    if not os.environ.get(VARIABLE) or _recording:
        return
    _recording = True
    import keras

    fit = keras.Model.fit
    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def recorded_fit(model: "keras.Model", *args: Any, **kwargs: Any) -> Any:
        from course_utils.callbacks.curves import Curves

        given = signature.bind(model, *args, **kwargs)
        callbacks = given.arguments.get("callbacks")
        if isinstance(callbacks, keras.callbacks.CallbackList):  # a whole of its own, to which nothing can be added
            return fit(model, *args, **kwargs)
        given.arguments["callbacks"] = [Curves(), *keras.tree.flatten(callbacks)] if callbacks else [Curves()]
        _folders[model] = _next_folder(model)
        try:
            return fit(*given.args, **given.kwargs)
        finally:
            _folders.pop(model, None)

    keras.Model.fit = recorded_fit


def _next_folder(model: "keras.Model") -> Path:
    global _trainings
    _trainings += 1
    return Path(os.environ[VARIABLE]) / f"{_trainings:02d}_{re.sub(r'[^A-Za-z0-9-]+', '_', model.name)}"
