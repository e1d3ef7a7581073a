"""Start a compiled model again, where an experiment trains it from several seeds."""

import keras
import numpy as np


def restart(model: keras.Model, seed: int, rate: float) -> None:
    """Give a compiled model new weights, an optimizer without a past, and a learning rate, which saves compiling it.

    Args:
        model: A compiled model whose optimizer has been built.
        seed: Seeds the weights and what is drawn after them.
        rate: The learning rate.
    """
    keras.utils.set_random_seed(seed)
    model.set_weights(keras.models.clone_model(model).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape))
    model.optimizer.learning_rate = rate
