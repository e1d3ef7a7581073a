"""The base of the callbacks that measure every layer on a fixed probe batch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from course_utils.arguments import Histogram, require_count
from course_utils.callbacks._watcher import Watcher, cause
from course_utils.plotting.spread import magnitude_histogram, spread_over_layers

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.axes import Axes

MOST_SHAPES = 36  # that fit side by side in one Axes


class ProbeCallback(Watcher):
    """Measure each layer before the first epoch and after epochs, keep histograms, and write them to TensorBoard.

    A subclass defines what is measured: `_build` prepares a function once per training, `_measure` returns the values
    of each layer, `_summarise` keeps statistics of them.
    """

    tag: ClassVar[str]  # TensorBoard's group, and the vertical label of the plot
    default_scale: ClassVar[Literal["log", "linear"]]

    def __init__(self, *, log_dir: "str | PathLike | None", bins: int, every: int):
        super().__init__()
        self.log_dir = log_dir
        self.bins = require_count("bins", bins)
        self.every = require_count("every", every)
        self._reset()

    def _reset(self) -> None:
        self.epochs: list[int] = []
        self.histograms: dict[str, list[Histogram]] = {}
        self.magnitudes: dict[str, list[Histogram]] = {}
        self.not_finite: dict[str, list[int]] = {}

    def _build(self, model: keras.Model) -> None:
        raise NotImplementedError

    def _measure(self) -> dict[str, np.ndarray]:
        raise NotImplementedError

    def _summarise(self, layer: str, values: np.ndarray) -> None:
        raise NotImplementedError

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Compile the function and try it on the probe, so that an unsuitable probe fails before training starts."""
        self._reset()
        self._build(self.model)
        try:
            self._measure()
        except Exception as error:  # every backend and every loss has its own exception for data that does not fit
            raise ValueError(
                f"{type(self).__name__} cannot measure model {self.model.name!r} on its probe, which must be one batch "
                f"such as fit gets: {cause(error)}"
            ) from error
        self._open_file()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Measure the initial state, once."""
        if not self.epochs:
            self._record(epoch)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measure the state after the epoch."""
        if (epoch + 1) % self.every == 0:
            self._record(epoch + 1)

    def _record(self, epochs_done: int) -> None:
        for layer, values in self._measure().items():
            self._summarise(layer, values)
            finite = values[np.isfinite(values)].astype(np.float64)  # float32 may have no room for bin edges
            self.not_finite.setdefault(layer, []).append(values.size - finite.size)
            histogram = _histogram(finite, self.bins)
            self.histograms.setdefault(layer, []).append(histogram)
            self.magnitudes.setdefault(layer, []).append(magnitude_histogram(finite, self.bins))
            if self._writer is not None and finite.size:
                self._write(layer, finite, histogram, epochs_done)
        self.epochs.append(epochs_done)  # last, so that every epoch listed here can be drawn
        if self._writer is not None:
            self._writer.flush()  # so that an interrupted training keeps its measurements

    def _write(self, layer: str, values: np.ndarray, histogram: Histogram, step: int) -> None:
        counts, edges = histogram
        self._writer.add_histogram_raw(
            f"{self.tag}/{layer}",
            min=values.min(),
            max=values.max(),
            num=values.size,
            sum=values.sum(),
            sum_squares=np.square(values).sum(),
            bucket_limits=edges[1:].tolist(),
            bucket_counts=counts.tolist(),
            global_step=step,
        )

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        epochs: Sequence[int] | None = None,
        scale: Literal["log", "linear"] | None = None,
    ) -> "Axes":
        """Draw the distribution of every layer, one shape per measured epoch from light to dark.

        Args:
            ax: Where to draw; without it a new figure.
            epochs: Which of `self.epochs` to draw, 0 being the start. Without it all or, if they are too many,
                evenly spaced ones that include the first and the last.
            scale: "log" for magnitudes, "linear" for the values with their signs.

        Returns:
            The Axes drawn on.

        Raises:
            ValueError: Nothing has been measured yet, or an epoch was not measured.
        """
        if not self.epochs:
            raise ValueError(
                f"nothing has been measured yet: pass this {type(self).__name__} to fit(callbacks=...) first"
            )
        if epochs is None:
            most = max(2, MOST_SHAPES // len(self.histograms))
            indices = np.unique(np.linspace(0, len(self.epochs) - 1, min(most, len(self.epochs))).round().astype(int))
        else:
            unknown = [epoch for epoch in epochs if epoch not in self.epochs]
            if unknown or not len(epochs):
                raise ValueError(f"epochs must be among those measured, {self.epochs}; got {list(epochs)}")
            indices = [self.epochs.index(epoch) for epoch in epochs]
        scale = scale or self.default_scale
        kept = self.magnitudes if scale == "log" else self.histograms

        def of_epochs(measured: dict[str, list]) -> dict[str, dict]:
            return {
                _epoch_name(self.epochs[index]): {layer: values[index] for layer, values in measured.items()}
                for index in indices
            }

        label = f"|{self.tag.removesuffix('s')}| (log scale)" if scale == "log" else self.tag.removesuffix("s")
        return spread_over_layers(
            of_epochs(kept),
            ax=ax,
            scale=scale,
            ordered=True,
            ylabel=label,
            not_finite=of_epochs(self.not_finite),
        )


def require_batch(parts: dict[str, Any]) -> None:
    """Refuse arrays that are not a batch: they hold no numbers, are empty, or differ in length."""
    lengths: dict[str, set[int]] = {name: set() for name in parts}
    for name, arrays in parts.items():
        for array in (np.asarray(leaf) for leaf in keras.tree.flatten(arrays) if leaf is not None):
            if array.dtype.kind not in "fiub":
                raise ValueError(f"{name} must hold numbers; got an array of {array.dtype}")
            if array.ndim == 0:  # Keras takes a list for several inputs, so each number in a list is an input
                raise ValueError(f"{name} must be an array: wrap plain lists of numbers in np.array")
            if len(array) == 0:
                raise ValueError(f"{name} is empty: it must hold at least one example, along its first axis")
            lengths[name].add(len(array))
    if len(set().union(*lengths.values())) != 1:
        found = ", ".join(f"{name}: {sorted(own) or 'none'}" for name, own in lengths.items())
        raise ValueError(f"all arrays of a batch must have the same number of examples; they have {found}")


def _histogram(finite: np.ndarray, bins: int) -> Histogram:
    return np.histogram(finite, bins=bins) if finite.size else (np.zeros(bins, int), np.linspace(0, 1, bins + 1))


def _epoch_name(epochs_done: int) -> str:
    return "at the start" if epochs_done == 0 else f"after epoch {epochs_done}"
