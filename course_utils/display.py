"""Output of notebooks that exports, tests and screen readers can use too."""

import base64
import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Data for machines, which a cell's output holds beside what people see.
CLAIM_MIME = "application/vnd.course.claim+json"
DATASET_MIME = "application/vnd.course.dataset+json"
METRIC_MIME = "application/vnd.course.metric+json"
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def emit(bundle: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    """Display a MIME bundle in a notebook; outside one, print its plain text.

    Numbers in its JSON that are not finite become the strings `nan`, `inf` and `-inf`, since JSON has no such numbers
    and a kernel would warn on stderr, in the middle of the notebook. `with_numbers` turns them back.

    Args:
        bundle: MIME type to content. `text/plain` is required, since terminals and tests read nothing else.
        metadata: MIME type to metadata, as Jupyter's messaging defines it.
    """
    from IPython.core.interactiveshell import InteractiveShell

    if InteractiveShell.initialized():
        from IPython.display import publish_display_data

        publish_display_data({mime: _without_nan(content) for mime, content in bundle.items()}, metadata or {})
    else:
        print(bundle["text/plain"])


def with_numbers(content: Any) -> Any:
    """Turn the strings that `emit` made of numbers that are not finite back into numbers, in lists and mappings too."""
    if isinstance(content, dict):
        return {name: with_numbers(part) for name, part in content.items()}
    if isinstance(content, list):
        return [with_numbers(part) for part in content]
    return _NOT_FINITE.get(content, content) if isinstance(content, str) else content


def _without_nan(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _without_nan(part) for name, part in content.items()}
    if isinstance(content, list):
        return [_without_nan(part) for part in content]
    return str(content) if isinstance(content, float) and not math.isfinite(content) else content


def show(fig: "Figure", *, alt: str) -> None:
    """Display a figure once, as PNG with a description for those who cannot see it, and close it.

    A figure that stays open would be displayed a second time by the inline backend at the end of the cell.

    Args:
        fig: The figure.
        alt: What it shows, in one or two sentences (at least 20 characters).

    Raises:
        ValueError: `alt` is too short.
        TypeError: `fig` is not a figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure
    from PIL import Image

    if not isinstance(alt, str) or len(alt.strip()) < 20:
        raise ValueError(f"alt must say in a sentence what the figure shows (at least 20 characters); got {alt!r}")
    if not isinstance(fig, Figure):
        raise TypeError(f"show() takes a matplotlib figure; got {type(fig).__name__} (for an Axes, pass its .figure)")
    drawn, stored = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=100, bbox_inches="tight")
    plt.close(fig)
    # Without the alpha channel and with a palette a plot takes a third of the space; a notebook holds a dozen of them.
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(stored, "png", optimize=True)
    emit(
        {"image/png": base64.b64encode(stored.getvalue()).decode("ascii"), "text/plain": f"[figure: {alt}]"},
        {"image/png": {"alt": alt}},
    )


def metric(name: str, value: float | Sequence[float] | np.ndarray, *, shown: bool = True) -> None:
    """Keep a number that this run measured, as a column of `course results` and of a sweep's CSV, and show it.

    If a document states the number, use `claim`, which is kept in the same way.

    Args:
        name: What it is, such as `test_accuracy`: letters, digits and underscores, a letter first. Of two values with
            the same name in one run the last is kept.
        value: A number, or a list of numbers.
        shown: False if a figure or a printed sentence shows it already: then readers see nothing here.

    Raises:
        ValueError: The name has other characters, or the value is neither a number nor a list of numbers.

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
    text = value_text(np.atleast_1d(numbers).astype(float).tolist())
    words = name.replace("_", " ")
    emit(
        {
            "text/plain": f"{words}: {text}",
            **({"text/markdown": f"{words}: **{text}**"} if shown else {"text/html": f"<!-- {words} -->"}),
            METRIC_MIME: {"name": name, "value": numbers.tolist()},
        }
    )


def value_text(value: Any) -> str:
    """Return a value as one line: numbers with four digits, the parts of lists and mappings side by side.

    An empty list, which a run gives for what it has not measured, is a dash.
    """
    if isinstance(value, dict):
        return ", ".join(f"{name} {value_text(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(value_text(part) for part in value) or "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
