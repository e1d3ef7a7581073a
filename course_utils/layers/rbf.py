"""Gaussian bumps: the hidden layer of a radial basis function network."""

from typing import Any

from course_utils.arguments import require_count

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike


@keras.saving.register_keras_serializable("course_utils")
class RBF(keras.layers.Layer):
    """Gaussian bumps of the distance between an input and each of some centres.

    Unit j answers exp(-‖x - c_j‖² / (2 σ_j²)): 1 at its centre, and nearly 0 from four widths on. Centres and widths
    are weights of the layer: until `place` sets them, the centres are drawn uniformly from 0 to 1 and all widths are 1.
    The layer keeps the logarithms of the widths, so that training leaves the widths positive. To train the layers above
    it alone, place centres and widths and set `trainable` to False.

    Args:
        units: Number of bumps.
        **kwargs: What every Keras layer takes, such as `name` and `trainable`.

    Raises:
        ValueError: Fewer than one unit.

    Input: `(batch, features)`. Output: `(batch, units)`, from 0 to 1. Weights: `centres` of shape `(units, features)`
    and `log_widths` of shape `(units,)`.

    Source: Broomhead and Lowe, Multivariable functional interpolation and adaptive networks (1988).

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), RBF(10), keras.layers.Dense(1)])
        >>> model.count_params()
        41
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = require_count("units", units)
        self._start = keras.initializers.RandomUniform(0, 1)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights for inputs of this shape, `(batch, features)`."""
        if len(input_shape) != 2 or input_shape[-1] is None:
            raise ValueError(f"inputs must have the shape (batch, features); got {tuple(input_shape)}")
        self.centres = self.add_weight(shape=(self.units, input_shape[-1]), initializer=self._start, name="centres")
        self.log_widths = self.add_weight(shape=(self.units,), initializer="zeros", name="log_widths")

    def call(self, inputs: Any) -> Any:
        """Return the answers of the bumps, shape `(batch, units)`, for inputs of shape `(batch, features)`."""
        gaps = ops.expand_dims(inputs, 1) - self.centres
        squares = ops.sum(ops.square(gaps), axis=-1)
        return ops.exp(-0.5 * squares * ops.exp(-2 * self.log_widths))

    def place(self, centres: ArrayLike, widths: ArrayLike) -> "RBF":
        """Set the centres and the widths, as k-means or a grid gives them.

        Args:
            centres: Shape `(units, features)`, or `(units,)` for one feature.
            widths: Positive numbers, shape `(units,)`, or one number for all.

        Returns:
            The layer itself, built if it was not.

        Raises:
            ValueError: Other shapes, or widths that are not positive.
        """
        centres, widths = np.asarray(centres, dtype="float32"), np.asarray(widths, dtype="float32")
        if centres.ndim == 1:
            centres = centres[:, None]
        if centres.ndim != 2 or len(centres) != self.units:
            raise ValueError(f"centres must have the shape ({self.units}, features); got {centres.shape}")
        if widths.shape not in ((), (self.units,)) or not np.all(np.isfinite(widths) & (widths > 0)):
            raise ValueError(f"widths must be a positive number or {self.units} of them; got {widths!r}")
        if not self.built:
            self.build((None, centres.shape[1]))
            self.built = True
        self.set_weights([centres, np.broadcast_to(np.log(widths), (self.units,))])
        return self

    @property
    def widths(self) -> np.ndarray:
        """The widths σ, shape `(units,)`."""
        return np.exp(ops.convert_to_numpy(self.log_widths))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """Return `(batch, units)`."""
        return input_shape[0], self.units

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer, without its weights."""
        return super().get_config() | {"units": self.units}
