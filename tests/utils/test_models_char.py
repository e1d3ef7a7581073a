"""The character-level language model: its shapes, its parameters, its life on disk."""

from course_utils.models import char_language_model

import keras
import numpy as np
import pytest

CELLS = ("lstm", "gru", "rnn")
tokens = np.random.default_rng(0).integers(0, 7, (4, 9)).astype("int32")


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.mark.parametrize(("cell", "parameters"), [("lstm", 84_992), ("gru", 64_128), ("rnn", 21_248)])
def test_parameters_are_those_of_its_description(cell, parameters):
    model = char_language_model(37, cell)
    assert {layer.name: layer.count_params() for layer in model.layers} == {
        "one_hot": 0,
        "recurrent": parameters,
        "logits": 4773,
    }
    assert model.output_shape == (None, None, 37)


def test_it_computes_what_its_equations_say():
    """The plain cell, in numpy."""
    model = char_language_model(7, "rnn", units=5)
    cell, output = (layer.get_weights() for layer in model.layers[1:])
    a, expected = np.zeros((4, 5)), []
    for time in range(9):
        a = np.tanh(np.eye(7)[tokens[:, time]] @ cell[0] + a @ cell[1] + cell[2])
        expected.append(a @ output[0] + output[1])
    np.testing.assert_allclose(model.predict(tokens, verbose=0), np.stack(expected, axis=1), atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_one_token_is_a_sequence_too(cell):
    model = char_language_model(7, cell, units=5)
    np.testing.assert_allclose(
        model.predict(tokens[:, :1], verbose=0), model.predict(tokens, verbose=0)[:, :1], atol=1e-6
    )


@pytest.mark.parametrize("cell", CELLS)
def test_a_stateful_model_goes_on_where_it_was(cell):
    stateless, stateful = (char_language_model(7, cell, units=5, stateful_batch=batch) for batch in (None, 4))
    stateful.set_weights(stateless.get_weights())
    parts = [keras.ops.convert_to_numpy(stateful(part)) for part in (tokens[:, :4], tokens[:, 4:])]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), stateless.predict(tokens, verbose=0), atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_and_survives_saving_and_loading(cell, tmp_path):
    model = char_language_model(7, cell, units=16)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.03), loss, jit_compile=keras.backend.backend() == "jax")
    x = np.tile(np.arange(7), (8, 3)).astype("int32")  # the next token is this one plus one
    losses = model.fit(x, (x + 1) % 7, batch_size=4, epochs=15, verbose=0).history["loss"]
    assert losses[0] > 1.2 and losses[-1] < 0.5

    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(tokens, verbose=0), model.predict(tokens, verbose=0), atol=1e-6)
    assert [layer.name for layer in loaded.layers] == ["one_hot", "recurrent", "logits"]


def test_it_refuses_what_it_cannot_build():
    with pytest.raises(ValueError, match="cell must be one of lstm, gru, rnn; got 'LSTM'"):
        char_language_model(7, "LSTM")
    with pytest.raises(ValueError, match="units must be an integer of at least 1; got 0"):
        char_language_model(7, units=0)
    with pytest.raises(ValueError, match="stateful_batch must be an integer of at least 1; got 0"):
        char_language_model(7, stateful_batch=0)
