"""A callback that records the activations of every layer, including dead and saturated units."""

from typing import TYPE_CHECKING, Any, ClassVar

from course_utils.backend import layer_outputs
from course_utils.callbacks._probe import ProbeCallback, require_batch

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike

# An activation within this distance of a bound counts as saturated.
CLOSE = 0.01
_BOUNDS = {
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
}


class ActivationHistogram(ProbeCallback):
    """Record how the outputs of every layer are distributed, before and after every epoch.

    The outputs are those of one fixed probe batch, so that epochs can be compared. Measuring changes nothing in the
    model, which must be Sequential or functional.

    Args:
        probe_x: Inputs of one batch such as `fit` gets.
        log_dir: Folder for TensorBoard's histograms (`activations/<layer>`, one step per epoch). None uses
            that of the batch; outside of one nothing is written.
        bins: Number of bins of a histogram.
        every: Measure after every so many epochs; the start is always measured.
        training: True for the outputs during training (batch statistics, dropout), False for those of the model as it
            predicts.

    Attributes:
        epochs: Epochs that were done at each measurement; 0 is the start. All lists below run parallel to it.
        means, stds: Layer name to the means and the standard deviations of its outputs.
        zeros: Layer name to the shares (0 to 1) of outputs that are exactly zero, such as those of an inactive ReLU.
        saturated: Layer name to the shares of outputs within 0.01 of a bound of the layer's activation. Only layers
            whose activation is bounded on both sides are in it (sigmoid, tanh, softsign, and the hard forms).
        histograms: Layer name to `(counts, edges)` of the outputs, as `numpy.histogram` returns them.
        magnitudes: Layer name to `(counts, edges)` of the absolute values that are not zero, in bins of equal width on
            a log scale.
        not_finite: Layer name to the numbers of values that are NaN or infinite; histograms leave them out.

    Raises:
        ValueError: At construction for an empty probe, for `bins` or `every` below 1; when training begins for a model
            without weights or of another kind, or a probe that does not fit it.

    Example:
        >>> activations = ActivationHistogram(x_train[:128])
        >>> model.fit(x_train, y_train, epochs=3, callbacks=[activations])
        >>> activations.zeros["dense"]  # four shares: the start and three epochs
        >>> ax = activations.plot()
    """

    tag: ClassVar[str] = "activations"
    default_scale = "linear"

    def __init__(
        self,
        probe_x: Any,
        *,
        log_dir: "str | PathLike | None" = None,
        bins: int = 40,
        every: int = 1,
        training: bool = True,
    ):
        require_batch({"probe_x": probe_x})
        self.probe_x = probe_x
        self.training = training
        super().__init__(log_dir=log_dir, bins=bins, every=every)

    def _reset(self) -> None:
        super()._reset()
        self.means: dict[str, list[float]] = {}
        self.stds: dict[str, list[float]] = {}
        self.zeros: dict[str, list[float]] = {}
        self.saturated: dict[str, list[float]] = {}

    def _build(self, model: keras.Model) -> None:
        self._outputs = layer_outputs(model, training=self.training)
        self._bounds = {layer.name: _bounds(layer) for layer in model.layers}

    def _measure(self) -> dict[str, np.ndarray]:
        return {layer: output.ravel() for layer, output in self._outputs(self.probe_x).items()}

    def _summarise(self, layer: str, values: np.ndarray) -> None:
        exact = values.astype(np.float64)
        shares = {"means": exact.mean(), "stds": exact.std(), "zeros": np.mean(exact == 0)}
        if self._bounds[layer] is not None:
            low, high = self._bounds[layer]
            shares["saturated"] = np.mean((exact <= low + CLOSE) | (exact >= high - CLOSE))
        for attribute, share in shares.items():
            getattr(self, attribute).setdefault(layer, []).append(float(share))


def _bounds(layer: keras.Layer) -> tuple[float, float] | None:
    # A recurrent layer's output is its activation times a gate, or mixed with the previous state.
    if isinstance(layer, keras.layers.RNN):
        return None
    return _BOUNDS.get(getattr(getattr(layer, "activation", None), "__name__", ""))
