"""What chapter 33 uses and does not teach: drawings, starting a compiled model again, counting as a competitor."""

from itertools import pairwise
from typing import TYPE_CHECKING

from course_utils import models
from course_utils.plotting import PALETTE
from course_utils.text import Vocabulary

import numpy as np

if TYPE_CHECKING:
    import keras
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Data = tuple[np.ndarray, np.ndarray]
Point = tuple[float, float]
SKY, ORANGE = PALETTE["sky"], PALETTE["orange"]
LINE = {"color": "black", "linewidth": 1.6, "linestyle": "-", "zorder": 1}

restart = models.restart  # the notebook calls it by this name


def compiled(model: "keras.Model") -> "keras.Model":
    """Compile a network for the one-bit task: Adam, gradients clipped to norm 1, accuracy of a logit.

    Args:
        model: A model with one output, the logit of the bit.

    Returns:
        The same model; its optimizer is built, so that `restart` can empty it.
    """
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    accuracy = keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)
    adam = keras.optimizers.Adam(clipnorm=1.0)
    # XLA would take longer to compile than these trainings take; JAX knows no other way
    settings = {"jit_compile": keras.backend.backend() == "jax", "steps_per_execution": 40}
    model.compile(adam, loss, metrics=[accuracy], **settings)
    adam.build(model.trainable_variables)
    return model


def accuracies(model: "keras.Model", training: Data, fresh: Data, epochs: int) -> list[float]:
    """Train in batches of 50, and return the accuracy on fresh sequences after each epoch.

    Args:
        model: A compiled model.
        training: Sequences `(count, time, inputs)` and bits `(count,)`.
        fresh: The same, for the accuracy.
        epochs: Number of epochs.

    Returns:
        One accuracy for each epoch.
    """
    options = {"batch_size": 50, "epochs": epochs, "verbose": 0, "validation_batch_size": 500}
    return model.fit(*training, validation_data=fresh, **options).history["val_accuracy"]


def counting_losses(training: str, held_out: str, longest: int = 6) -> dict[int, float]:
    """Predict each character from how often it followed the same context in the training text.

    Contexts of 0, 1, 2, … characters are blended by the method of Witten and Bell: the more kinds of characters have
    followed a context, the more the next shorter context says.

    Args:
        training: The text that is counted.
        held_out: The text that is predicted.
        longest: Length of the longest context.

    Returns:
        Length of the longest context to the loss per character of the held-out text, in nats.
    """
    vocabulary = Vocabulary(training + held_out)
    texts = [vocabulary.encode(text) for text in (training, held_out)]
    count = len(training) - longest  # the places that are counted; those that are predicted follow them

    def characters(back: int) -> np.ndarray:
        return np.concatenate([text[longest - back : len(text) - back] for text in texts])

    contexts = np.zeros_like(characters(0))
    p, losses = np.full(len(contexts) - count, 1 / len(vocabulary)), {}
    for length in range(longest + 1):
        if length:
            contexts = _renumbered(contexts * len(vocabulary) + characters(length))
        pairs = _renumbered(contexts * len(vocabulary) + characters(0))
        _, first = np.unique(pairs[:count], return_index=True)
        total, kinds = (
            np.bincount(some, minlength=len(pairs))[contexts[count:]] for some in (contexts[:count], contexts[first])
        )
        seen = np.bincount(pairs[:count], minlength=len(pairs))[pairs[count:]]
        p = np.where(total, (seen + kinds * p) / np.maximum(total + kinds, 1), p)
        losses[length] = float(-np.log(p).mean())
    return losses


def _renumbered(keys: np.ndarray) -> np.ndarray:
    """Return the same keys as 0, 1, 2, …, so that the numbers of longer contexts stay small."""
    return np.unique(keys, return_inverse=True)[1]


def draw_plain_and_lstm() -> "Figure":
    """Draw a plain recurrent cell and an LSTM cell in the same frame."""
    import matplotlib.pyplot as plt

    fig, (plain, lstm) = plt.subplots(1, 2, figsize=(10, 3.6))
    _frame(plain, "A plain recurrent cell", 5)
    _arrow(plain, (5, 0.9), (10.8, 0.9))
    _box(plain, 5, 0.9, "tanh", ORANGE)
    _frame(lstm, "An LSTM cell", 7.4)
    lstm.text(-1.1, 5.2, "$C_{t-1}$", ha="right", va="center")
    lstm.text(11.3, 5.2, "$C_t$", ha="center", va="center")
    _arrow(lstm, (-1, 5.2), (10.8, 5.2))
    _arrow(lstm, (2, 2.4), (2, 4.8))
    _arrow(lstm, (3.8, 2.4), (3.8, 3.5), (4.7, 3.5))
    _arrow(lstm, (5.6, 2.4), (5.6, 3.5), (4.7, 3.5))
    _arrow(lstm, (4.7, 3.5), (4.7, 4.8))
    _arrow(lstm, (8.9, 5.2), (8.9, 0.9), (10.8, 0.9))
    _arrow(lstm, (7.4, 2.4), (7.4, 3), (8.5, 3))
    for x, name, colour in ((2, "f", SKY), (3.8, "i", SKY), (5.6, "g", ORANGE), (7.4, "o", SKY)):
        _arrow(lstm, (x, 0.9), (x, 1.6))
        _box(lstm, x, 2, f"${name}_t$", colour)
    for x, y, sign in ((2, 5.2, "×"), (4.7, 3.5, "×"), (4.7, 5.2, "+"), (8.9, 3, "×"), (8.9, 4.1, "tanh")):
        _box(lstm, x, y, sign)
    return fig


def draw_gru() -> "Figure":
    """Draw a GRU cell in the frame of the others."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(6.4, 3.9))
    _frame(ax, "A GRU cell", 4.2)
    _arrow(ax, (0.35, 0.9), (0.35, 5.2), (9.4, 5.2), (9.4, 0.9), (10.8, 0.9))
    _arrow(ax, (0.35, 3.6), (1.5, 3.6))
    _arrow(ax, (1.9, 2.4), (1.9, 3.2))
    _arrow(ax, (1.9, 3.6), (2.8, 3.6), (2.8, 1.4), (5.5, 1.4), (5.5, 2), (6.4, 2))
    _arrow(ax, (7, -0.6), (7, 1.6))
    _arrow(ax, (4.2, 2.4), (4.2, 4.8))
    _arrow(ax, (4.2, 3.4), (6.6, 3.4))
    _arrow(ax, (7, 2.4), (7, 3))
    _arrow(ax, (7, 3.8), (7, 4.8))
    ax.text(7, -0.9, "$x_t$", ha="center", va="center")
    ax.text(4.05, 4.1, "$1-z_t$", va="center", ha="right")
    ax.text(5.4, 3.5, "$z_t$", va="bottom")
    for x, name, colour in ((1.9, "$r_t$", SKY), (4.2, "$z_t$", SKY), (7, r"$\tilde{h}_t$", ORANGE)):
        if colour == SKY:
            _arrow(ax, (x, 0.9), (x, 1.6))
        _box(ax, x, 2, name, colour)
    for x, y, sign in ((1.9, 3.6, "×"), (4.2, 5.2, "×"), (7, 3.4, "×"), (7, 5.2, "+")):
        _box(ax, x, y, sign)
    return fig


def draw_streams(text: str) -> "Figure":
    """Draw the beginning of a text, of at least 48 characters, cut into four rows and three batches."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(9, 2.9))
    for (row, place), character in np.ndenumerate(np.array([*"␣".join(text.split())[:48].ljust(48)]).reshape(4, 12)):
        ax.text(place + 0.6 * (place // 4), -row, character, ha="center", va="center", family="monospace")
    for band in range(3):
        corner = (4.6 * band - 0.45, -3.45)
        ax.add_patch(plt.Rectangle(corner, 3.9, 3.9, facecolor=SKY, alpha=0.3, edgecolor="black"))
        ax.text(4.6 * band + 1.5, 0.85, f"batch {band + 1}", ha="center", va="center")
        for row in range(4):
            _arrow(ax, (4.6 * band + 3.5, -row), (4.6 * band + 4.1, -row))
    ax.text(13.5, -1.5, "state", va="center", fontsize=12)
    for row in range(4):
        begins = f"goes on from row {row - 1}" if row else "row 0: the text begins"
        ax.text(-0.8, -row, begins, ha="right", va="center", fontsize=10)
    ax.set(xlim=(-5.5, 14.8), ylim=(-3.7, 1.2))
    ax.set_axis_off()
    return fig


def _box(ax: "Axes", x: float, y: float, text: str, colour: str = "white") -> None:
    style = {"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "black"}
    ax.text(x, y, text, ha="center", va="center", bbox=style, zorder=3)


def _arrow(ax: "Axes", *points: Point) -> None:
    """Draw a line through the points that ends in an arrowhead."""
    for start, end in pairwise(points):
        style = "-|>" if end == points[-1] else "-"
        line = {"arrowstyle": style, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.6, "color": "black"}
        ax.annotate("", end, start, arrowprops=line, zorder=1)


def _frame(ax: "Axes", title: str, end: float) -> None:
    """Draw a cell's frame with h and x entering below; their line ends at `end`."""
    import matplotlib.pyplot as plt

    ax.add_patch(plt.Rectangle((0, 0), 10, 6, facecolor="#F2F2F2", edgecolor="grey"))
    ax.set(xlim=(-2.9, 11.9), ylim=(-1.3, 6.3), title=title)
    ax.set_axis_off()
    ax.text(-1.1, 0.9, "$h_{t-1}$", ha="right", va="center")
    for x, y, name in ((0.8, -0.9, "$x_t$"), (11.3, 0.9, "$h_t$")):
        ax.text(x, y, name, ha="center", va="center")
    _arrow(ax, (0.8, -0.6), (0.8, 0.9))
    ax.plot((-1, end), (0.9, 0.9), **LINE)
