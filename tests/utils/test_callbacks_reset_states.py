from course_utils.callbacks import ResetStates
from course_utils.models import char_language_model
from course_utils.text import Vocabulary, streams

import keras
import numpy as np

TEXT = "abcdefg " * 60
VOCABULARY = Vocabulary(TEXT)
X, Y = streams(VOCABULARY.encode(TEXT), 4, 10)


def fit(model, *callbacks, epochs, **options):
    return model.fit(X, Y, batch_size=4, shuffle=False, epochs=epochs, verbose=0, callbacks=callbacks, **options)


def test_each_epoch_and_each_evaluation_starts_at_zero():
    keras.utils.set_random_seed(0)
    model = char_language_model(len(VOCABULARY), "gru", units=24, stateful_batch=4)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # XLA takes long on TensorFlow; without it JAX would compile nothing at all. Nothing is learned at a rate of zero,
    # so only the state can change the loss.
    model.compile(keras.optimizers.SGD(0.0), loss, jit_compile=keras.backend.backend() == "jax")
    carried = fit(model, epochs=2).history["loss"]
    assert abs(carried[1] - carried[0]) > 1e-6
    history = fit(model, ResetStates(), epochs=3, validation_data=(X, Y), validation_batch_size=4).history
    np.testing.assert_allclose(history["loss"], carried[0], rtol=1e-6)
    np.testing.assert_allclose(history["val_loss"], carried[0], rtol=1e-6)
