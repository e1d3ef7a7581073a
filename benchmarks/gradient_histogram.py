"""What `GradientHistogram` adds to an epoch of LeNet-5 on MNIST; limit: 20 %.

One training of 54,000 images in batches of 128, in which every second epoch is measured on a probe batch of 128: so
both sides come from one run, in turns. Besides, what the first epoch alone has to bear: compiling the probe's function.
Run from the repository: `python benchmarks/gradient_histogram.py [PAIRS]`. The exit code is 1 over the limit.
"""

import statistics
import sys
import time

from course_utils import datasets, setup
from course_utils.callbacks import GradientHistogram

import keras

LIMIT = 0.20
TRAINING_IMAGES, BATCH = 54_000, 128


class TimedGradientHistogram(GradientHistogram):
    """Takes the time of its own hooks, and of the epochs from end to end."""

    def __init__(self, probe):
        super().__init__(probe, every=2)
        self.epoch_seconds, self.own_seconds = [], []

    def on_train_begin(self, logs=None):
        start = time.perf_counter()
        super().on_train_begin(logs)
        self.begin_seconds = time.perf_counter() - start

    def on_epoch_begin(self, epoch, logs=None):
        super().on_epoch_begin(epoch, logs)
        self._start = time.perf_counter()  # the measurement of the start is no part of the first epoch

    def on_epoch_end(self, epoch, logs=None):
        start = time.perf_counter()
        super().on_epoch_end(epoch, logs)
        end = time.perf_counter()
        self.own_seconds.append(end - start)
        self.epoch_seconds.append(end - self._start)


def lenet5() -> keras.Model:
    """LeNet-5 with ReLU and max pooling."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    return model


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    setup(0)
    mnist = datasets.load("mnist")
    x = mnist.x_train[:TRAINING_IMAGES, ..., None].astype("float32") / 255
    y = mnist.y_train[:TRAINING_IMAGES]
    if len(x) < TRAINING_IMAGES:
        print(f"only {len(x)} images: the share says nothing about MNIST")
    timed = TimedGradientHistogram((x[:BATCH], y[:BATCH]))
    # Two epochs to warm up: the first compiles the training step.
    lenet5().fit(x, y, batch_size=BATCH, epochs=2 + 2 * pairs, verbose=0, callbacks=[timed])

    without, with_probe = timed.epoch_seconds[2::2], timed.epoch_seconds[3::2]
    share = statistics.median(with_probe) / statistics.median(without) - 1
    own = statistics.median(timed.own_seconds[3::2])
    print(f"\n| {keras.backend.backend()} | median of {pairs} | smallest | largest |\n|---|---|---|---|")
    for name, values in {"epoch without, s": without, "epoch with, s": with_probe}.items():
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")
    own_share = own / statistics.median(without)
    print(f"| added, whole epochs compared | {share:+.1%} | | |")
    print(f"| the measurement itself | {own:.3f} s ({own_share:.1%} of an epoch) | | |")
    print(f"| once: compiling the probe's function | {timed.begin_seconds:.2f} s | | |")
    return int(share > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
