"""Many images in one Axes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.arguments import require_count
from course_utils.plotting.style import new_axes

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE_SIZE = 11  # points


def image_grid(
    images: ArrayLike, *, titles: Sequence[str] | None = None, columns: int = 8, ax: "Axes | None" = None
) -> "Axes":
    """Draw images row by row in one Axes, each with its title above it.

    Grey images of type float use the whole grey scale from the smallest to the largest value of all the images
    together, so that filters and weights can be shown too; images of type uint8 are drawn from 0 to 255, and values
    that all lie in [0, 1] from 0 to 1.

    Args:
        images: Shape `(n, height, width)` or `(n, height, width, channels)` with 1 or 3 channels; uint8 from 0 to 255,
            or float (colour images from 0 to 1).
        titles: One short title per image.
        columns: Images in a row.
        ax: Where to draw; without it a new figure that fits the grid.

    Returns:
        The Axes drawn on. Axes coordinates are pixels of the images, y pointing down.

    Raises:
        ValueError: No images, another shape or type, values that are not finite, colour values outside [0, 1], or a
            number of titles other than that of images.

    Example:
        >>> ax = image_grid(np.eye(5)[None], titles=["identity"])
    """
    images, low, high = _with_grey_limits(np.asarray(images))
    require_count("columns", columns)
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"titles must hold one title per image: {len(images)} images, but {len(titles)} titles")

    count, height, width = images.shape[:3]
    columns = min(columns, count)
    rows = -(-count // columns)
    inches = min(10.0, 1.5 * columns) / columns  # width of one image
    gap = 0.08 * width
    title_height = 0.30 / inches * width if titles is not None else 0.0  # in pixels of an image: 0.3 inches
    step_x, step_y = width + gap, height + gap + title_height
    if ax is None:
        ax = new_axes(inches * columns, inches * rows * step_y / step_x)

    for index, image in enumerate(images):
        left, top = (index % columns) * step_x, (index // columns) * step_y + title_height
        extent = (left, left + width, top + height, top)
        ax.imshow(image, cmap="gray", vmin=low, vmax=high, extent=extent, interpolation="nearest")
        if titles is not None:
            ax.text(left + width / 2, top - 0.02 * width, str(titles[index]), ha="center", va="bottom", size=TITLE_SIZE)
    ax.set(xlim=(-gap, columns * step_x), ylim=(rows * step_y, -gap), aspect="equal")
    ax.axis("off")
    return ax


def _with_grey_limits(images: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return the images as `(n, height, width[, 3])` with the values that are drawn black and white."""
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if not (images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)):
        raise ValueError(
            "images must have the shape (n, height, width) or (n, height, width, channels) with 1 or 3 channels; "
            f"got {images.shape}"
        )
    if images.size == 0:
        raise ValueError(f"images is empty: its shape is {images.shape}")
    if images.dtype == np.uint8:
        return images, 0.0, 255.0
    if images.dtype.kind != "f":
        raise ValueError(f"images must be uint8 from 0 to 255 or float; got {images.dtype}: convert them first")
    if not np.isfinite(images).all():
        raise ValueError("images holds values that are NaN or infinite")
    low, high = float(images.min()), float(images.max())
    if low >= 0 and high <= 1:
        return images, 0.0, 1.0
    if images.ndim == 4:
        raise ValueError(f"colour images of type float must lie in [0, 1]; these go from {low:.3g} to {high:.3g}")
    return images, low, high
