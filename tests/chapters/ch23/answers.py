"""Known answers to the exercises of chapter 23."""

import numpy as np

PARTS = ("tanh", "sum", "table", "codes", "pixels")


def accuracies(today, original, *with_one_old_part):
    """Accuracies of two seeds by row, as section 4 collects them; rows with one new part decide nothing."""
    single = {f"today's, but {part}": value for part, value in zip(PARTS, with_one_old_part, strict=False)}
    rows = {"today's": today} | single | {"1998's": original}
    return {name: [value - 0.001, value + 0.001] for name, value in rows.items()}


def convolution(maps, kernel, bias):
    size = len(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(1, 2))
    return np.einsum("bhwcij,ijcf->bhwf", windows, kernel) + bias


def padded(maps, kernel, bias):
    rim = len(kernel) // 2
    return convolution(np.pad(maps, ((0, 0), (rim, rim), (rim, rim), (0, 0))), kernel, bias)


PREDICTIONS = {
    "23.1": [
        (
            accuracies(0.98, 0.96, 0.978, 0.982, 0.982, 0.979, 0.98),
            "together",
            r"cost 2\.00 points, .*the tanh costs 0\.20 alone, .*no loss at all.*not singly",
        ),
        (accuracies(0.98, 0.96, 0.978, 0.965, 0.98, 0.98, 0.98), "one", r"the sum alone costs most"),
        (accuracies(0.98, 0.96, 0.976, 0.976, 0.977, 0.976, 0.977), "shared", "the parts share it"),
        (accuracies(0.96, 0.98, 0.976, 0.976, 0.977, 0.976, 0.977), None, "no loss to be shared"),
        (accuracies(0.98, 0.96), None, "nothing is decided"),
    ]
}


def head(maps, weights, bias, order=(0, 1, 2, 3), shape=(5, 5, 16, 10)):
    return convolution(maps, weights.reshape(shape).transpose(order), bias)


RIGHT = {
    "23.2": (16, 4, 1832),
    "23.3": convolution,
    "23.4": head,
    "23.5": [6],
}
WRONG = {
    "23.2": [
        ((14, 4, 1832), "before the last pooling"),
        ((4, 16, 1832), "wrong order"),
        ((11, 4, 1832), "times the distance"),
        ((16, 2, 1832), "two poolings"),
        ((20, 8, 1832), "Begin with r = j = 1"),
        ((16, 4, 1800), "biases are missing"),
        ((16, 4, 320), "sees 8 maps"),
        ((16, 4, 2336), "grey image"),
        ((16, 4, 664), "four convolutions"),
        ((16, 4, 1000), "a pooling has none"),
        ((16, 4), "shape"),
        ("sixteen", "shape|numbers"),
    ],
    "23.3": [
        (padded, "Leave the padding out"),
        (lambda maps, kernel, bias: convolution(maps, kernel[::-1, ::-1], bias), "flipped"),
        (lambda maps, kernel, bias: convolution(maps, kernel, 0), "bias is missing"),
        (lambda maps, kernel, bias: convolution(maps, kernel.swapaxes(0, 1), bias), "changed places"),
        (lambda maps, kernel, bias: convolution(maps, kernel, len(kernel) ** 2 * bias), "add it once"),
        (lambda maps, kernel, bias: convolution(maps, kernel, 0).sum(-1, keepdims=True) + bias, "map of its own"),
        (lambda maps, kernel, bias: convolution(maps, kernel, bias)[0], "shape"),
        (lambda maps, kernel, bias: np.zeros_like(convolution(maps, kernel, bias)), "values differ"),
        (lambda maps, kernel, bias: maps @ kernel, "raised ValueError"),
    ],
    "23.4": [
        (lambda maps, weights, bias: head(maps, weights, bias, (1, 2, 0, 3), (16, 5, 5, 10)), "That is hers"),
        (lambda maps, weights, bias: head(maps, weights, 0), "bias is missing"),
        (lambda maps, weights, bias: head(maps, weights, bias, (1, 0, 2, 3)), "changed places"),
        (lambda maps, weights, bias: head(maps, weights[::-1], bias), "run through first"),
        (lambda maps, weights, bias: convolution(maps, weights.reshape(5, 5, 16, 10)[::-1, ::-1], bias), "flipped"),
        (lambda maps, weights, bias: head(maps, weights, bias)[:, 0], "shape"),
        (lambda maps, weights, bias: maps.reshape(2, -1) @ weights, "raised ValueError"),
    ],
    "23.5": [
        ([], "None"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "All of them"),
        ([2, 4, 6, 8], "two of them"),
        ([3, 6], "but of what"),
        ([4, 8], "one of 3"),
        ([4], "Compare all ten"),
        (4, "Compare all ten"),
        ("none", "numbers"),
        ([[3], [3, 6]], "numbers"),
    ],
}
