"""Progress that leaves one calm line behind."""

import sys
import time
from typing import Any

from course_utils.display import emit

import keras
import numpy as np

SECONDS_BETWEEN_UPDATES = 0.25


class Progress(keras.callbacks.Callback):
    """Show one line that changes in place while training runs; what stays is one line without any time in it.

    What stays reads "5 epochs: loss 0.412 → 0.103, val_accuracy 0.912 → 0.968": first and last epoch of the training
    loss and of the validation metrics (of the training metrics where there is no validation). In a notebook the line is
    replaced through its display id, so that a stored output holds the last one only; on a terminal through a carriage
    return; where neither is possible only the last line is printed. Use it with `fit(verbose=0)`.

    Example:
        >>> model.fit(x_train, y_train, epochs=5, verbose=0, callbacks=[Progress()])
        5 epochs: loss 0.412 → 0.103, accuracy 0.872 → 0.968
    """

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Show the first line."""
        self._line = _Line()
        self._epoch_logs: list[dict[str, float]] = []
        self._epoch = 0
        self._last_update = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Update the line, a few times a second at most."""
        now = time.monotonic()
        if now - self._last_update < SECONDS_BETWEEN_UPDATES:
            return
        self._last_update = now
        batches = f"batch {batch + 1}" + (f" of {self.params['steps']}" if self.params.get("steps") else "")
        self._line.update(
            f"epoch {self._epoch + 1} of {self.params['epochs']}, {batches}, loss {_number(float(logs['loss']))}"
        )

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep the epoch's metrics."""
        # a metric of many values, such as one for each class, has no place in one line
        self._epoch_logs.append({name: float(value) for name, value in logs.items() if not np.ndim(value)})

    def on_train_end(self, logs: dict | None = None) -> None:
        """Leave the one line that stays."""
        self._line.finish(self._summary())

    def _summary(self) -> str:
        if not self._epoch_logs:
            return "0 epochs"
        done, first, last = len(self._epoch_logs), self._epoch_logs[0], self._epoch_logs[-1]
        validated = [name for name in last if name.startswith("val_") and not name.endswith("loss")]
        others = [name for name in last if not name.startswith("val_") and name not in ("loss", "learning_rate")]
        changes = ", ".join(_change(name, first, last, done) for name in ["loss", *(validated or others)])
        epochs = f"{done} epoch" + ("s" if done > 1 else "")
        stopped = ", stopped early" if self._epoch + 1 < self.params["epochs"] else ""
        return f"{epochs}{stopped}: {changes}"


class _Line:
    """A line of output that is replaced until it is finished."""

    def __init__(self) -> None:
        self._in_notebook = _kernel_runs()
        self._on_terminal = not self._in_notebook and sys.stdout.isatty()
        self._handle: Any = None
        self._width = 0

    def update(self, text: str) -> None:
        if self._in_notebook:
            from IPython.display import display

            bundle = {"text/plain": text}
            if self._handle is None:
                self._handle = display(bundle, raw=True, display_id=True)
            else:
                self._handle.update(bundle, raw=True)
        elif self._on_terminal:
            sys.stdout.write("\r" + text.ljust(self._width))
            sys.stdout.flush()
            self._width = len(text)

    def finish(self, text: str) -> None:
        if self._handle is not None or self._on_terminal:
            self.update(text)
            if self._on_terminal:
                sys.stdout.write("\n")
        else:
            emit({"text/plain": text})


def _kernel_runs() -> bool:
    """Whether a notebook shows the output. IPython on a terminal has no kernel and cannot replace a display."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def _change(name: str, first: dict[str, float], last: dict[str, float], epochs: int) -> str:
    if epochs == 1 or name not in first:
        return f"{name} {_number(last[name])}"
    return f"{name} {_number(first[name])} → {_number(last[name])}"


def _number(value: float) -> str:
    return f"{value:.3f}" if value == 0 or 0.001 <= abs(value) < 1000 else f"{value:.3g}"
