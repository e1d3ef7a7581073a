"""The instruments of chapter 20: what is written down about a training, and how it is drawn."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Weights = Mapping[str, np.ndarray]
NUMBERS = ("first loss", "last loss", "ratio", "training accuracy", "validation accuracy")
FIRST, LAST = 15, 120  # steps that the instruments "first losses" and "last losses" show
PICTURES = 7  # of each set, in the instrument "images"
GAP = 12  # pixels below a row of images, where the labels stand
SEEN = 500  # training images that an examination looks at
LINEAR_BELOW = {"ratio W1": 1e-5, "ratio W2": 1e-5}  # below it the axis is linear, down to a ratio of 0


class Sheet:
    """What is written down about a training: curves of numbers by name.

    Args:
        p: The weights `W1` and `W2` and the biases, which the training changes in place.
        training: Images `(n, pixels)` and labels `(n,)` as the training uses them.
        validation: The same for the validation set.
        forward: Takes weights and images; returns the hidden activations and the scores.
        loss: Takes scores and labels; returns the loss of each image first.
        every: Steps from one examination of both sets to the next.
    """

    def __init__(
        self,
        p: dict[str, np.ndarray],
        training: tuple[np.ndarray, np.ndarray],
        validation: tuple[np.ndarray, np.ndarray],
        forward: Callable[..., Any],
        loss: Callable[..., Any],
        every: int,
    ):
        self.p, self.forward, self.loss, self.every = p, forward, loss, every
        self.data = {"training": tuple(part[:SEEN].copy() for part in training), "validation": validation}
        self.curves: dict[str, dict[int, float]] = defaultdict(dict)

    def note(self, step: int, loss: float, g: Weights, before: Weights) -> None:
        """Write down a step: its loss, the length of its gradient, and how far it moved the weights.

        Args:
            step: Its number.
            loss: Of its batch.
            g: Gradient by each of the weights, by name.
            before: The weights before the step, by name.
        """
        self.curves["loss"][step] = float(loss)
        self.curves["gradient norm"][step] = float(np.linalg.norm([np.linalg.norm(part) for part in g.values()]))
        for name in ("W1", "W2"):
            moved, was = np.linalg.norm(self.p[name] - before[name]), np.linalg.norm(before[name])
            self.curves[f"ratio {name}"][step] = float(moved / (was or 1))
        if step % self.every == 0:
            self.examine(step)

    def examine(self, step: int) -> None:
        """Write down accuracy and loss on both sets, and of the validation set the commonest class and silent units."""
        for name, (x, y) in self.data.items():
            hidden, scores = self.forward(self.p, x)
            named = scores.argmax(axis=1)
            self.curves[f"{name} accuracy"][step] = float(np.mean(named == y))
            self.curves[f"{name} loss"][step] = float(np.mean(self.loss(scores, y)[0]))
            self.curves["largest class"][step] = float(np.bincount(named).max() / len(named))
            self.curves["silent units"][step] = float(np.mean(~np.any(hidden > 0, axis=0)))

    def __getitem__(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a curve as steps and values."""
        if name == "first losses":
            return tuple(part[:FIRST] for part in self["loss"])
        if name == "last losses":
            return tuple(part[-LAST:] for part in self["loss"])
        if name not in self.curves:
            known = ["first losses", "last losses", "images", *sorted(self.curves)]
            raise KeyError(f"there is no instrument {name!r}; there are {', '.join(known)}")
        return np.array(list(self.curves[name])), np.array(list(self.curves[name].values()))

    def numbers(self) -> dict[str, float]:
        """Return the five numbers that a physician gets: losses, the median of ratio W1, and the last accuracies."""
        loss, ratio = self["loss"][1], self["ratio W1"][1]
        found = (loss[0], loss[-50:].mean(), np.median(ratio), *(self[name][1][-1] for name in NUMBERS[3:]))
        return {name: float(value) for name, value in zip(NUMBERS, found, strict=True)}


def draw_instrument(ax: "Axes", name: str, label: str, sheet: Sheet, healthy: Sheet) -> None:
    """Draw one instrument of a patient, with the healthy network dashed beside it.

    Args:
        ax: Where to draw.
        name: The name of a curve of a sheet, `"first losses"`, `"last losses"` or `"images"`.
        label: The patient's name.
        sheet: The patient's sheet.
        healthy: The healthy network's sheet.
    """
    if name == "images":
        _draw_images(ax, label, sheet)
        return
    for shown, who, dash, colour in ((healthy, "healthy", "--", "C0"), (sheet, label, "-", "C1")):
        step, value = shown[name]
        ax.plot(step, np.where(np.isfinite(value), value, np.nan), dash, color=colour, linewidth=1.6, label=who)
    ax.set(xlabel="step", ylabel=name)
    if name in LINEAR_BELOW:
        ax.set_yscale("symlog", linthresh=LINEAR_BELOW[name])
        ax.set_ylim(bottom=0)
    elif name in ("first losses", "gradient norm"):
        ax.set_yscale("log")
    elif "loss" not in name:
        ax.set_ylim(-0.03, 1.05)


def _draw_images(ax: "Axes", label: str, sheet: Sheet) -> None:
    side = round(sheet.data["training"][0].shape[1] ** 0.5)
    rows = []
    for place, (x, y) in enumerate(sheet.data.values()):
        rows.append(np.hstack(list(x[:PICTURES].reshape(-1, side, side))))
        for column, digit in enumerate(y[:PICTURES]):
            at = (side * (column + 0.5), side * (place + 1) + GAP * (place + 0.45))
            ax.text(*at, str(digit), ha="center", va="center", color="C1", fontsize=11)
    gap = np.full((GAP, rows[0].shape[1]), rows[0].min())
    ax.imshow(np.vstack([rows[0], gap, rows[1], gap]), cmap="gray")
    ax.set_yticks([side / 2, 1.5 * side + GAP], list(sheet.data))
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.set_title(f"{label}: pixels {rows[0].min():.3g} to {rows[0].max():.3g}")


def panels(count: int, columns: int) -> tuple["Figure", list["Axes"]]:
    """Return a figure of empty panels.

    Args:
        count: How many panels.
        columns: Panels in a row.

    Returns:
        The figure, and its panels row by row.
    """
    import matplotlib.pyplot as plt

    lines = -(-count // columns)
    legend = 0.0 if count % columns else 0.7  # inches, where no empty panel can hold it
    fig, axes = plt.subplots(lines, columns, figsize=(9, 2.1 * lines + legend), squeeze=False)
    for ax in axes.flat[count:]:
        ax.axis("off")
    return fig, list(axes.flat[:count])


def in_tens(sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Return the training loss as means of ten steps."""
    step, loss = (part[: len(part) // 10 * 10].reshape(-1, 10) for part in sheet["loss"])
    return step[:, 0], np.where(np.isfinite(loss), loss, np.nan).mean(axis=1)


def mark_outside(ax: "Axes", drawn: np.ndarray, loss: np.ndarray) -> None:
    """Write into a panel what its frame does not show of a loss.

    Args:
        ax: The panel, its limits set.
        drawn: The values that are drawn.
        loss: The loss of each step, some of which may not be finite.
    """
    lost = np.flatnonzero(~np.isfinite(loss))
    peak = np.nanmax(drawn, initial=0)
    said = [f"goes up to {peak:.0e}"] if peak > ax.get_ylim()[1] else []
    said += [f"not finite from step {lost[0]} on"] if lost.size else []
    ax.text(0.97, 0.94, "\n".join(said), transform=ax.transAxes, ha="right", va="top", fontsize=9)


def name_lines(fig: "Figure", axes: list["Axes"]) -> None:
    """Name the first two lines of the panels, healthy and patient, where a panel is missing or else below them.

    Args:
        fig: The figure, from `panels`.
        axes: Its panels.
    """
    place = "lower right" if len(fig.axes) > len(axes) else "outside lower right"
    fig.legend(axes[0].lines[:2], ["healthy", "patient"], ncols=2, loc=place)
