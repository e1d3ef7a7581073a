"""Generated scenes for chapter 27, and a loader of one's own: pictures, and one table of everything in them."""

import json
from pathlib import Path

import numpy as np

KINDS = ("rectangle", "ellipse", "triangle")
SIDE = 64  # pixels
NOISE = 0.05
LARGEST_OVERLAP = 0.1  # intersection over union of two objects of a scene


def scenes(
    rng: np.random.Generator,
    pictures: int,
    counts: tuple[int, int] = (1, 4),
    sizes: tuple[int, int] = (10, 28),
    square: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw grey pictures of rectangles, ellipses and triangles.

    Args:
        rng: Draws everything.
        pictures: How many.
        counts: Fewest and most objects of a picture.
        sizes: Smallest and largest width and height, in pixels.
        square: Whether an object is as high as it is wide; otherwise both are drawn independently.

    Returns:
        Grey values from 0 to 1, float32, `(pictures, 64, 64, 1)`, and the objects, `(objects, 6)`: number of the
        picture, kind, and centre x, y, width and height as shares of the picture; those of a picture in random order.

    Raises:
        ValueError: The sizes do not fit into a picture.
    """
    if not 2 <= sizes[0] <= sizes[1] <= SIDE // 2:
        raise ValueError(f"sizes must be two numbers of pixels, rising, from 2 to {SIDE // 2}; got {sizes}")

    def shape(width: int, height: int) -> tuple[int, np.ndarray]:
        kind = int(rng.integers(len(KINDS)))
        down, right = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
        if kind == 0:
            mask = np.ones((height, width), bool)
        elif kind == 1:
            mask = (2 * down[:, None] - 1) ** 2 + (2 * right - 1) ** 2 <= 1
        else:
            mask = np.abs(2 * right - 1) <= down[:, None]
        grey = rng.uniform(0, 0.25) if rng.random() < 0.5 else rng.uniform(0.75, 1)
        return kind, np.where(mask, grey, np.nan)

    return _place(rng, pictures, counts, sizes, square, shape)


def digit_scenes(
    rng: np.random.Generator,
    digits: np.ndarray,
    labels: np.ndarray,
    pictures: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw pictures of one to four handwritten digits, each cut to its ink and scaled to 14 to 28 pixels.

    Args:
        rng: Draws everything but the digits.
        digits: Pixels 0 to 255, `(n, height, width)`.
        labels: `(n,)`, from 0.
        pictures: How many.

    Returns:
        Pictures and objects as `scenes` returns them; the kind is the label.
    """

    def shape(width: int, height: int) -> tuple[int, np.ndarray]:
        number = int(rng.integers(len(digits)))
        ink = digits[number] > 64
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        cut = digits[number][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        down = np.arange(height) * cut.shape[0] // height
        right = np.arange(width) * cut.shape[1] // width
        grey = cut[np.ix_(down, right)] / 255
        return int(labels[number]), np.where(grey > 0.25, 0.5 + grey / 2, np.nan)

    return _place(rng, pictures, (1, 4), (14, 28), False, shape)


def _place(rng, pictures, counts, sizes, square, shape) -> tuple[np.ndarray, np.ndarray]:
    canvas = np.full((pictures, SIDE, SIDE), 0.5, "float32")
    rows = []
    for picture in range(pictures):
        wanted = int(rng.integers(counts[0], counts[1] + 1))
        for x, y, width, height in _free_boxes(rng, wanted, sizes, square):
            kind, grey = shape(width, height)
            part = canvas[picture, y : y + height, x : x + width]
            part[:] = np.where(np.isnan(grey), part, grey)
            rows.append((picture, kind, x + width / 2, y + height / 2, width, height))
        canvas[picture] += NOISE * rng.standard_normal((SIDE, SIDE), "float32")
    table = np.array(rows, dtype=float).reshape(-1, 6)
    table[:, 2:] /= SIDE
    return np.clip(canvas, 0, 1, out=canvas)[..., None], table


def _free_boxes(rng, wanted, sizes, square) -> list[tuple[int, int, int, int]]:
    """Draw boxes (left, top, width, height) that hardly overlap; start anew where no place is left."""
    boxes: list[tuple[int, int, int, int]] = []
    tries = 0
    while len(boxes) < wanted:
        tries += 1
        if tries > 60:
            boxes, tries = [], 0
        width, height = (int(side) for side in rng.integers(sizes[0], sizes[1] + 1, 2))
        height = width if square else height
        box = int(rng.integers(SIDE - width + 1)), int(rng.integers(SIDE - height + 1)), width, height
        if all(_overlap(box, other) < LARGEST_OVERLAP for other in boxes):
            boxes.append(box)
    return boxes


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0, wide) * max(0, high)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def coco_folder(folder: str | Path) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Load pictures with boxes from a folder in the format of COCO.

    The folder holds `annotations.json` with `images` (`id`, `file_name`), `categories` (`id`, `name`) and
    `annotations` (`image_id`, `category_id`, `bbox`: left, top, width, height in pixels), and the pictures.

    Args:
        folder: The folder.

    Returns:
        Pictures and objects as `scenes` returns them, scaled to 64×64 grey values, and the names of the kinds.

    Raises:
        FileNotFoundError: There is no `annotations.json`, or a picture is missing.
    """
    import keras

    folder = Path(folder)
    described = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    kinds = {category["id"]: kind for kind, category in enumerate(described["categories"])}
    numbers, sizes, pictures = {}, [], []
    for number, image in enumerate(described["images"]):
        loaded = keras.utils.load_img(folder / image["file_name"], color_mode="grayscale")
        numbers[image["id"]] = number
        sizes.append(loaded.size)
        pictures.append(np.asarray(loaded.resize((SIDE, SIDE)), "float32")[..., None] / 255)
    rows = []
    for annotation in described["annotations"]:
        number = numbers[annotation["image_id"]]
        left, top, width, height = annotation["bbox"]
        across, down = sizes[number]
        box = (left + width / 2) / across, (top + height / 2) / down, width / across, height / down
        rows.append((number, kinds[annotation["category_id"]], *box))
    names = tuple(category["name"] for category in described["categories"])
    return np.stack(pictures), np.array(rows, dtype=float).reshape(-1, 6), names
