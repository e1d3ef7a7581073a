"""TextSampler and ResetStates."""

from course_utils.callbacks import ResetStates, TextSampler
from course_utils.models import char_language_model
from course_utils.text import TextGenerator, Vocabulary, streams

import keras
import numpy as np
import pytest

TEXT = "abcdefg " * 60
VOCABULARY = Vocabulary(TEXT)
X, Y = streams(VOCABULARY.encode(TEXT), 4, 10)


def new_model(learning_rate=0.02):
    keras.utils.set_random_seed(0)
    model = char_language_model(len(VOCABULARY), "gru", units=24, stateful_batch=4)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # XLA takes long on TensorFlow; without it JAX would compile nothing at all
    model.compile(keras.optimizers.Adam(learning_rate), loss, jit_compile=keras.backend.backend() == "jax")
    return model


@pytest.fixture
def model():
    return new_model()


def fit(model, *callbacks, epochs=3, **options):
    return model.fit(X, Y, batch_size=4, shuffle=False, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)


def test_it_samples_after_every_epoch_from_the_current_weights(model, capsys):
    sampler = TextSampler(VOCABULARY, "abc", length=12, temperatures=(0.0, 1.0), seed=4)
    apart = []
    follow = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: apart.append(
            TextGenerator(sampler.model, VOCABULARY).sample("abc", 12, seed=4)
        )
    )
    fit(model, sampler, follow, epochs=6)
    assert list(sampler.samples) == [1, 2, 3, 4, 5, 6]
    assert [sample[1.0] for sample in sampler.samples.values()] == apart
    assert sampler.samples[6][0.0] == "defg abcdefg", "it must have learned the alphabet by then"
    assert sampler.samples[1] != sampler.samples[6]
    assert "after epoch 6, temperature 0: defg abcdefg" in capsys.readouterr().out


def test_every_second_epoch_and_a_second_training(model):
    sampler = TextSampler(VOCABULARY, "a", length=5, every=2)
    fit(model, sampler, epochs=4)
    assert list(sampler.samples) == [2, 4]
    fit(model, sampler, epochs=2)
    assert list(sampler.samples) == [2]


def test_the_training_is_the_same_with_and_without():
    without = fit(new_model(), ResetStates()).history["loss"]
    with_sampler = fit(new_model(), ResetStates(), TextSampler(VOCABULARY, "abc", length=10)).history["loss"]
    np.testing.assert_allclose(with_sampler, without, rtol=1e-5)


def test_tensorboard_gets_the_text(model, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    sampler = TextSampler(VOCABULARY, "abc", length=12, temperatures=(0.5,), log_dir=tmp_path)
    fit(model, sampler, epochs=2)
    events = EventAccumulator(str(tmp_path)).Reload()
    (tag,) = events.Tags()["tensors"]
    assert tag.startswith("samples/temperature 0.5")
    written = [(event.step, event.tensor_proto.string_val[0].decode()) for event in events.Tensors(tag)]
    assert written == [(epoch, "    abc" + sampler.samples[epoch][0.5]) for epoch in (1, 2)]


def test_bad_arguments_fail_before_the_training(model):
    for sampler, message in (
        (TextSampler(VOCABULARY, "xyz"), "not in the vocabulary: 'x', 'y', 'z'"),
        (TextSampler(VOCABULARY, ["a", "b"]), r"prompt must be a string.*got \['a', 'b'\]"),
        (TextSampler("abcdefg ", "a"), "vocabulary must be a Vocabulary.*got str"),
        (TextSampler(Vocabulary("abc"), "a"), "predicts 8 characters, the vocabulary has 3"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(model, sampler)
    for temperatures in ((), (-1,), None, "0.5", [[0.5], [1.0, 2.0]], float("nan")):
        with pytest.raises(ValueError, match="temperatures must be a number of at least 0, or a list of them"):
            TextSampler(VOCABULARY, "a", temperatures=temperatures)
    with pytest.raises(ValueError, match="length must be an integer"):
        TextSampler(VOCABULARY, "a", length=0)


def test_reset_states_starts_each_epoch_and_each_evaluation_at_zero():
    model = new_model(learning_rate=0.0)  # nothing is learned, so only the state can change the loss
    carried = fit(model, epochs=2).history["loss"]
    assert abs(carried[1] - carried[0]) > 1e-6
    history = fit(model, ResetStates(), validation_data=(X, Y), validation_batch_size=4).history
    np.testing.assert_allclose(history["loss"], carried[0], rtol=1e-6)
    np.testing.assert_allclose(history["val_loss"], carried[0], rtol=1e-6)


def test_a_number_is_one_temperature(model):
    sampler = TextSampler(VOCABULARY, "a", length=5, temperatures=0.5)
    fit(model, sampler, epochs=1)
    assert list(sampler.samples[1]) == [0.5]
    assert TextSampler(VOCABULARY, "a", temperatures=np.array([0.5, 1.0])).temperatures == (0.5, 1.0)
