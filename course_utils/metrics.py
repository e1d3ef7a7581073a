"""Figures of a run that no document states, kept for comparing many runs."""

import re
from collections.abc import Sequence

from course_utils import display
from course_utils.claims.rows import value_text

import numpy as np


def metric(name: str, value: float | Sequence[float] | np.ndarray) -> None:
    """Show a figure that this run measured, and keep it as a column of `course results` and of a sweep's CSV.

    Where a document states the figure, use `claim`, which is kept in the same way.

    Args:
        name: What it is, such as `test_accuracy`: letters, digits and underscores, a letter first. Of two values of the
            same name in one run the last is kept.
        value: A number, or a list of numbers.

    Raises:
        ValueError: The name has other characters, or the value is no number and no list of numbers.

    Example:
        ```python
        metric("test_accuracy", model.evaluate(x_test, y_test, verbose=0)[1])
        ```
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
        raise ValueError(
            f"a metric's name begins with a letter and is made of letters, digits and underscores; got {name!r}"
        )
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf" or numbers.ndim > 1:
        raise ValueError(f"the metric {name} must be a number or a list of numbers; got {value!r}")
    shown = value_text(np.atleast_1d(numbers).astype(float).tolist())
    words = name.replace("_", " ")
    display.emit(
        {
            "text/plain": f"{words}: {shown}",
            "text/markdown": f"{words}: **{shown}**",
            display.METRIC_MIME: {"name": name, "value": numbers.tolist()},
        }
    )
