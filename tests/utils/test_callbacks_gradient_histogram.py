from course_utils.backend import loss_and_gradients
from course_utils.callbacks import GradientHistogram

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

layers = keras.layers
random = np.random.default_rng(0)
X = random.normal(size=(48, 6)).astype("float32")
Y = random.integers(0, 3, 48)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


def network(*middle: keras.Layer, activation: str = "tanh") -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5, activation=activation, name="first"),
            *middle,
            layers.Dense(3, activation="softmax", name="last"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.SGD(0.1))
    return model


def fit(model: keras.Model, *callbacks: keras.callbacks.Callback, epochs: int = 2, **options) -> None:
    model.fit(X, Y, batch_size=16, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)


def tags(folder) -> dict:
    return EventAccumulator(str(folder)).Reload().Tags()


class KeepGradients(keras.callbacks.Callback):
    """The norm of the first layer's gradient at the end of each epoch, computed apart."""

    def on_train_begin(self, logs=None):
        self.kept = [self.norm()]

    def on_epoch_end(self, epoch, logs=None):
        self.kept.append(self.norm())

    def norm(self):
        return float(np.linalg.norm(loss_and_gradients(self.model)(X[:16], Y[:16])[1][0]))


def test_norms_are_those_of_the_current_weights_without_biases():
    model, gradients, apart = network(), GradientHistogram((X[:16], Y[:16])), KeepGradients()
    fit(model, gradients, apart, epochs=3, validation_data=(X, Y))
    assert gradients.epochs == [0, 1, 2, 3]
    assert list(gradients.norms) == ["first", "last"]
    np.testing.assert_allclose(gradients.norms["first"], apart.kept, rtol=1e-5)
    assert len(set(np.round(gradients.norms["first"], 6))) == 4


def test_the_last_measurement_can_be_repeated_after_training():
    model, gradients = network(), GradientHistogram((X, Y))
    fit(model, gradients)
    again = loss_and_gradients(model)(X, Y)[1]
    assert gradients.norms["last"][-1] == pytest.approx(np.linalg.norm(again[2]), rel=1e-5)
    counts, edges = gradients.magnitudes["last"][-1]
    assert counts.sum() == 14, "the tail that is not drawn is the smallest of the 15"
    assert edges[-1] == pytest.approx(np.abs(again[2]).max())


def test_the_training_is_the_same_with_and_without():
    def weights_after(*callbacks):
        keras.utils.set_random_seed(1)
        model = network(layers.BatchNormalization(), layers.Dropout(0.5, seed=2))
        fit(model, *callbacks)
        return model.get_weights()

    watched = weights_after(GradientHistogram((X, Y)))
    for with_callbacks, without in zip(watched, weights_after(), strict=True):
        np.testing.assert_allclose(with_callbacks, without, rtol=1e-5, atol=1e-7)


def test_every_second_epoch_and_a_second_training_starts_anew():
    model, gradients = network(), GradientHistogram((X, Y), every=2)
    fit(model, gradients, epochs=5)
    assert gradients.epochs == [0, 2, 4]
    fit(model, gradients, epochs=2)
    assert gradients.epochs == [0, 2]
    assert len(gradients.norms["first"]) == 2


def test_zero_weights_give_zero_gradients_and_an_empty_histogram():
    model, gradients = network(), GradientHistogram((X, Y))
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    fit(model, gradients, epochs=1)
    assert gradients.norms["first"][0] == 0
    assert gradients.magnitudes["first"][0][0].sum() == 0


def test_gradients_that_are_not_finite_are_recorded_as_such(tmp_path):
    model, gradients = network(activation="linear"), GradientHistogram((X, Y), log_dir=tmp_path)
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    fit(model, gradients, epochs=1)
    assert np.isnan(gradients.norms["first"]).all()
    assert gradients.magnitudes["first"][0][0].sum() == 0
    assert not tags(tmp_path)["histograms"]


@pytest.mark.parametrize("slope", [1.0, 1e38])
def test_a_range_that_float32_cannot_divide_does_not_end_the_training(tmp_path, slope):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="zeros", name="last")])
    model.compile(loss="mae", optimizer=keras.optimizers.SGD(0.0))
    x = np.array([[slope, np.nextafter(np.float32(slope), np.float32(0)) if slope == 1 else -slope]], "float32")
    gradients = GradientHistogram((x, np.ones((1, 1), "float32")), log_dir=tmp_path)
    model.fit(X[:, :2], Y[:, None], verbose=0, callbacks=[gradients])
    assert gradients.epochs == [0, 1]
    counts, edges = gradients.magnitudes["last"][0]
    assert counts.sum() >= 1 and np.all(np.diff(edges) > 0)
    assert tags(tmp_path)["histograms"] == ["gradients/last"]


def test_layers_of_a_model_used_as_a_layer_and_recurrent_kernels():
    inner = keras.Sequential([keras.Input((4, 3)), layers.LSTM(2, name="lstm")], name="inner")
    model = keras.Sequential([keras.Input((4, 3)), inner, layers.LayerNormalization(), layers.Dense(1, name="last")])
    model.compile(loss="mse", optimizer="sgd")
    x, y = random.normal(size=(8, 4, 3)), random.normal(size=(8, 1))
    gradients = GradientHistogram((x, y))
    model.fit(x, y, verbose=0, callbacks=[gradients])
    assert list(gradients.norms) == ["inner/lstm", "last"]
    assert gradients.magnitudes["inner/lstm"][0][0].sum() == 3 * 8 + 2 * 8 - 1, "the smallest is cut off"


def test_tensorboard_gets_one_histogram_per_layer_and_epoch(tmp_path):
    gradients = GradientHistogram((X, Y), log_dir=tmp_path / "logs")
    fit(network(), gradients)
    events = EventAccumulator(str(tmp_path / "logs"), {"histograms": 0})  # 0: keep all
    events.Reload()
    assert events.Tags()["histograms"] == ["gradients/first", "gradients/last"]
    written = events.Histograms("gradients/last")
    assert [event.step for event in written] == [0, 1, 2]
    assert sum(written[0].histogram_value.bucket) == written[0].histogram_value.num == 15
    norm = np.sqrt(written[2].histogram_value.sum_squares)
    assert norm == pytest.approx(gradients.norms["last"][2], rel=1e-6)


@pytest.mark.parametrize(
    ("probe", "options", "message"),
    [
        (X, {}, "must be a pair"),
        ((X[:0], Y[:0]), {}, "the probe's x is empty"),
        ((X, Y[:5]), {}, r"same number of examples; they have the probe's x: \[48\], the probe's y: \[5\]"),
        ((X, np.array(["a"] * 48)), {}, "must hold numbers"),
        ((X, Y.tolist()), {}, "the probe's y must be an array: wrap plain lists of numbers in np.array"),
        ((X, Y), {"every": 0}, "every must be"),
    ],
)
def test_bad_probes_are_refused_at_construction(probe, options, message):
    with pytest.raises(ValueError, match=message):
        GradientHistogram(probe, **options)


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (lambda: GradientHistogram((X[:, :4], Y)), r"on its probe, which must be one batch.*shape \(48, 4\)"),
        (lambda: GradientHistogram((X, np.zeros((48, 7, 2)))), "GradientHistogram cannot measure model"),
    ],
)
def test_probes_that_do_not_fit_are_refused_before_training(callback, message):
    model = network()
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        fit(model, callback())
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_a_model_without_weights_or_without_layers_to_train_is_refused():
    callback = GradientHistogram((X, Y))
    unbuilt = keras.Sequential([layers.Dense(3)])
    unbuilt.compile(loss="mse")
    callback.set_model(unbuilt)
    with pytest.raises(ValueError, match="no weights yet"):
        callback.on_train_begin()
    only_scales = keras.Sequential([keras.Input((6,)), layers.BatchNormalization()])
    only_scales.compile(loss="mse")
    callback.set_model(only_scales)
    with pytest.raises(ValueError, match="no trainable weights"):
        callback.on_train_begin()


def two_inputs(kind: type) -> keras.Model:
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    last = layers.Dense(3, activation="softmax", name="last")(layers.Concatenate(name="both")([a, b]))
    return keras.Model([b, a] if kind is list else {"b": b, "a": a}, last)


def with_axis(*shape: int) -> keras.Model:
    return keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(3, activation="softmax", name="last")])


NAMED = {"a": X[:, :3], "b": X[:, 3:5]}


@pytest.mark.parametrize(
    ("model", "x"),
    [
        (lambda: two_inputs(list), NAMED),
        (lambda: two_inputs(list), [NAMED["b"], NAMED["a"]]),
        (lambda: two_inputs(dict), NAMED),
        (lambda: with_axis(3, 2, 1), X.reshape(-1, 3, 2)),
        (lambda: with_axis(3, 2), X.reshape(-1, 3, 2, 1)),
    ],
)
def test_a_probe_takes_what_fit_takes(model, x):
    model = model()
    model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
    gradients = GradientHistogram((x, Y))
    model.fit(x, Y, epochs=1, verbose=0, callbacks=[gradients])
    again = loss_and_gradients(model)(x, Y)
    assert again[0] == pytest.approx(model.evaluate(x, Y, verbose=0), rel=1e-5)
    assert gradients.norms["last"][-1] == pytest.approx(np.linalg.norm(again[1][0]), rel=1e-5)


def test_structured_targets_and_none():
    inputs = keras.Input((6,))
    outputs = {name: layers.Dense(units, name=name)(inputs) for name, units in {"one": 1, "two": 2}.items()}
    model = keras.Model(inputs, outputs)
    model.compile(loss={"one": "mse", "two": "mse"}, optimizer="sgd")
    y = {"two": X[:, :2], "one": X[:, :1]}
    gradients = GradientHistogram((X, y))
    model.fit(X, y, verbose=0, callbacks=[gradients])
    assert all(norm > 0 for norm in gradients.norms["one"] + gradients.norms["two"])

    class Autoencoder(keras.Sequential):
        def compute_loss(self, x, y, y_pred, sample_weight=None):
            return keras.ops.mean(keras.ops.square(y_pred - x))

    model = Autoencoder([keras.Input((6,)), layers.Dense(6, name="code")])
    model.compile(optimizer="sgd")
    gradients = GradientHistogram((X, None))
    model.fit(X, verbose=0, callbacks=[gradients])
    assert gradients.norms["code"][0] > 0


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_probes_in_half_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        model, gradients = network(), GradientHistogram((X, Y))
    finally:
        keras.config.set_dtype_policy("float32")
    single = network()
    single.set_weights(model.get_weights())
    for one in (single, model):  # a loss so small that its gradients are 0 in float16
        one.compile(loss="sparse_categorical_crossentropy", loss_weights=[1e-6], optimizer="sgd")
    expected = np.linalg.norm(loss_and_gradients(single)(X, Y)[1][0])
    fit(model, gradients)
    assert gradients.norms["first"][0] == pytest.approx(expected, rel=0.05)


def test_a_failure_in_mid_training_ends_the_callback_and_not_the_training():
    class Fails(GradientHistogram):
        def _record(self, epochs_done):
            if epochs_done == 1:
                raise ZeroDivisionError("of the callback")
            super()._record(epochs_done)

    model, failing = network(), Fails((X, Y))
    for _ in range(2):  # and it begins anew with the next training
        with pytest.warns(UserWarning, match="^Fails stops here and .* goes on without it: ZeroDivisionError: of the"):
            fit(model, failing, epochs=3)
        assert len(model.history.epoch) == 3
        assert failing.epochs == [0]
