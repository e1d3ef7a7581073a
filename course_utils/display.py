"""Showing things in a notebook so that every export, test and screen reader gets something out of it."""

import base64
import io
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Data for machines that travels in a cell's output beside what people see (see `running.outcome`).
CLAIM_MIME = "application/vnd.course.claim+json"
DATASET_MIME = "application/vnd.course.dataset+json"
METRIC_MIME = "application/vnd.course.metric+json"
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def emit(bundle: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    """Display a MIME bundle in a notebook; outside one, print its plain text.

    Numbers in its JSON that are not finite travel as the texts `nan`, `inf` and `-inf`, since JSON has no such numbers:
    a kernel that meets one says so on stderr, in the middle of the notebook. `with_numbers` turns them back.

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
    """Turn the texts that `emit` made of numbers that are not finite back into numbers, in lists and mappings too."""
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
        alt: What there is to see in it, in one or two sentences (at least 20 characters).

    Raises:
        ValueError: `alt` says too little.
        TypeError: `fig` is no figure.
    """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure
    from PIL import Image

    if not isinstance(alt, str) or len(alt.strip()) < 20:
        raise ValueError(f"alt must say in a sentence what the figure shows (at least 20 characters); got {alt!r}")
    if not isinstance(fig, Figure):
        raise TypeError(f"show() takes a matplotlib figure; got {type(fig).__name__} (of an Axes, its .figure)")
    drawn, stored = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=100, bbox_inches="tight")
    plt.close(fig)
    # Without the alpha channel and with a palette a plot takes a third of the space; a notebook holds a dozen of them.
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(stored, "png", optimize=True)
    emit(
        {"image/png": base64.b64encode(stored.getvalue()).decode("ascii"), "text/plain": f"[figure: {alt}]"},
        {"image/png": {"alt": alt}},
    )
