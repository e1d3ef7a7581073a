"""Claims of chapter 33 about the tutorial's listing: its network, counts, data, sampling and speed."""

import time

from course_utils import datasets
from course_utils.callbacks import ResetStates
from course_utils.models import char_language_model, restart
from course_utils.text import Vocabulary, streams, windows

import keras
import numpy as np
import pytest

pytestmark = pytest.mark.slow

layers = keras.layers


def listing(cell=layers.LSTM, size=37):
    """The tutorial's network, as listed."""
    return keras.Sequential([keras.Input((40, size)), cell(128), layers.Dense(size, activation="softmax")])


def test_the_lstm_has_more_equations(holds):
    """Each gate and each candidate is an affine map of [h; x], and has a block of Keras' kernel of its own."""
    maps = []
    for layer in (layers.LSTM(8), layers.SimpleRNN(8), layers.GRU(8)):
        layer.build((None, None, 5))
        maps.append(layer.cell.kernel.shape[-1] / layer.units)
    holds("lstm_and_gru.lstm_more_equations", maps)


def test_shapes_and_parameters_of_the_listing(holds):
    model = listing()
    shapes = [*model.input_shape[1:], *model.layers[0].output.shape[1:], *model.output_shape[1:]]
    holds("lstm_and_gru.batch_axis_omitted", shapes)
    ours = char_language_model(37)
    holds("lstm_and_gru.hidden_size", ours.get_layer("recurrent").output.shape[-1])
    holds("lstm_and_gru.lstm_parameters", model.count_params())
    assert model.count_params() == ours.count_params()
    gru = listing(layers.GRU)
    holds("lstm_and_gru.gru_parameters", gru.count_params())
    products = [np.prod(layer.kernel.shape) + np.prod(layer.recurrent_kernel.shape) for layer in cells(gru, model)]
    holds("lstm_and_gru.gru_fewer_computations", products[0] / products[1])


def cells(*models):
    return [model.layers[0].cell for model in models]


def test_parameters_over_those_of_the_plain_rnn(holds):
    counts = []
    for layer in (layers.LSTM(128), layers.GRU(128, reset_after=False), layers.SimpleRNN(128)):
        layer.build((None, None, 100))
        counts.append(layer.count_params())
    holds("lstm_and_gru.lstm_parameter_count", [counts[0] / counts[2], counts[1] / counts[2]])


def test_the_output_is_affine_as_in_the_plain_rnn(holds, rng):
    model = listing(size=7)
    x = rng.random((3, 40, 7)).astype("float32")
    h = keras.ops.convert_to_numpy(model.layers[0](x))
    W, b = model.layers[1].get_weights()
    exponentials = np.exp(h @ W + b)
    difference = exponentials / exponentials.sum(axis=1, keepdims=True) - model.predict(x, verbose=0)
    holds("lstm_and_gru.lstm_output_like_vanilla", np.abs(difference).max())


def test_a_gru_drops_in(holds):
    tokens = np.tile(np.arange(7), 30)
    x, y = (np.eye(7, dtype=bool)[part] for part in windows(tokens, 40))
    model = listing(layers.GRU, size=7)
    assert model.input_shape == listing(size=7).input_shape and model.output_shape == listing(size=7).output_shape
    model.compile("adam", "categorical_crossentropy", jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    for seed in range(3):
        restart(model, seed, rate=0.001)
        losses = model.fit(x, y, batch_size=32, epochs=7, verbose=0).history["loss"]
        holds("lstm_and_gru.gru_drop_in", losses[-1] / losses[0])


# ---- training


def test_a_hundred_epochs_take_much_time(holds):
    """Processor time of some batches of the listing, scaled up to 100 epochs over the windows of the sonnets."""
    size, count = 48, 102_647 - 40
    model = listing(size=size)
    model.compile("adam", "categorical_crossentropy", jit_compile=False)
    tokens = np.random.default_rng(0).integers(0, size, 4 * 256 + 40)
    x, y = (np.eye(size, dtype=bool)[part] for part in windows(tokens, 40))
    model.fit(x, y, batch_size=256, verbose=0)  # compiles
    start = time.process_time()
    model.fit(x, y, batch_size=256, verbose=0)
    holds("lstm_and_gru.training_expensive", 100 * (time.process_time() - start) * count / len(x))


@pytest.mark.skipif(not datasets.is_at_hand("sonnets"), reason="the sonnets are not on this machine")
def test_the_order_in_time_is_worth_more_than_seeing_everything_at_once(holds):
    text = datasets.load("sonnets").text.lower()
    vocabulary = Vocabulary(text)
    tokens = vocabulary.encode(text)
    size, split = len(vocabulary), int(0.9 * len(tokens))
    training, held_out = tokens[:split], tokens[split:][:10_000]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    keras.utils.set_random_seed(0)
    lstm = char_language_model(size, units=64, stateful_batch=32)
    hidden = (lstm.count_params() - size) // (41 * size + 1)
    inside = [layers.CategoryEncoding(size, output_mode="one_hot"), layers.Flatten()]
    inside += [layers.Dense(hidden, activation="relu"), layers.Dense(size)]
    dense = keras.Sequential([keras.Input((40,), dtype="int32"), *inside])
    losses = {}
    for name, model, rate, batch in (("LSTM", lstm, 0.02, 32), ("dense", dense, 0.005, 256)):
        cut = (lambda part: streams(part, 32, 32)) if name == "LSTM" else (lambda part: windows(part, 40))
        model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
        model.optimizer.build(model.trainable_variables)
        options = {"batch_size": batch, "epochs": 3, "shuffle": name == "dense", "verbose": 0}
        options |= {"validation_data": cut(held_out), "validation_batch_size": batch}
        losses[name] = model.fit(*cut(training), callbacks=[ResetStates()], **options).history["val_loss"][-1]
    assert losses["dense"] < 2.4, "the dense network has learned nothing"
    holds("lstm_and_gru.conv_uses_locality", losses)


# ---- data and sampling


def test_windows_of_the_sonnets(holds):
    x, y = windows(np.zeros(102_647, np.int32), 40)
    assert len(x) == len(y)
    holds("lstm_and_gru.windows_count", len(x))


@pytest.mark.skipif(not datasets.is_at_hand("sonnets"), reason="the sonnets are not on this machine")
def test_one_hot_shapes_of_the_sonnets(holds):
    text = datasets.load("sonnets").text.lower()[:3000]
    vocabulary = Vocabulary(text)
    x, y = (np.eye(len(vocabulary), dtype=bool)[part] for part in windows(vocabulary.encode(text), 40))
    holds("lstm_and_gru.one_hot_tensor_shape", [*x.shape, *y.shape])


def test_a_certain_character_under_the_double_softmax(holds):
    predicted = np.eye(37)[0]
    drawn_from = np.exp(predicted) / np.exp(predicted).sum()
    holds("lstm_and_gru.double_softmax_bound", printed=drawn_from.max(), corrected=drawn_from.max())


# ---- speed


def test_a_gru_takes_less_processor_time_than_an_lstm_under_xla(holds):
    x, y = streams(np.arange(20_000) % 40, 64, 20)
    models, seconds = {}, {}
    for cell in ("lstm", "gru"):
        models[cell] = char_language_model(40, cell, stateful_batch=64)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        models[cell].compile("adam", loss, jit_compile=True)
        models[cell].optimizer.build(models[cell].trainable_variables)  # else XLA compiles the step twice
    for number in range(4):
        for cell, model in models.items():
            start = time.process_time()  # of this process alone: other work on the machine does not count
            model.fit(x, y, batch_size=64, shuffle=False, verbose=0, callbacks=[ResetStates()])
            if number:
                seconds.setdefault(cell, []).append(time.process_time() - start)
    holds("lstm_and_gru.gru_faster_than_lstm", np.median(seconds["gru"]) / np.median(seconds["lstm"]))
