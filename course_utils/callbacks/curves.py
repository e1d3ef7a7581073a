"""Learning curves for TensorBoard, on every backend."""

import functools
import inspect
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.callbacks._watcher import Watcher
from course_utils.event_files import VARIABLE, training_folders

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike

_trainings = 0
_recording = False


class Curves(Watcher):
    """Write the loss and metrics of every epoch for TensorBoard, training and validation side by side.

    Keras' own TensorBoard callback needs TensorFlow; this one writes the same kind of files without it. In a batch
    (`course run`) every training writes its curves automatically.

    Args:
        log_dir: Folder for TensorBoard (`loss/training`, `loss/validation` and so on, one step per epoch). None uses
            that of the batch; outside of one nothing is written.

    Example:
        >>> model.fit(x_train, y_train, validation_split=0.1, callbacks=[Curves("logs/first")])
    """

    def __init__(self, log_dir: "str | PathLike | None" = None):
        super().__init__()
        self.log_dir = log_dir

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Open TensorBoard's file."""
        self._open_file()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write the metrics that Keras reports."""
        if self._writer is None:
            return
        for name, value in (logs or {}).items():
            # A metric of many values, such as one for each class, makes no curve; NaN and infinity have no place on
            # one, and tensorboardX would complain about them on stderr.
            if np.ndim(value) or not np.isfinite(value):
                continue
            part = "validation" if name.startswith("val_") else "training"
            self._writer.add_scalar(f"{name.removeprefix('val_')}/{part}", float(value), epoch + 1)
        self._writer.flush()  # so that an interrupted training keeps its curves


def record_trainings() -> None:
    """Let every later `fit` of a batch write its curves into a folder of its own; do nothing outside a batch."""
    global _recording
    if not os.environ.get(VARIABLE) or _recording:
        return
    _recording = True
    fit = keras.Model.fit
    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def recorded_fit(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(model, *args, **kwargs)
        callbacks = given.arguments.get("callbacks")
        if isinstance(callbacks, keras.callbacks.CallbackList):  # a finished list, to which nothing can be added
            return fit(model, *args, **kwargs)
        callbacks = [Curves(), *keras.tree.flatten(callbacks)] if callbacks else [Curves()]
        given.arguments["callbacks"] = callbacks
        training_folders[model] = _next_folder(model)
        try:
            return fit(*given.args, **given.kwargs)
        finally:
            training_folders.pop(model, None)
            for callback in callbacks:
                if isinstance(callback, Watcher):
                    callback.close_file()  # Keras does not call on_train_end if a training is interrupted

    keras.Model.fit = recorded_fit


def _next_folder(model: keras.Model) -> Path:
    global _trainings
    _trainings += 1
    return Path(os.environ[VARIABLE]) / f"{_trainings:02d}_{re.sub(r'[^A-Za-z0-9-]+', '_', model.name)}"
