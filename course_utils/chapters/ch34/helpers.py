"""What chapter 34 uses and does not teach: sentences, rows of digits, dates, starting a model again, drawings."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from course_utils.plotting import PALETTE

import numpy as np

if TYPE_CHECKING:
    import keras
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INTRODUCTIONS = ("he said that", "she thought that", "we read that", "they knew that")
DOUBTFUL = ("teddy", "rose", "mark", "will", "grace", "hope", "jack", "bill")
BETWEEN = ("", "indeed", "of course", "as you know")  # 0 to 3 words between the doubtful word and its clue
SURNAMES, THINGS = ("roosevelt", "wilson", "taylor", "adams"), ("bears", "bushes", "papers", "boxes")
TITLES, ARTICLES = ("uncle", "aunt", "doctor", "sister"), ("my", "the", "this", "our")
ENDING = "came to town today"
LENGTH = 12  # words of the longest sentence
_PARTS = (*INTRODUCTIONS, *DOUBTFUL, *BETWEEN, *SURNAMES, *THINGS, *TITLES, *ARTICLES, ENDING)
WORDS = ("", *sorted(set(" ".join(_PARTS).split())))  # index 0 is the padding

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CHARACTERS = ("", *sorted(set(" -./0123456789" + "".join(MONTHS))))  # index 0 is the padding


class Sentences(NamedTuple):
    """Sentences with one doubtful word each; rows 2k and 2k + 1 differ in the clue alone.

    Attributes:
        x: Words as indices into `WORDS`, padded at the end with 0, shape `(count, LENGTH)`.
        y: 1 where the word is the name of a person, shape `(count, LENGTH)`, float32.
        place: Where the doubtful word stands, shape `(count,)`.
        ahead: How many words after it the clue stands; 0 if the clue stands before it, shape `(count,)`.
    """

    x: np.ndarray
    y: np.ndarray
    place: np.ndarray
    ahead: np.ndarray


def sentences(rng: np.random.Generator, count: int) -> Sentences:
    """Draw sentences, half of which only the words after the doubtful word decide, and half those before it.

    Among the first half, clues one, two, three and four words ahead are equally frequent.

    Args:
        rng: Draws the words.
        count: A multiple of 16.

    Returns:
        The sentences: a quarter for each of the two kinds of clue and each of name and thing.

    Raises:
        ValueError: `count` is no positive multiple of 16.
    """
    if count < 16 or count % 16:
        raise ValueError(
            f"count must be a positive multiple of 16, so that all kinds are equally frequent; got {count}"
        )
    x, y = np.zeros((count, LENGTH), int), np.zeros((count, LENGTH), "float32")
    place, ahead = np.zeros((2, count), int)
    for row in range(0, count, 2):
        kind, between = divmod(row // 2 % 8, 4)
        start, word = rng.choice(INTRODUCTIONS), rng.choice(DOUBTFUL)
        clues = (SURNAMES, THINGS) if kind == 0 else (TITLES, ARTICLES)
        for which in (0, 1):
            clue = rng.choice(clues[which])
            middle = f"{word} {BETWEEN[between]} {clue}" if kind == 0 else f"{clue} {word} {BETWEEN[between]}"
            words = f"{start} {middle} {ENDING}".split()
            x[row + which, : len(words)] = [WORDS.index(each) for each in words]
            y[row + which, : len(words)] = [each in SURNAMES for each in words]
            place[row + which] = 3 + kind
            ahead[row + which] = len(BETWEEN[between].split()) + 1 if kind == 0 else 0
            y[row + which, 3 + kind] = which == 0
    return Sentences(x, y, place, ahead)


def in_words(row: np.ndarray) -> str:
    """Return a row of indices as text, without its padding."""
    return " ".join(WORDS[index] for index in row if index)


def compiled(model: "keras.Model", rate: float, loss: "keras.Loss") -> "keras.Model":
    """Compile a network with Adam; its optimizer is built, so that `train` can empty it.

    Args:
        model: A model that gives logits.
        rate: The learning rate.
        loss: A loss of logits.

    Returns:
        The same model.
    """
    import keras

    # XLA would take longer to compile than these trainings take; JAX knows no other way
    settings = {"jit_compile": keras.backend.backend() == "jax", "steps_per_execution": 10}
    model.compile(keras.optimizers.Adam(rate), loss, **settings)
    model.optimizer.build(model.trainable_variables)
    return model


def train(model: "keras.Model", seed: int, x: Any, y: np.ndarray, epochs: int, **options: Any) -> list[float]:
    """Train a compiled model from new weights, with an optimizer without a past.

    Args:
        model: A model from `compiled`.
        seed: Seeds the weights and the order of the examples.
        x: The inputs, one array or a list of them.
        y: The targets.
        epochs: Number of epochs.
        **options: For `fit`: `batch_size`, and perhaps `sample_weight` or `callbacks`.

    Returns:
        The loss of each epoch.
    """
    from course_utils.models import restart

    import keras

    restart(model, seed, float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))
    # tracing a loop over time costs as much as a dozen steps without it, so a training of few steps does without
    model.run_eagerly = epochs * -(-len(y) // options["batch_size"]) <= 8
    return model.fit(x, y, epochs=epochs, verbose=0, **options).history["loss"]


def answers(model: "keras.Model", x: Any, at_once: int = 2000) -> np.ndarray:
    """Return a model's outputs as a NumPy array, without compiling a loop for it.

    Args:
        model: Any model.
        x: The inputs, one array or a list of them.
        at_once: Rows in one call.

    Returns:
        The outputs, float32, one row for each row of the inputs.
    """
    import keras

    several = isinstance(x, list)
    count = len(x[0] if several else x)
    pieces = []
    for start in range(0, count, at_once):
        piece = [each[start : start + at_once] for each in x] if several else x[start : start + at_once]
        pieces.append(keras.ops.convert_to_numpy(model(piece)))
    return np.concatenate(pieces)


def noisy(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return pictures as rows of numbers from 0 to 1, with normal noise of standard deviation 0.8 added.

    Args:
        images: Pixels 0 to 255, `(n, height, width)`, uint8.
        rng: Draws the noise.

    Returns:
        Shape `(n, height * width)`, float32.
    """
    flat = images.reshape(len(images), -1) / np.float32(255)
    return flat + 0.8 * rng.standard_normal(flat.shape, dtype="float32")


def votes(rng: np.random.Generator, count: int, shortest: int, longest: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences of two signs, and which of the two is more frequent; sequences with a tie are left out.

    Args:
        rng: Draws lengths and signs.
        count: Sequences drawn, ties included.
        shortest: Signs of the shortest sequences.
        longest: Signs of the longest sequences.

    Returns:
        The signs, 1 or 2, padded at the end with 0, shape `(sequences, longest)`; and 1 where sign 2 is more frequent,
        else 0, shape `(sequences, 1)`, float32.
    """
    length = rng.integers(shortest, longest + 1, (count, 1))
    x = rng.integers(1, 3, (count, longest)) * (np.arange(longest) < length)
    lead = np.sum(x == 2, axis=1) - np.sum(x == 1, axis=1)
    return x[lead != 0], (lead[lead != 0, None] > 0).astype("float32")


def calculated_rows(probabilities: np.ndarray, steps: tuple[int, ...] = (1, 3)) -> dict[str, np.ndarray]:
    """Read rows of digits by Bayes' rule, knowing that each row counts up by one of a few steps.

    Args:
        probabilities: What a classifier of single pictures gives, `(rows, places, 10)`; it is taken at its word.
        steps: The steps by which a row may count up, equally frequent, as are the ten first digits.

    Returns:
        The most probable digits, `(rows, places)`, from the places so far (`forward`) and from all (`both ways`).
    """
    places = np.arange(probabilities.shape[1])
    start, step = np.meshgrid(np.arange(10), steps)
    possible = (start.reshape(-1, 1) + step.reshape(-1, 1) * places) % 10  # each possible row
    evidence = np.log(probabilities[:, places, possible] + 1e-12)  # (rows, possible, places)
    so_far = np.cumsum(evidence, axis=2)
    read = {}
    for name, score in (("forward", so_far), ("both ways", np.broadcast_to(so_far[..., -1:], so_far.shape))):
        weight = np.exp(score - score.max(axis=1, keepdims=True))
        read[name] = np.einsum("nrt,rtd->ntd", weight, np.eye(10)[possible]).argmax(axis=-1)
    return read


def pictures_of(rng: np.random.Generator, digits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Draw a picture of each digit.

    Args:
        rng: Draws them.
        digits: Any shape, from 0 to 9.
        labels: The digits of the pictures there are, `(n,)`; each of the ten occurs.

    Returns:
        Indices into `labels`, of the shape of `digits`.
    """
    order, counts = np.argsort(labels, kind="stable"), np.bincount(labels, minlength=10)
    first = np.cumsum(counts) - counts
    return order[first[digits] + (rng.random(digits.shape) * counts[digits]).astype(int)]


def rare_words(text: str, known: int, length: int = 12) -> tuple[list[list[str]], np.ndarray, np.ndarray, np.ndarray]:
    """Return the lines of a play with all but the most frequent words hidden, and which hidden words are names.

    The label is free: the editor has written names with a capital letter. A word at the start of a line or after a
    full stop has a capital letter anyway, so it counts for nothing. Lines that only say who speaks are left out.

    Args:
        text: The play.
        known: Number of the most frequent words (and marks) that stay.
        length: Words of a line; longer lines are cut.

    Returns:
        The words of each line; their indices `(lines, length)`, 0 for padding, 1 for a hidden word; names `(lines,
        length)`, float32, 1 for a capital letter; and which words count, of the same shape, float32. Only lines in
        which a word counts.
    """
    lines = [re.findall(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[.,;:!?]", line) for line in text.split("\n")]
    lines = [words[:length] for words in lines if len(words) > 3 and words[-1] != ":"]
    counts = Counter(word.lower() for words in lines for word in words)
    index = {word: 2 + number for number, (word, _) in enumerate(counts.most_common(known))}
    x, y, counted = np.zeros((3, len(lines), length), "float32")
    for row, words in enumerate(lines):
        for place, word in enumerate(words):
            x[row, place] = index.get(word.lower(), 1)
            y[row, place] = word[0].isupper()
            inside = place > 0 and words[place - 1] not in ".!?:;"
            counted[row, place] = x[row, place] == 1 and inside
    some = counted.any(axis=1)
    return [words for words, kept in zip(lines, some, strict=True) if kept], x[some].astype(int), y[some], counted[some]


def dates(rng: np.random.Generator, count: int) -> tuple[list[str], list[str]]:
    """Draw dates from 1950 to 2049 in four spellings.

    Args:
        rng: Draws dates and spellings.
        count: How many.

    Returns:
        The dates as they are spelled, and the same as year-month-day.
    """
    years, months, days = (rng.integers(low, high, count) for low, high in ((1950, 2050), (1, 13), (1, 29)))
    spelled, standard = [], []
    for year, month, day, spelling in zip(years, months, days, rng.integers(4, size=count), strict=True):
        name = MONTHS[month - 1]
        spellings = f"{name} {day} {year}", f"{day} {name} {year}", f"{day}.{month}.{year}", f"{month}/{day}/{year}"
        spelled.append(spellings[spelling])
        standard.append(f"{year}-{month:02d}-{day:02d}")
    return spelled, standard


def encoded(texts: list[str], length: int) -> np.ndarray:
    """Return texts as indices into `CHARACTERS`.

    Args:
        texts: Strings of these characters.
        length: Characters in a row, at least those of the longest text.

    Returns:
        Shape `(texts, length)`, int64, padded at the end with 0.
    """
    x = np.zeros((len(texts), length), int)
    for row, text in enumerate(texts):
        x[row, : len(text)] = [CHARACTERS.index(character) for character in text]
    return x


def decoded(row: np.ndarray) -> str:
    """Return a row of indices into `CHARACTERS` as text."""
    return "".join(CHARACTERS[index] for index in row)


def _box(ax: "Axes", x: float, y: float, text: str, colour: str, seen: bool = False) -> None:
    face = "0.85" if seen else "white"
    style = {"boxstyle": "round,pad=0.3", "facecolor": face, "edgecolor": colour, "linewidth": 1.8}
    ax.text(x, y, text, ha="center", va="center", fontsize=11, bbox=style)


def _arrow(ax: "Axes", start: tuple[float, float], end: tuple[float, float], colour: str = "black") -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6})


def draw_two_readers() -> "Figure":
    """Draw one sentence with the states of both directions and the output over the doubtful word."""
    import matplotlib.pyplot as plt

    words = ["he", "said", "that", "Teddy", "bears", "came", "to", "town"]
    fig, ax = plt.subplots(figsize=(9.5, 3.6))
    blue, red = PALETTE["blue"], PALETTE["vermillion"]
    for k, word in enumerate(words):
        ax.text(k, 0, word, ha="center", va="center", fontsize=13)
        _box(ax, k - 0.13, 1, rf"$\overrightarrow{{h}}_{k + 1}$", blue, seen=k <= 3)
        _box(ax, k + 0.13, 2.1, rf"$\overleftarrow{{h}}_{k + 1}$", red, seen=k >= 3)
        _arrow(ax, (k - 0.13, 0.2), (k - 0.13, 0.7))
        _arrow(ax, (k + 0.13, 0.2), (k + 0.13, 1.8))
        if k:
            _arrow(ax, (k - 0.87, 1), (k - 0.4, 1), blue)
            _arrow(ax, (k - 0.16, 2.1), (k - 0.6, 2.1), red)
    ax.text(3, 3.25, "output $y_4$: a name?", ha="center", va="center", fontsize=13)
    _arrow(ax, (2.87, 1.32), (2.87, 3.0), blue)
    _arrow(ax, (3.13, 2.42), (3.13, 3.0), red)
    ax.set(xlim=(-0.7, 7.7), ylim=(-0.3, 3.6))
    ax.axis("off")
    return fig


def draw_encoder_decoder() -> "Figure":
    """Draw an encoder that reads both ways, the states it hands over, and a decoder fed its own characters."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(10, 3.5))
    blue, red, green = PALETTE["blue"], PALETTE["vermillion"], PALETTE["green"]
    source, target = "22.7.2024", "2024"
    end, first = len(source) - 1, len(source) + 2
    for k, character in enumerate(source):
        ax.text(k, 0, character, ha="center", va="center", fontsize=13)
        _box(ax, k - 0.12, 1, "h", blue)
        _box(ax, k + 0.12, 2, "h", red)
        _arrow(ax, (k - 0.12, 0.22), (k - 0.12, 0.68))
        _arrow(ax, (k + 0.12, 0.22), (k + 0.12, 1.68))
        if k:
            _arrow(ax, (k - 0.86, 1), (k - 0.36, 1), blue)
            _arrow(ax, (k - 0.14, 2), (k - 0.64, 2), red)
    _arrow(ax, (end + 0.15, 1), (first - 0.3, 1), blue)
    ax.plot([0.12, 0.12, first - 1], [2.3, 2.75, 2.75], color=red, linewidth=1.6)
    _arrow(ax, (first - 1, 2.75), (first - 0.25, 1.3), red)
    ax.text(end + 1.5, 0.55, "last state\nof each", ha="center", va="center", fontsize=11)
    for k, character in enumerate(target):
        place = first + 1.1 * k
        ax.text(place, 0, "start" if k == 0 else target[k - 1], ha="center", va="center", fontsize=13)
        _box(ax, place, 1, "s", green)
        ax.text(place, 2, character, ha="center", va="center", fontsize=13)
        _arrow(ax, (place, 0.25), (place, 0.68))
        _arrow(ax, (place, 1.32), (place, 1.75))
        _arrow(ax, (place + 0.25, 1), (place + 0.85, 1), green)
    ax.text(first + 4.4, 1, "…", ha="center", va="center", fontsize=13)
    ax.text(4, 3.1, "encoder", ha="center", color=blue, fontsize=13)
    ax.text(first + 1.6, 2.6, "decoder", ha="center", color=green, fontsize=13)
    ax.set(xlim=(-0.6, first + 4.8), ylim=(-0.3, 3.4))
    ax.axis("off")
    return fig
