"""A callback that records the gradients of every layer."""

from typing import TYPE_CHECKING, Any, ClassVar

from course_utils.backend import loss_and_gradients
from course_utils.callbacks._probe import ProbeCallback, require_batch
from course_utils.callbacks._weights import weights_by_layer

import keras
import numpy as np

if TYPE_CHECKING:
    from os import PathLike


class GradientHistogram(ProbeCallback):
    """Record how the gradients of the loss for each layer's weights are distributed, before and after every epoch.

    The gradients are those of one fixed probe batch, so that epochs can be compared, and of the loss that the model's
    `compute_loss` gives. A layer's weights are its trainable variables with two axes or more (kernels, embeddings),
    without biases. Measuring changes nothing in the model.

    Args:
        probe: `(x, y)`, one batch such as `fit` gets: a few dozen to a few hundred examples. y may be None.
        log_dir: Folder for TensorBoard's histograms (`gradients/<layer>`, one step per epoch). None uses
            that of the batch; outside of one nothing is written.
        bins: Number of bins of a histogram.
        every: Measure after every so many epochs; the start is always measured.
        training: True for the gradients that training uses (batch statistics, dropout), False for those of the model
            as it predicts.

    Attributes:
        epochs: Epochs that were done at each measurement; 0 is the start. All lists below run parallel to it.
        norms: Layer name to the Euclidean norms of its gradient.
        rms: Layer name to the root mean squares of its gradient, which do not grow with the number of weights.
        histograms: Layer name to `(counts, edges)` of the gradient's values, as `numpy.histogram` returns them.
        magnitudes: Layer name to `(counts, edges)` of the absolute values that are not zero, in bins of equal width on
            a log scale.
        not_finite: Layer name to the numbers of values that are NaN or infinite; histograms leave them out.

    Raises:
        ValueError: At construction for an empty probe, for x and y of different lengths, for `bins` or `every` below
            1; when training begins for a model without weights or a probe that does not fit it.

    Example:
        >>> gradients = GradientHistogram((x_train[:128], y_train[:128]))
        >>> model.fit(x_train, y_train, epochs=3, callbacks=[gradients])
        >>> gradients.norms["dense"]  # four numbers: the start and three epochs
        >>> ax = gradients.plot()
    """

    tag: ClassVar[str] = "gradients"
    default_scale = "log"

    def __init__(
        self,
        probe: tuple[Any, Any],
        *,
        log_dir: "str | PathLike | None" = None,
        bins: int = 40,
        every: int = 1,
        training: bool = True,
    ):
        if not isinstance(probe, (tuple, list)) or len(probe) != 2:
            raise ValueError("probe must be a pair (x, y): the inputs of one batch and their targets")
        require_batch({"the probe's x": probe[0], "the probe's y": probe[1]})
        self.probe = tuple(probe)
        self.training = training
        super().__init__(log_dir=log_dir, bins=bins, every=every)

    def _reset(self) -> None:
        super()._reset()
        self.norms: dict[str, list[float]] = {}
        self.rms: dict[str, list[float]] = {}

    def _build(self, model: keras.Model) -> None:
        self._gradients = loss_and_gradients(model, training=self.training)
        place = {id(variable): index for index, variable in enumerate(model.trainable_variables)}
        self._places = {
            layer: [place[id(variable)] for variable in weights] for layer, weights in weights_by_layer(model).items()
        }

    def _measure(self) -> dict[str, np.ndarray]:
        gradients = self._gradients(*self.probe)[1]
        return {
            layer: np.concatenate([gradients[place].ravel() for place in places])
            for layer, places in self._places.items()
        }

    def _summarise(self, layer: str, values: np.ndarray) -> None:
        norm = float(np.linalg.norm(values.astype(np.float64)))  # squares of exploding gradients overflow float32
        self.norms.setdefault(layer, []).append(norm)
        self.rms.setdefault(layer, []).append(norm / np.sqrt(values.size))
