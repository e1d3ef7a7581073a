"""The confusion matrix of a classifier."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.plotting.style import new_axes

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def confusion_matrix(
    y_true: ArrayLike, y_pred: ArrayLike, class_names: Sequence[str] | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw how often each class was taken for each other: one row per true class, one column per prediction.

    Every cell holds its count; empty cells stay blank. Only mistakes are coloured, the darker the more frequent, since
    beside the right answers on the diagonal they would all look alike.

    Args:
        y_true: True classes, integers, shape `(n,)`.
        y_pred: Predicted classes, likewise.
        class_names: Names of classes 0, 1, 2, …; without them the classes that occur are shown by number.
        ax: Where to draw; without it a new figure.

    Returns:
        The Axes drawn on; its first image holds the counts, diagonal masked.

    Raises:
        ValueError: No values, values of another shape or type, or a class without a name.

    Example:
        >>> ax = confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2], class_names=["cat", "dog", "horse"])
    """
    from sklearn.metrics import confusion_matrix as count

    truth, predicted = _classes(y_true, "y_true"), _classes(y_pred, "y_pred")
    if len(truth) != len(predicted):
        raise ValueError(f"y_true and y_pred must be equally long; they have {len(truth)} and {len(predicted)} values")
    occurring = np.union1d(truth, predicted)
    names = [str(label) for label in occurring] if class_names is None else [str(name) for name in class_names]
    labels = occurring if class_names is None else np.arange(len(names))
    if not np.isin(occurring, labels).all():
        unnamed = occurring[~np.isin(occurring, labels)].tolist()
        raise ValueError(f"class_names has {len(names)} names, for classes 0 to {len(names) - 1}; also found {unnamed}")
    counts = count(truth, predicted, labels=labels)
    if ax is None:
        side = max(4.0, min(9.0, 0.62 * len(names) + 1))
        ax = new_axes(side, side)

    mistakes = np.ma.masked_array(counts, np.eye(len(names), dtype=bool))
    most = max(1, int(counts[~mistakes.mask].max(initial=0)))
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=most)
    for (row, column), number in np.ndenumerate(counts):
        if number:
            dark = row != column and number > 0.6 * most
            weight = "bold" if row == column else "normal"
            ax.text(
                column, row, f"{number}", ha="center", va="center", color="white" if dark else "black", weight=weight
            )
    ax.set_xticks(range(len(names)), names, rotation=45 if max(map(len, names)) > 4 else 0)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    return ax


def _classes(values: ArrayLike, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be a flat array of integer classes, at least one; got {array.dtype} of shape "
            f"{array.shape} (for probabilities take argmax(axis=-1) first)"
        )
    return array
