"""Data sets without files, made from what is installed with the course."""

from course_utils.datasets.formats import Content

import numpy as np


def digits() -> Content:
    """Return scikit-learn's 1,797 handwritten digits in MNIST's form: uint8 `(n, 28, 28)`, 0 to 255.

    The 8×8 images (0 to 16) are enlarged to 20×20 and centred, as MNIST's digits are. The last 297 are the test data:
    the file lists one writer after the other, so their writers are not those of most of the training data.
    """
    from sklearn.datasets import load_digits

    small = load_digits()
    # Bilinear interpolation in integers, whose result is the same on every machine: the centre of the new pixel i
    # lies at (4 i - 3) / 10 of the old grid, so all weights are tenths.
    tenths = np.clip(4 * np.arange(20) - 3, 0, 70)
    left = np.minimum(tenths // 10, 6)
    weights = np.zeros((20, 8), dtype=np.int64)
    weights[np.arange(20), left] = 10 - (tenths - 10 * left)
    weights[np.arange(20), left + 1] = tenths - 10 * left
    enlarged = weights @ small.images.astype(np.int64) @ weights.T  # (n, 20, 20), 0 to 16 * 100
    x = np.zeros((len(enlarged), 28, 28), dtype=np.uint8)
    x[:, 4:24, 4:24] = (255 * enlarged + 800) // 1600
    return _split(x, small.target.astype(np.uint8), 1500)


def shapes() -> Content:
    """Return 6,000 generated images of ten shapes in CIFAR-10's form: uint8 `(n, 32, 32, 3)`, 0 to 255.

    Place, size, rotation and both colours are drawn at random, with noise on top, so that no single pixel gives the
    class away. Only sums, products, quotients and square roots are used, which every machine rounds alike, and
    NumPy's `RandomState`, whose stream is frozen; so the images are the same everywhere.
    """
    n = 6000
    random = np.random.RandomState(0)
    y = random.permutation(n) % 10

    def draw(low: float, high: float) -> np.ndarray:
        return (low + (high - low) * random.random_sample((n, 1, 1))).astype(np.float32)

    centre_x, centre_y, radius, half_angle = draw(12, 19), draw(12, 19), draw(7, 11), draw(-1, 1)
    rows, columns = np.mgrid[0:32, 0:32].astype(np.float32)
    # The tangent of half the angle gives sine and cosine without a trigonometric function.
    cosine, sine = (1 - half_angle**2) / (1 + half_angle**2), 2 * half_angle / (1 + half_angle**2)
    across, down = (columns - centre_x) / radius, (rows - centre_y) / radius
    u, v = cosine * across + sine * down, cosine * down - sine * across
    depth = np.empty((n, 32, 32), dtype=np.float32)  # how far inside the shape, in radii; negative outside
    for label, shape in enumerate(_SHAPES):
        depth[y == label] = shape(u[y == label], v[y == label])
    coverage = np.clip(depth * radius + np.float32(0.5), 0, 1)[..., None]  # one pixel of soft edge

    background = random.randint(0, 256, (n, 1, 1, 3))
    foreground = (background + random.randint(64, 193, (n, 1, 1, 3))) % 256  # every channel differs by 64 or more
    x = background.astype(np.float32) + coverage * (foreground - background).astype(np.float32)
    x += random.randint(-20, 21, (n, 32, 32, 3)).astype(np.float32)
    return _split(np.clip(x, 0, 255).astype(np.uint8), y.astype(np.uint8), 5000)


def _distance(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.sqrt(u * u + v * v)


# In the order of the manifest's class names; u and v run from -1 to 1 over the shape.
_SHAPES = (
    lambda u, v: 1 - _distance(u, v),  # disc
    lambda u, v: 0.2 - abs(_distance(u, v) - 0.8),  # ring
    lambda u, v: np.minimum(1 - _distance(u, v), v + 0.1),  # half disc
    lambda u, v: np.minimum(1 - _distance(u, v), _distance(u - 0.5, v) - 0.75),  # crescent
    lambda u, v: 0.85 - np.maximum(abs(u), abs(v)),  # square
    lambda u, v: 0.18 - abs(np.maximum(abs(u), abs(v)) - 0.7),  # frame
    lambda u, v: np.minimum(v + 0.5, 0.5 - 0.866 * abs(u) - 0.5 * v),  # triangle
    lambda u, v: np.maximum(  # plus
        np.minimum(0.28 - abs(u), 1 - abs(v)), np.minimum(0.28 - abs(v), 1 - abs(u))
    ),
    lambda u, v: np.minimum(0.25 - abs(u), 1 - abs(v)),  # bar
    lambda u, v: 0.4 - np.minimum(_distance(u, v - 0.55), _distance(u, v + 0.55)),  # two dots
)


def _split(x: np.ndarray, y: np.ndarray, training: int) -> Content:
    return {"x_train": x[:training], "y_train": y[:training], "x_test": x[training:], "y_test": y[training:]}


def python_docs() -> Content:
    """Return the help texts that ship with Python, in ASCII, one topic after the other."""
    from pydoc_data.topics import topics

    text = "\n\n".join(topic.strip() for _, topic in sorted(topics.items()))
    # A corpus of plain characters, as Shakespeare's is, gives a character model a vocabulary of similar size.
    plain = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
    return {"text": text.translate(str.maketrans(plain)).encode("ascii", "ignore").decode("ascii")}


MAKERS = {"digits": digits, "shapes": shapes, "python_docs": python_docs}
