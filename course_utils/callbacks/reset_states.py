"""A fresh start for stateful models."""

import keras


class ResetStates(keras.callbacks.Callback):
    """Set the state of a stateful model to zero before every epoch and before every evaluation.

    Keras carries the state of a stateful layer on from batch to batch and never stops: without this the text begins
    anew in the state in which it ended, and validation begins in that of the training.

    Example:
        >>> model.fit(x, y, batch_size=32, shuffle=False, callbacks=[ResetStates()])
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Start the text anew."""
        self._reset()

    def on_test_begin(self, logs: dict | None = None) -> None:
        """Start the validation text anew; the next epoch starts anew after it."""
        self._reset()

    def _reset(self) -> None:
        for layer in self.model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()
