import gc
import os
import subprocess
import sys
import threading

from course_utils import event_files
from course_utils.callbacks import Curves, GradientHistogram
from course_utils.callbacks.curves import record_trainings

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

X = np.random.default_rng(0).standard_normal((32, 3)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def network():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model


def scalars(folder):
    events = EventAccumulator(str(folder)).Reload()
    return {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def test_curves_are_what_keras_measured(tmp_path):
    log = network().fit(X, Y, epochs=2, validation_split=0.25, verbose=0, callbacks=[Curves(tmp_path / "logs")]).history
    written = scalars(tmp_path / "logs")
    assert set(written) == {"loss/training", "loss/validation", "accuracy/training", "accuracy/validation"}
    assert [step for step, _ in written["loss/training"]] == [1, 2]
    assert [value for _, value in written["loss/validation"]] == pytest.approx(log["val_loss"])


def test_two_writers_never_share_a_file(tmp_path):
    for writer in [event_files.open_writer(tmp_path, None) for _ in range(3)]:
        writer.close()
    assert len(list(tmp_path.iterdir())) == 3


def test_metrics_of_many_values_make_no_curve(tmp_path):
    curves = Curves(tmp_path)
    curves.set_model(network())
    curves.on_train_begin()
    curves.on_epoch_end(0, {"loss": 0.5, "f1": np.ones(3)})
    curves.on_train_end()
    assert set(scalars(tmp_path)) == {"loss/training"}


def test_a_loss_that_is_not_finite_leaves_a_gap_and_no_complaint(tmp_path, caplog):
    curves = Curves(tmp_path)
    curves.set_model(network())
    curves.on_train_begin()
    for epoch, loss in enumerate((0.5, np.nan, np.inf, 0.25)):
        curves.on_epoch_end(epoch, {"loss": loss})
    curves.on_train_end()
    assert scalars(tmp_path) == {"loss/training": [(1, 0.5), (4, 0.25)]}
    assert not caplog.records  # with no handler of its own, tensorboardX's logger writes to stderr


def test_outside_of_a_batch_nothing_is_written_and_fit_stays_keras_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(event_files.VARIABLE, raising=False)
    before = keras.Model.fit
    record_trainings()
    assert keras.Model.fit is before
    network().fit(X, Y, verbose=0, callbacks=[Curves()])
    assert not list(tmp_path.iterdir())


IN_A_BATCH = """
import os, sys, threading
if os.environ["KERAS_BACKEND"] != "tensorflow":
    sys.modules["tensorflow"] = None  # as if it were not installed: Keras would import it to seed it too
import numpy as np
from course_utils import setup
from course_utils.callbacks import GradientHistogram
import keras

class Seen(keras.callbacks.Callback):
    pass

class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt

setup(0)
setup(0)  # a second time changes nothing
X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
for name in ("first", "second.one"):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)], name=name)
    model.compile("sgd", "mse")
    log = model.fit(X, Y, 4, 2, 0, [GradientHistogram((X, Y))])  # as positional arguments
    assert list(log.history) == ["loss"] and len(log.history["loss"]) == 2
model.fit(X, Y, verbose=0, callbacks=Seen())
model.fit(X, Y, verbose=0)
model.fit(X, Y, verbose=0, callbacks=keras.callbacks.CallbackList([], add_history=True, model=model))
kept = [GradientHistogram((X, Y)) for _ in range(3)]
for gradients in kept:
    try:
        model.fit(X, Y, verbose=0, callbacks=[gradients, Interrupt()])
    except KeyboardInterrupt:
        print("interrupted")
open_files = [thread for thread in threading.enumerate() if "EventLogger" in type(thread).__name__]
assert not open_files, open_files
"""


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_in_a_batch_every_training_writes_its_curves_and_histograms(tmp_path, backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    environment = os.environ | {event_files.VARIABLE: str(tmp_path / "logs"), "KERAS_BACKEND": backend}
    command = [sys.executable, "-c", IN_A_BATCH]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    folders = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert folders == ["01_first", "02_second_one", "03_second_one", "04_second_one"] + [
        f"{number:02d}_second_one" for number in (5, 6, 7)
    ]
    assert finished.stdout.count("interrupted") == 3
    files = list((tmp_path / "logs" / "01_first").iterdir())
    tags = [EventAccumulator(str(path)).Reload().Tags() for path in files]
    assert sorted(bool(one["histograms"]) for one in tags) == [False, True]
    assert sorted(bool(one["scalars"]) for one in tags) == [False, True]
    assert set(scalars(tmp_path / "logs" / "04_second_one")) == {"loss/training"}


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


def writing_threads():
    gc.collect()
    return sum("EventLogger" in type(thread).__name__ for thread in threading.enumerate())


@pytest.mark.parametrize("make", [Curves, lambda folder: GradientHistogram((X, Y), log_dir=folder)])
def test_an_interrupted_training_leaves_no_file_open(tmp_path, make):
    callback = make(tmp_path)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            network().fit(X, Y, verbose=0, callbacks=[callback, Interrupt()])
    assert writing_threads() <= 1, "the next training closes what the one before left open"
    del callback
    assert writing_threads() == 0, "and if there is none, the file goes with the callback"
