"""A callback that stops a training that diverges."""

import math

from course_utils.arguments import is_number
from course_utils.callbacks._watcher import Watcher
from course_utils.display import emit


class StopOnDivergence(Watcher):
    """Stop training when the loss is not finite or has grown to a multiple of its first value, and say so.

    After every batch it compares the loss that Keras reports (the mean over the epoch's batches so far, including any
    regularisation losses) with that of the very first batch. Because it is a mean, one bad batch late in
    an epoch does not stop the training (unless its loss is not finite), and divergence within an epoch is seen a few
    batches late. A first loss that is zero or negative has no meaningful multiple: then only losses that are not finite
    stop the training. A model whose own `train_step` reports no `loss` is trained without this guard, with a warning.

    Args:
        factor: The multiple of the first batch's loss that is too much; above 1.

    Attributes:
        reason: Why training was stopped, with epoch and batch (both counted from 1), or None. Displayed when it ends.

    Raises:
        ValueError: `factor` is not a finite number above 1.

    Example:
        >>> guard = StopOnDivergence()
        >>> model.fit(x_train, y_train, epochs=5, callbacks=[guard])
        Stopped in epoch 1, batch 4: the loss is not finite (nan).
    """

    def __init__(self, factor: float = 3.0):
        super().__init__()
        if not is_number(factor) or factor <= 1:
            raise ValueError(f"factor must be a finite number above 1; got {factor!r}")
        self.factor = float(factor)
        self.reason: str | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Forget an earlier training."""
        self.reason = None
        self._first: float | None = None
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Stop the training if the loss is too large or not finite."""
        if "loss" not in logs:
            raise ValueError(f"the model's train_step must report 'loss'; it reports {', '.join(logs) or 'nothing'}")
        loss = float(logs["loss"])
        if self._first is None:
            self._first = loss
        if not math.isfinite(loss):
            why = f"the loss is not finite ({loss})"
        elif loss > self.factor * self._first > 0:
            why = (
                f"the epoch's mean loss so far is {loss:.3g}, more than {self.factor:g} times the {self._first:.3g} "
                "of the first batch"
            )
        else:
            return
        self.reason = f"Stopped in epoch {self._epoch + 1}, batch {batch + 1}: {why}."
        self.model.stop_training = True

    def on_train_end(self, logs: dict | None = None) -> None:
        """Show why the training was stopped."""
        if self.reason is not None:
            emit({"text/plain": self.reason})
