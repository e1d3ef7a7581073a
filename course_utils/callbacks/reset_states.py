"""A callback that resets stateful models."""

import keras


class ResetStates(keras.callbacks.Callback):
    """Set the state of a stateful model to zero before every epoch and before every evaluation.

    Keras carries the state of a stateful layer from batch to batch without end: otherwise each epoch would start in the
    state in which the text ended, and validation in that of the training.

    Example:
        >>> model.fit(x, y, batch_size=32, shuffle=False, callbacks=[ResetStates()])
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Reset the states before the text is read again."""
        self._reset()

    def on_test_begin(self, logs: dict | None = None) -> None:
        """Reset the states before the validation text; the next epoch resets them again."""
        self._reset()

    def _reset(self) -> None:
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()
