"""One pass over a text of 94,000 characters with LSTM(128): one-hot windows of 40 at stride 1, or integer streams.

Both sides train the same network (`char_language_model`) with Adam from the same weights, take turns, and are measured
after the first pass, in which things are compiled. The windows side is the document's (Deshpande, Deep Learning for
Human Beings): one-hot arrays of type bool, batches of 256, the loss on the one character after each window. The streams
side reads 128 rows of 20 characters side by side and carries its state on.
Then each side trains for the same time, that of one pass of windows, and both are given the same held-out text
as the document would measure it: the character after each window of 40, in nats.
Goals: 20 times as fast, 1/50 of the memory for the training arrays, a lower loss after equal time.
Run from the repository: `python benchmarks/text_training.py [ROUNDS]`. The exit code is 1 if a goal is missed.
"""

import statistics
import sys
import time

from course_utils import datasets, setup
from course_utils.callbacks import ResetStates
from course_utils.models import char_language_model
from course_utils.text import Vocabulary, streams, windows

import keras
import numpy as np

CHARACTERS, WINDOW, HELD_OUT = 94_000, 40, 8_000
ROWS, LENGTH = 128, 20


def compiled(model: keras.Model) -> keras.Model:
    # without XLA: for both sides it takes longer to compile than it saves here
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if isinstance(model.layers[-1], keras.layers.Activation):
        loss = "categorical_crossentropy"
    model.compile("adam", loss, jit_compile=False)
    return model


def windows_network(size: int) -> keras.Model:
    """The document's network, with the weights in the same order as `char_language_model`."""
    layers = keras.layers
    return compiled(
        keras.Sequential(
            [keras.Input((WINDOW, size)), layers.LSTM(128), layers.Dense(size), layers.Activation("softmax")]
        )
    )


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    setup(0)
    text = datasets.load("sonnets").text.lower()
    vocabulary = Vocabulary(text)
    size = len(vocabulary)
    tokens = vocabulary.encode(text)
    if len(tokens) < CHARACTERS + HELD_OUT:
        print(f"the text has {len(tokens)} characters only: the figures say nothing about {CHARACTERS}")
    training, held_out = tokens[:CHARACTERS], tokens[CHARACTERS:][:HELD_OUT]

    x, y = windows(training, WINDOW)
    one_hot = np.eye(size, dtype=bool)
    x, y = one_hot[x], one_hot[y]
    stream_x, stream_y = streams(training, ROWS, LENGTH)
    memory = x.nbytes + y.nbytes, stream_x.nbytes + stream_y.nbytes

    slow, fast = windows_network(size), compiled(char_language_model(size, stateful_batch=ROWS))
    start_weights = fast.get_weights()

    def pass_of_windows() -> None:
        slow.fit(x, y, batch_size=256, verbose=0)

    def pass_of_streams() -> None:
        fast.fit(stream_x, stream_y, batch_size=ROWS, shuffle=False, verbose=0, callbacks=[ResetStates()])

    slow.fit(x[:512], y[:512], batch_size=256, verbose=0)
    pass_of_streams()
    seconds = {"windows": [], "streams": []}
    for _ in range(rounds):
        for name, one_pass, times in (("windows", pass_of_windows, 1), ("streams", pass_of_streams, 5)):
            for _ in range(times):
                start = time.perf_counter()
                one_pass()
                seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ratio = medians["windows"] / medians["streams"]

    slow, fast = windows_network(size), compiled(char_language_model(size, stateful_batch=ROWS))
    for model in (slow, fast):
        model.set_weights(start_weights)
    pass_of_windows()
    passes, start = 0, time.perf_counter()
    while time.perf_counter() - start < medians["windows"]:
        pass_of_streams()
        passes += 1
    judge = windows_network(size)  # the same measure for both
    held_x, held_y = (one_hot[part] for part in windows(held_out, WINDOW))
    losses = {}
    for name, model in {"windows": slow, "streams": fast}.items():
        judge.set_weights(model.get_weights())
        losses[name] = judge.evaluate(held_x, held_y, batch_size=1000, verbose=0)

    print("\n| | windows | streams | ratio |\n|---|---|---|---|")
    print(f"| one pass, s | {medians['windows']:.2f} | {medians['streams']:.2f} | {ratio:.1f} |")
    print(f"| training arrays, MB | {memory[0] / 1e6:.2f} | {memory[1] / 1e6:.2f} | {memory[0] / memory[1]:.0f} |")
    equal = f"{losses['windows']:.3f} (1 pass) | {losses['streams']:.3f} ({passes} passes)"
    print(f"| held-out loss after {medians['windows']:.0f} s, nats | {equal} | |")
    return int(ratio < 20 or memory[0] < 50 * memory[1] or losses["streams"] >= losses["windows"])


if __name__ == "__main__":
    sys.exit(main())
