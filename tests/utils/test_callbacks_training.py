"""UpdateRatio and StopOnDivergence."""

import math

import matplotlib

matplotlib.use("Agg")

from course_utils.callbacks import Curves, GradientHistogram, StopOnDivergence, UpdateRatio

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

layers = keras.layers
random = np.random.default_rng(0)
X = random.normal(size=(48, 6)).astype("float32")
Y = (X @ random.normal(size=(6, 1))).astype("float32")


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)
    yield
    plt.close("all")


def network(rate: float = 0.01) -> keras.Model:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(4, name="first"), layers.Dense(1, name="last")])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(rate), metrics=["mae"])
    return model


def fit(model: keras.Model, *callbacks: keras.callbacks.Callback, x=X, y=Y, epochs: int = 2, **options) -> None:
    model.fit(x, y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks), **options)


class OwnNames(keras.Sequential):
    def train_step(self, *arguments):
        result = super().train_step(*arguments)
        if isinstance(result, dict):
            return {"error": result["loss"]}
        return {"error": result[0]["loss"]}, result[1]  # on JAX


class TestUpdateRatio:
    def test_one_step_of_plain_gradient_descent(self):
        model, updates = network(), UpdateRatio(every=3)
        before = model.get_weights()
        fit(model, updates, x=X[:16], y=Y[:16], epochs=1)
        after = model.get_weights()
        for name, index in {"first": 0, "last": 2}.items():
            expected = np.linalg.norm(after[index] - before[index]) / np.linalg.norm(before[index])
            assert updates.ratios[name] == pytest.approx([expected], rel=1e-4)
        assert updates.batches == [0]

    def test_the_ratio_grows_with_the_learning_rate(self):
        ratios = []
        for rate in (1e-4, 1e-3):
            keras.utils.set_random_seed(0)
            updates = UpdateRatio(every=3)
            fit(network(rate), updates, epochs=1)
            ratios.append(updates.ratios["first"][0])
        assert ratios[1] == pytest.approx(10 * ratios[0], rel=1e-2)

    def test_it_sees_every_update_in_the_middle_of_an_epoch(self):
        updates = UpdateRatio(every=1)
        fit(network(), updates, epochs=1)
        assert updates.batches == [0, 1, 2]
        assert len({round(ratio, 8) for ratio in updates.ratios["first"]}) == 3
        assert all(ratio > 0 for ratio in updates.ratios["first"])

    def test_which_batches(self):
        updates = UpdateRatio(every=2)
        fit(network(), updates, epochs=3)
        assert updates.batches == [0, 2, 4, 6, 8]

    def test_an_execution_of_several_batches_counts_as_one(self):
        model, updates = network(), UpdateRatio(every=1)
        model.compile(loss="mse", optimizer="sgd", steps_per_execution=3)
        fit(model, updates, epochs=2)
        assert updates.batches == [0, 1]

    def test_the_training_is_the_same_with_and_without(self):
        trained = []
        for callbacks in ([], [UpdateRatio(every=1)]):
            keras.utils.set_random_seed(0)
            model = network()
            fit(model, *callbacks)
            trained.append(model.get_weights())
        for without, with_callback in zip(*trained, strict=True):
            np.testing.assert_allclose(with_callback, without, rtol=1e-6)

    def test_weights_of_zero_have_no_finite_ratio(self):
        model, updates = network(), UpdateRatio(every=3)
        model.layers[1].set_weights([np.zeros((4, 1)), np.zeros(1)])
        fit(model, updates, epochs=1)
        assert math.isinf(updates.ratios["last"][0])
        assert updates.ratios["first"] == [0.0]

    def test_the_plot_has_the_guide_line(self):
        updates = UpdateRatio(every=1)
        fit(network(), updates)
        ax = updates.plot()
        lines = {line.get_label(): line for line in ax.get_lines()}
        assert set(lines) == {"first", "last", "guide: 1e-3"}
        assert set(lines["guide: 1e-3"].get_ydata()) == {1e-3}
        np.testing.assert_allclose(lines["first"].get_ydata(), updates.ratios["first"])
        assert ax.get_yscale() == "log"

    @pytest.mark.skipif(keras.backend.backend() == "jax", reason="Keras' own fit fails there")
    def test_a_layer_unfrozen_in_mid_training_shifts_nothing(self):
        model, updates = network(), UpdateRatio(every=1)
        model.layers[0].trainable = False
        model.compile(loss="mse", optimizer="sgd")
        unfreeze = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: setattr(model.layers[0], "trainable", True)
        )
        fit(model, updates, unfreeze)
        assert list(updates.ratios) == ["last"]
        assert len(updates.ratios["last"]) == 6 and min(updates.ratios["last"]) > 0

    def test_two_layers_of_one_name(self):
        class Twins(keras.Model):
            def __init__(self):
                super().__init__()
                self.parts = [layers.Dense(4, name="twin"), layers.Dense(4, name="twin"), layers.Dense(1, name="last")]

            def call(self, x):
                for part in self.parts:
                    x = part(x)
                return x

        model, updates = Twins(), UpdateRatio(every=3)
        model(X)
        model.compile(loss="mse", optimizer="sgd")
        before = model.get_weights()[2]
        fit(model, updates, x=X[:16], y=Y[:16], epochs=1)
        assert list(updates.ratios) == ["twin", "twin_2", "last"]
        expected = np.linalg.norm(model.get_weights()[2] - before) / np.linalg.norm(before)
        assert updates.ratios["twin_2"] == pytest.approx([expected], rel=1e-4)

    def test_bad_calls(self):
        with pytest.raises(ValueError, match="every must be"):
            UpdateRatio(every=0)
        with pytest.raises(ValueError, match="nothing has been measured yet"):
            UpdateRatio(every=3).plot()
        unbuilt = keras.Sequential([layers.Dense(3)])
        updates = UpdateRatio(every=3)
        updates.set_model(unbuilt)
        with pytest.raises(ValueError, match="no weights yet"):
            updates.on_train_begin()


class TestStopOnDivergence:
    def test_a_healthy_training_goes_on_in_silence(self, capsys):
        guard = StopOnDivergence()
        model = network()
        fit(model, guard, epochs=3)
        assert guard.reason is None
        assert len(model.history.epoch) == 3
        assert capsys.readouterr().out == ""

    def test_a_rate_too_large_stops_it(self, capsys):
        guard, model = StopOnDivergence(), network(rate=1.0)
        fit(model, guard, epochs=50)
        assert "Stopped in epoch 1, batch" in guard.reason
        assert "more than 3 times the" in guard.reason
        assert len(model.history.epoch) == 1
        assert capsys.readouterr().out.strip() == guard.reason

    def test_a_loss_that_is_not_finite_stops_it_at_that_batch(self):
        y = Y.copy()
        y[20] = np.nan  # in the second batch
        guard = StopOnDivergence(factor=1e6)
        fit(network(), guard, y=y)
        assert guard.reason == "Stopped in epoch 1, batch 2: the loss is not finite (nan)."

    def test_it_compares_with_the_first_batch_of_the_whole_training(self):
        guard = StopOnDivergence(factor=2)
        guard.set_model(network())
        guard.on_train_begin()
        guard.on_epoch_begin(0)
        guard.on_train_batch_end(0, {"loss": 1.0})
        guard.on_epoch_begin(1)
        guard.on_train_batch_end(0, {"loss": 2.0})
        assert guard.reason is None
        guard.on_train_batch_end(1, {"loss": 2.01})
        assert guard.reason.startswith("Stopped in epoch 2, batch 2: the epoch's mean loss so far is 2.01")
        assert guard.model.stop_training

    @pytest.mark.parametrize("first", [0.0, -1.0])
    def test_a_first_loss_without_a_meaningful_multiple(self, first):
        guard = StopOnDivergence()
        guard.set_model(network())
        guard.on_train_begin()
        for batch, loss in enumerate([first, 100.0]):
            guard.on_train_batch_end(batch, {"loss": loss})
        assert guard.reason is None
        guard.on_train_batch_end(2, {"loss": math.inf})
        assert "not finite (inf)" in guard.reason

    def test_a_training_that_reports_no_loss_goes_on_with_a_warning(self):
        model, guard = OwnNames([keras.Input((6,)), layers.Dense(1)]), StopOnDivergence()
        model.compile(loss="mse", optimizer="sgd")
        with pytest.warns(UserWarning, match="StopOnDivergence stops here.*train_step must report 'loss'.* error$"):
            fit(model, guard, UpdateRatio(every=3), GradientHistogram((X, Y)), Curves())
        assert len(model.history.history["error"]) == 2
        assert guard.reason is None

    @pytest.mark.parametrize("factor", [1, 0, -3, math.inf, math.nan, True, "3"])
    def test_bad_factors(self, factor):
        with pytest.raises(ValueError, match="factor must be a finite number above 1"):
            StopOnDivergence(factor)
