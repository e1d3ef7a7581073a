"""A callback that records the gradients of every layer."""

from typing import TYPE_CHECKING, Any

from course_utils.arguments import require_count
from course_utils.backend import loss_and_gradients
from course_utils.callbacks._watcher import Watcher, cause
from course_utils.callbacks._weights import weights_by_layer
from course_utils.plotting.spread import BINS, Histogram, magnitude_histogram

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike


class GradientHistogram(Watcher):
    """Record how the gradients of the loss for each layer's weights are distributed, before and after every epoch.

    The gradients are those of one fixed probe batch, so that epochs can be compared, and of the loss that the model's
    `compute_loss` gives, as training uses them (batch statistics, dropout). A layer's weights are its trainable
    variables with two axes or more (kernels, embeddings), without biases. Measuring changes nothing in the model.

    Args:
        probe: `(x, y)`, one batch such as `fit` gets: a few dozen to a few hundred examples. y may be None.
        log_dir: Folder for TensorBoard's histograms (`gradients/<layer>`, one step per epoch). None uses
            that of the batch; outside of one nothing is written.
        every: Measure after every so many epochs; the start is always measured.

    Attributes:
        epochs: Epochs that were done at each measurement; 0 is the start. All lists below run parallel to it.
        norms: Layer name to the Euclidean norms of its gradient.
        magnitudes: Layer name to `(counts, edges)` of the absolute values that are finite and not zero, in bins of
            equal width on a log scale, for `plotting.spread_over_layers`.

    Raises:
        ValueError: At construction for an empty probe, for x and y of different lengths, for `every` below 1; when
            training begins for a model without weights or a probe that does not fit it.

    Example:
        >>> gradients = GradientHistogram((x_train[:128], y_train[:128]))
        >>> model.fit(x_train, y_train, epochs=3, callbacks=[gradients])
        >>> gradients.norms["dense"]  # four numbers: the start and three epochs
        >>> at_start = {layer: counted[0] for layer, counted in gradients.magnitudes.items()}
        >>> ax = spread_over_layers({"at the start": at_start}, ylabel="|entry of the gradient|")
    """

    def __init__(self, probe: tuple[Any, Any], *, log_dir: "str | PathLike | None" = None, every: int = 1):
        super().__init__()
        if not isinstance(probe, (tuple, list)) or len(probe) != 2:
            raise ValueError("probe must be a pair (x, y): the inputs of one batch and their targets")
        _require_batch({"the probe's x": probe[0], "the probe's y": probe[1]})
        self.probe = tuple(probe)
        self.log_dir = log_dir
        self.every = require_count("every", every)
        self._forget()

    def _forget(self) -> None:
        self.epochs: list[int] = []
        self.norms: dict[str, list[float]] = {}
        self.magnitudes: dict[str, list[Histogram]] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Compile the function and try it on the probe, so that an unsuitable probe fails before training starts."""
        self._forget()
        self._gradients = loss_and_gradients(self.model)
        place = {id(variable): index for index, variable in enumerate(self.model.trainable_variables)}
        self._places = {
            layer: [place[id(variable)] for variable in weights]
            for layer, weights in weights_by_layer(self.model).items()
        }
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

    def _measure(self) -> dict[str, np.ndarray]:
        gradients = self._gradients(*self.probe)[1]
        return {
            # Squares of exploding gradients overflow float32, which may also have no room for the edges of bins.
            layer: np.concatenate([gradients[place].ravel() for place in places]).astype(np.float64)
            for layer, places in self._places.items()
        }

    def _record(self, epochs_done: int) -> None:
        for layer, values in self._measure().items():
            finite = values[np.isfinite(values)]
            self.norms.setdefault(layer, []).append(float(np.linalg.norm(values)))
            self.magnitudes.setdefault(layer, []).append(magnitude_histogram(finite))
            if self._writer is not None and finite.size:
                self._write(layer, finite, epochs_done)
        self.epochs.append(epochs_done)
        if self._writer is not None:
            self._writer.flush()  # so that an interrupted training keeps its measurements

    def _write(self, layer: str, values: np.ndarray, step: int) -> None:
        counts, edges = np.histogram(values, bins=BINS)
        self._writer.add_histogram_raw(
            f"gradients/{layer}",
            min=values.min(),
            max=values.max(),
            num=values.size,
            sum=values.sum(),
            sum_squares=np.square(values).sum(),
            bucket_limits=edges[1:].tolist(),
            bucket_counts=counts.tolist(),
            global_step=step,
        )


def _require_batch(parts: dict[str, Any]) -> None:
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
