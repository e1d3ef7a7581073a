"""Learning curves for TensorBoard, on every backend."""

from typing import TYPE_CHECKING

from course_utils.event_files import open_writer

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike


class Curves(keras.callbacks.Callback):
    """Write loss and metrics of every epoch for TensorBoard, those of the validation beside those of the training.

    Keras' own TensorBoard callback needs TensorFlow; this one writes the same kind of files without it. In a batch
    (`course run`) every training writes its curves by itself.

    Args:
        log_dir: Folder for TensorBoard (`loss/training`, `loss/validation` and so on, one step per epoch). None takes
            that of the batch; outside of one nothing is written.

    Example:
        >>> model.fit(x_train, y_train, validation_split=0.1, callbacks=[Curves("logs/first")])
    """

    def __init__(self, log_dir: "str | PathLike | None" = None):
        super().__init__()
        self.log_dir = log_dir

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Open TensorBoard's file."""
        self._writer = open_writer(self.log_dir, self.model)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write what Keras has measured."""
        if self._writer is None:
            return
        for name, value in (logs or {}).items():
            # A metric of many values, such as one for each class, makes no curve; NaN and infinity have no place on
            # one, and tensorboardX would complain of them on stderr.
            if np.ndim(value) or not np.isfinite(value):
                continue
            part = "validation" if name.startswith("val_") else "training"
            self._writer.add_scalar(f"{name.removeprefix('val_')}/{part}", float(value), epoch + 1)
        self._writer.flush()  # so that an interrupted training leaves what it has measured

    def on_train_end(self, logs: dict | None = None) -> None:
        """Close TensorBoard's file."""
        if self._writer is not None:
            self._writer.close()
