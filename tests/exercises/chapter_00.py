"""Known answers to the exercises of chapter 0."""

import numpy as np

PREDICTIONS = {"0.1"}
RIGHT = {
    "0.1": "the same",
    "0.2": lambda images: np.float32(images) / np.float32(255),
    "0.3": lambda image: len(set(image.ravel().tolist())),
}
WRONG = {
    "0.1": [("no idea", "Choose one of")],
    "0.2": [
        (lambda images: images, "still go up to 255"),
        (lambda images: images // 255, "whole-number division"),
        (lambda images: (images / 256).astype("float32"), "divide by 255, not by 256"),
        (lambda images: images / 255, "not float32"),
        (lambda images: images[0] / 255, "should have shape"),
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
}
