"""Maps that say what a model's answer rests on.

Each function explains one score: a weighted sum of the model's outputs, such as `[0, 1, 0]` for the second of three
logits or `[-1, 1, 0]` for how far it lies above the first. They run on every backend of the course.
"""

from typing import Any

from course_utils.arguments import require_count
from course_utils.backend import input_gradients, require_built

import keras
import numpy as np
from numpy.typing import ArrayLike

_IMAGES_AT_ONCE = 256  # enough to keep a small network busy, and few enough to fit into memory


def integrated_gradients(
    model: keras.Model, images: ArrayLike, weights: ArrayLike, *, baseline: ArrayLike = 128.0, steps: int = 16
) -> np.ndarray:
    """Share the difference between an image's score and its baseline's out among the pixels.

    The gradient is averaged over `steps` points of the straight line from the baseline to the image, the midpoints of
    equal parts, and multiplied by the way that each value goes. The sum over an image approaches the difference of
    the two scores as the steps become more.

    Args:
        model: From images to outputs, with its weights.
        images: `(n, height, width, channels)`.
        weights: Factors of the outputs, `(outputs,)` or `(n, outputs)`.
        baseline: A value, or an array of a shape that broadcasts to that of the images.
        steps: Points at which the gradient is taken.

    Returns:
        `(n, height, width, channels)`, in units of the score.

    Raises:
        ValueError: `steps` is not a count.
    """
    require_count("steps", steps)
    images, gradient = _images(images), input_gradients(model)
    way = images - np.asarray(baseline, dtype="float32")
    total = sum(gradient(images - way * (1 - (step + 0.5) / steps), weights) for step in range(steps))
    return way * total / steps


def occlusion(
    model: keras.Model, images: ArrayLike, weights: ArrayLike, *, size: int = 4, fill: ArrayLike = 128.0
) -> np.ndarray:
    """Return by how much the score falls if one patch after another is covered.

    Args:
        model: From images to outputs, with its weights.
        images: `(n, height, width, channels)`.
        weights: Factors of the outputs, `(outputs,)` or `(n, outputs)`.
        size: Side of a square patch in pixels, a divisor of height and width.
        fill: What covers it: a value, or one for each channel.

    Returns:
        `(n, height / size, width / size)`, in units of the score; negative where the covered image scores more.

    Raises:
        ValueError: The patches do not fit.
    """
    require_count("size", size)
    require_built(model)
    images = _images(images)
    n, height, width, _ = images.shape
    if height % size or width % size:
        raise ValueError(f"patches of {size}×{size} pixels do not fill images of {height}×{width}")

    factors = np.broadcast_to(np.asarray(weights, dtype="float32"), (n, model.outputs[0].shape[-1]))
    places = list(np.ndindex(height // size, width // size))
    at_once = max(1, _IMAGES_AT_ONCE // n)
    before, after = np.sum(_outputs(model, images) * factors, axis=-1), []
    for first in range(0, len(places), at_once):
        some = places[first : first + at_once]
        covered = np.repeat(images[None], len(some), axis=0)
        for batch, (row, column) in zip(covered, some, strict=True):
            batch[:, row * size : (row + 1) * size, column * size : (column + 1) * size] = fill
        scores = _outputs(model, covered.reshape(-1, *images.shape[1:])).reshape(len(some), n, -1)
        after.append(np.sum(scores * factors, axis=-1))
    return (before - np.concatenate(after)).T.reshape(n, height // size, width // size)


def _images(images: ArrayLike) -> np.ndarray:
    images = np.asarray(images, dtype="float32")
    if images.ndim != 4:
        raise ValueError(f"images must have the shape (n, height, width, channels); got {images.shape}")
    return images


def _outputs(model: keras.Model, batch: Any) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(batch, training=False))
