"""A callback that shows whether the learning rate has the right size."""

from typing import TYPE_CHECKING

from course_utils.arguments import require_count
from course_utils.backend import require_built
from course_utils.callbacks._watcher import Watcher
from course_utils.callbacks._weights import weights_by_layer
from course_utils.plotting.style import CYCLE_COLOURS, CYCLE_LINE_STYLES, CYCLE_MARKERS, PALETTE, new_axes

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GUIDE = 1e-3
MOST_MARKERS = 12


class UpdateRatio(Watcher):
    """Record the norm of one update over the norm of the weights that it changes, layer by layer.

    The update is all that one step of the optimizer does, momentum and learning rate included, not the gradient alone.
    A rule of thumb says that the ratio should be near 1e-3: much lower, and the learning rate may be too low; much
    higher, and it is likely too high.

    Source: "Ratio of weights:updates" in A. Karpathy's notes for Stanford's course CS231n,
    https://cs231n.github.io/neural-networks-3/#ratio.

    Only measured batches cost anything: two copies of the weights each. With `steps_per_execution` above 1 an update
    covers all batches of one execution, which counts as one batch below.

    Args:
        every: Number of batches from one measurement to the next, over the whole training; the first batch is measured.

    Attributes:
        batches: Number of each measured batch, counted from 0 over the whole training. The lists below run parallel.
        ratios: Layer name to its ratios. A layer's weights are its trainable variables with two axes or more, without
            biases. Weights that are all zero give an infinite ratio, or NaN if they stay so.

    Raises:
        ValueError: At construction for `every` below 1; when training begins for a model without weights.

    Example:
        >>> updates = UpdateRatio(every=50)
        >>> model.fit(x_train, y_train, callbacks=[updates])
        >>> ax = updates.plot()
    """

    def __init__(self, every: int):
        super().__init__()
        self.every = require_count("every", every)
        self.batches: list[int] = []
        self.ratios: dict[str, list[float]] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Find the weights of each layer."""
        require_built(self.model)
        self._weights = weights_by_layer(self.model)
        self.batches = []
        self.ratios = {layer: [] for layer in self._weights}
        self._seen = 0
        self._before = None

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Keep the weights if this batch is measured."""
        if self._seen % self.every == 0:
            self._before = self._flat_weights()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Compare the weights with those before the batch."""
        if self._before is not None:
            after = self._flat_weights()
            for layer, before in self._before.items():
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = np.linalg.norm(after[layer] - before) / np.linalg.norm(before)
                self.ratios[layer].append(float(ratio))
            self.batches.append(self._seen)
            self._before = None
        self._seen += 1

    def _flat_weights(self) -> dict[str, np.ndarray]:
        _ = self.model  # on JAX Keras brings the weights of the running epoch back into the variables here
        return {
            layer: np.concatenate([np.array(variable.numpy(), np.float64).ravel() for variable in variables])
            for layer, variables in self._weights.items()
        }

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the ratios over the batches on a log axis, with the guide line at 1e-3.

        Args:
            ax: Where to draw; without it a new figure.

        Returns:
            The Axes drawn on.

        Raises:
            ValueError: Nothing has been measured yet.
        """
        if not self.batches:
            raise ValueError("nothing has been measured yet: pass this UpdateRatio to fit(callbacks=...) first")
        if ax is None:
            ax = new_axes()
        for index, (layer, ratios) in enumerate(self.ratios.items()):
            values = np.asarray(ratios)
            ax.plot(
                self.batches,
                np.where(np.isfinite(values) & (values > 0), values, np.nan),  # the rest has no place on a log axis
                color=CYCLE_COLOURS[index % len(CYCLE_COLOURS)],
                linestyle=CYCLE_LINE_STYLES[index % len(CYCLE_LINE_STYLES)],
                marker=CYCLE_MARKERS[index % len(CYCLE_MARKERS)],
                markevery=max(1, len(values) // MOST_MARKERS),
                label=layer,
            )
        ax.axhline(GUIDE, color=PALETTE["grey"], linestyle="-", linewidth=4, alpha=0.5, zorder=1, label="guide: 1e-3")
        ax.set_yscale("log")
        ax.set(xlabel="batch", ylabel="norm of update / norm of weights\n(log scale)")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
        return ax
