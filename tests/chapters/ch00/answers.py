"""Known answers to the exercises of chapter 0."""

import numpy as np

PREDICTIONS = {
    "0.1": [
        ({"plain": 0.842, "shuffled": 0.836, "images": 10_000}, "the same", "84.2 %.*83.6 %.*a weight of its own"),
        ({"plain": 0.842, "shuffled": 0.701, "images": 10_000}, "worse", "84.2 %.*70.1 %.*worse, by more than chance"),
        ({"plain": 0.842, "shuffled": 0.901, "images": 10_000}, "better", "90.1 %.*better, by more than chance"),
        ({"plain": 0.31, "shuffled": 0.22, "images": 10_000}, "the same", "25 percentage points"),
        ({"plain": 0.80, "shuffled": 0.74, "images": 300}, "the same", "10 percentage points"),
    ]
}
RIGHT = {
    "0.2": lambda images: np.float32(images) / np.float32(255),
    "0.3": lambda image: len(set(image.ravel().tolist())),
    "0.4": 800,
}
WRONG = {
    "0.2": [
        (lambda images: images, "still go up to 255"),
        (lambda images: images // 255, "integer division"),
        (lambda images: (images / 256).astype("float32"), "divide by 255, not by 256"),
        (lambda images: images / 255, "not float32"),
        (lambda images: (images / images.max()).astype("float32"), "divide by 255, not by its own largest value"),
        (lambda images: (images - images.min()) / np.float32(np.ptp(images)), "divide by 255, not by its own"),
        (lambda images: images[0] / 255, "should have shape"),
        (lambda images: (images / 255).astype("float16"), "float16 has only about three digits"),
        (lambda images: (images.astype("float32") - images.mean()) / 255, "divide by 255|in proportion"),
        (lambda images: np.divide(images, 255, out=images, casting="unsafe"), "changes the images"),
        (0.5, "should be a function"),
    ],
    "0.3": [
        (np.size, "number of pixels"),
        (lambda image: 256, "could be"),
        (lambda image: image.max() + 1.0, "up to the largest"),
        (np.max, "largest value"),
        (np.count_nonzero, "not black"),
        (lambda image: len(np.unique(image)) - 1, "black, 0, is a value"),
        (lambda image: np.unique(image), "shape"),
        (lambda image: 7, "distinct values your function returns 7"),
    ],
    "0.4": [
        (4000, "does not scatter five times as much"),
        (25, "Is 25 the scatter"),
        (100_000, "more draws scatter less"),
        (100, "scatters by about .* Take more"),
        (320, "scatters by about .* Take more"),
        (2500, "scatters by about .* only. Take fewer"),
        (10_000, "scatters by about .* only. Take fewer"),
        (0.5, "should be an integer"),
        ([800, 1000], "shape"),
    ],
}
