"""The base of the callbacks that watch a training: they never end it, and they leave no file open."""

import functools
import re
import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from course_utils.event_files import open_writer

import keras

if TYPE_CHECKING:
    from os import PathLike

    from tensorboardX import SummaryWriter

HOOKS = ("on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end", "on_train_end")


class Watcher(keras.callbacks.Callback):
    """A callback whose failure does not stop the training.

    Unsuitable arguments raise errors in the constructor or in `on_train_begin`. If any method of a subclass
    fails after that, a warning says so, and the callback does nothing more until the next training.
    """

    log_dir: "str | PathLike | None" = None
    _failed = False
    _writer: "SummaryWriter | None" = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for hook in HOOKS:
            if hook in vars(cls):
                setattr(cls, hook, _warning_on_failure(vars(cls)[hook]))

    def set_model(self, model: keras.Model) -> None:
        """Start afresh: `fit` calls this first, even after an interrupted training."""
        super().set_model(model)
        self._failed = False
        self.close_file()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Close TensorBoard's file."""
        self.close_file()

    def _open_file(self) -> None:
        self._writer = open_writer(self.log_dir, self.model)
        if self._writer is not None:
            weakref.finalize(self, self._writer.close)  # in case no training follows an interrupted one

    def close_file(self) -> None:
        """Close TensorBoard's file if it is open, and with it the thread that writes it."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _warning_on_failure(hook: Callable) -> Callable:
    @functools.wraps(hook)
    def guarded(self: Watcher, *args: object, **kwargs: object) -> None:
        if self._failed:
            return
        try:
            hook(self, *args, **kwargs)
        except Exception as error:  # whatever failed, hours of training are worth more than a plot of them
            self._failed = True
            name = type(self).__name__
            warnings.warn(f"{name} stops here and the training goes on without it: {cause(error)}", stacklevel=2)

    return guarded


def cause(error: Exception) -> str:
    """Return the decisive line of an exception's message, with its type where that is more informative."""
    # Keras puts the name of the layer, in bold, before what was raised; TensorFlow puts a traceback of its own there
    text = re.sub(r"Exception encountered when calling .*\s+|\x1b\[\d+m", "", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    raised = [line.partition("Error: ")[2] for line in lines if "Error: " in line]
    if not raised and not isinstance(error, ValueError):
        return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return (raised or lines or [type(error).__name__])[0]
