"""What chapter 32 uses and does not teach: Adam for plain arrays, and its drawings."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from course_utils.plotting import PALETTE

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
GREY = "#F2F2F2"


class Adam:
    """The optimizer of chapter 17 for a list of arrays, with its usual settings.

    Args:
        weights: The arrays; each `step` changes them in place.
    """

    def __init__(self, weights: Sequence[np.ndarray]):
        self.mean = [np.zeros_like(w) for w in weights]
        self.square = [np.zeros_like(w) for w in weights]
        self.steps = 0

    def step(self, weights: Iterable[np.ndarray], gradients: Iterable[np.ndarray], rate: float) -> None:
        """Take a step.

        Args:
            weights: The arrays, in the order of the start.
            gradients: Arrays of the same shapes.
            rate: The learning rate.
        """
        self.steps += 1
        corrected = rate * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        for w, m, v, g in zip(weights, self.mean, self.square, gradients, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            w -= corrected * m / (np.sqrt(v) + 1e-8)


def colour_text(ax: "Axes", text: str, values: np.ndarray, title: str, width: int = 66) -> None:
    """Write a text on coloured squares, `width` characters in a row.

    Args:
        ax: Where to draw.
        text: The characters; a line break is shown as ↵.
        values: One number from -1 to 1 for each, `(len(text),)`.
        title: The panel's title.
        width: Characters in a row.
    """
    rows = -(-len(text) // width)
    padded = np.full(rows * width, np.nan)
    padded[: len(text)] = values
    ax.imshow(padded.reshape(rows, width), cmap="PuOr", vmin=-1, vmax=1, aspect="auto")
    for place, character in enumerate(text.replace("\n", "↵")):
        y, x = divmod(place, width)
        colour = "white" if abs(values[place]) > 0.75 else "black"
        ax.text(x, y, character, ha="center", va="center", fontsize=10, family="monospace", color=colour)
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(visible=False)


def facts_about(text: str) -> tuple[list[str], np.ndarray]:
    """Note five facts about every character of a text.

    Args:
        text: At least one character.

    Returns:
        The names of the facts, and an array `(len(text), 5)` whose columns have mean 0 and standard deviation 1; a fact
        that is the same everywhere is 0.
    """
    characters = np.array([*text])
    place = np.arange(len(characters))

    def since(event: np.ndarray) -> np.ndarray:
        return place - np.maximum.accumulate(np.where(event, place, 0))

    features = {
        "capital": np.char.isupper(characters),
        "vowel": np.isin(characters, [*"aeiouAEIOU"]),
        "blank": characters == " ",
        "letters of the word": since(~np.char.isalpha(characters)),
        "place in the line": since(characters == "\n"),
    }
    facts = np.array([*features.values()], dtype=float).T
    facts -= facts.mean(axis=0)
    return list(features), facts / np.maximum(facts.std(axis=0), 1e-9)


def draw_facts(
    features: Sequence[str], names: Sequence[str], single: Sequence[np.ndarray], together: Sequence[np.ndarray]
) -> "Figure":
    """Draw how well single units, and all together, follow each fact, for two networks.

    Args:
        features: Names of the facts.
        names: Names of the two networks.
        single: For each network the largest correlation of a unit, by fact.
        together: For each network the explained share of the variance, by fact.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True)
    titles = "Best single unit: |correlation|", "All units, linear probe: R²"
    places = np.arange(len(features))
    for ax, pair, title in zip(axes, (single, together), titles, strict=True):
        for values, shift, name in zip(pair, (-0.19, 0.19), names, strict=True):
            ax.barh(places + shift, values, 0.36, label=name, hatch="//" if shift > 0 else None)
        ax.set(title=title, xlim=(0, 1))
        ax.set_yticks(places, features)
    axes[0].invert_yaxis()
    fig.legend(*axes[0].get_legend_handles_labels(), ncols=2, loc="outside lower center")
    return fig


def draw_unrolled() -> "Figure":
    """Draw three steps of a character RNN side by side, one colour for each matrix that the steps share."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(9.5, 4.6))
    ax.set(xlim=(-3.2, 10.6), ylim=(-0.9, 5.2))
    ax.set_axis_off()
    x_colour, h_colour, y_colour, back = (PALETTE[name] for name in ("blue", "orange", "green", "vermillion"))
    for step, (seen, following) in enumerate(("to", "o ", " b")):
        x = 1 + 3.6 * step
        _box(ax, x, 0, f"token of {_shown(seen)}\n(32,)")
        _box(ax, x, 2.2, f"$h_{step + 1}$\n(32, 128)")
        _box(ax, x, 4.4, f"scores: {_shown(following)}?\n(32, 65)")
        _arrow(ax, (x, 0.55), (x, 1.65), x_colour, "$W_x$")
        _arrow(ax, (x, 2.75), (x, 3.85), y_colour, "$W_y$")
        _arrow(ax, (x - 2.55, 2.3), (x - 1.05, 2.3), h_colour, "$W_h$")
        ax.annotate(
            "", (x - 2.55, 1.95), (x - 1.05, 1.95), arrowprops={"arrowstyle": "-|>", "color": back, "linestyle": "--"}
        )
        ax.text(x - 1.8, 1.7, r"$\delta$", color=back, ha="center", va="center")
    ax.text(-1.75, 2.2, "$h_0$", ha="right", va="center")
    ax.text(-1.75, 0, "read", ha="right", va="center", color="grey")
    ax.text(-1.75, 4.4, "predict", ha="right", va="center", color="grey")
    _arrow(ax, (9.25, 2.3), (10.4, 2.3), h_colour)
    return fig


def draw_arrangements() -> "Figure":
    """Draw the five arrangements of inputs and outputs, inputs below and outputs above."""
    import matplotlib.pyplot as plt

    shapes = {  # steps, then the steps with an input, then those with an output
        "one to one": (1, [0], [0]),
        "one to many": (3, [0], [0, 1, 2]),
        "many to one": (3, [0, 1, 2], [2]),
        "many, then many": (5, [0, 1, 2], [3, 4]),
        "many to many": (3, [0, 1, 2], [0, 1, 2]),
    }
    widths = [max(steps, 2.6) for steps, _, _ in shapes.values()]
    fig, axes = plt.subplots(1, 5, figsize=(11, 2.6), width_ratios=widths)
    for ax, (title, (steps, read, answered)), width in zip(axes, shapes.items(), widths, strict=True):
        for step in range(steps):
            _square(ax, step, 1, PALETTE["orange"])
            if step:
                _arrow(ax, (step - 0.65, 1), (step - 0.35, 1), "black")
            if step in read:
                _square(ax, step, 0, PALETTE["sky"])
                _arrow(ax, (step, 0.36), (step, 0.66), "black")
            if step in answered:
                _square(ax, step, 2, PALETTE["green"])
                _arrow(ax, (step, 1.36), (step, 1.66), "black")
        middle = (steps - 1) / 2
        ax.set(xlim=(middle - width / 2, middle + width / 2), ylim=(-0.5, 2.5), aspect="equal")
        ax.set_title(title, fontsize=12, loc="center")
        ax.set_axis_off()
    return fig


def _shown(character: str) -> str:
    return "␣" if character == " " else f"“{character}”"


def _box(ax: "Axes", x: float, y: float, text: str) -> None:
    style = {"boxstyle": "round,pad=0.4", "facecolor": GREY, "edgecolor": "grey"}
    ax.text(x, y, text, ha="center", va="center", fontsize=11, bbox=style)


def _square(ax: "Axes", x: float, y: float, colour: str) -> None:
    import matplotlib.pyplot as plt

    ax.add_patch(plt.Rectangle((x - 0.32, y - 0.32), 0.64, 0.64, facecolor=colour, edgecolor="black"))


def _arrow(ax: "Axes", start: Point, end: Point, colour: str, name: str = "") -> None:
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "linewidth": 2, "color": colour}
    ax.annotate("", end, start, arrowprops=style)
    if name:
        upright = start[0] == end[0]
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        ax.text(
            x + 0.15 * upright,
            y + 0.28 * (not upright),
            name,
            color=colour,
            va="center",
            ha="left" if upright else "center",
        )
