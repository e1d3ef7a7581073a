"""Starting a compiled model again: as good as new, with the seed and the rate that are given."""

from course_utils.models import restart

import keras
import numpy as np


def test_a_restarted_model_trains_as_a_new_one_does():
    x, y = np.random.default_rng(0).standard_normal((2, 20, 3)).astype("float32")

    def trained(model):
        model.fit(x, y, epochs=2, batch_size=5, shuffle=False, verbose=0)
        return model.get_weights()

    def new(seed, rate):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
        model.compile(keras.optimizers.Adam(rate), "mse")
        model.optimizer.build(model.trainable_variables)
        return model

    model = new(1, 0.1)
    first = trained(model)
    restart(model, 2, 0.01)
    assert all(not np.any(np.asarray(variable)) for variable in model.optimizer.variables if variable.ndim)
    second = trained(model)
    for given, wanted in zip(second, trained(new(2, 0.01)), strict=True):
        np.testing.assert_allclose(given, wanted, rtol=1e-6)
    assert any(not np.allclose(one, other) for one, other in zip(first, second, strict=True))
