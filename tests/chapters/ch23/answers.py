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
            r"cost 2\.00 points, .*the tanh, costs 0\.20 alone, .*no loss at all.*not singly",
        ),
        (accuracies(0.98, 0.96, 0.978, 0.965, 0.98, 0.98, 0.98), "one", r"the sum alone costs most"),
        (accuracies(0.98, 0.96, 0.976, 0.976, 0.977, 0.976, 0.977), "shared", "the parts share it"),
        (accuracies(0.96, 0.98, 0.976, 0.976, 0.977, 0.976, 0.977), None, "no loss to be shared"),
        (accuracies(0.98, 0.96), None, "nothing is decided"),
    ]
}


RIGHT = {
    "23.2": (16, 4),
    "23.3": convolution,
    "23.4": lambda kernel, gradient, table, rate: kernel * table - rate * gradient * table,
    "23.5": [4, 8],
}
WRONG = {
    "23.2": [
        ((14, 4), "before the last pooling"),
        ((4, 16), "wrong order"),
        ((11, 4), "times the distance"),
        ((16, 2), "two poolings"),
        ((20, 8), "Begin with r = j = 1"),
        (16, "shape"),
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
        (lambda kernel, gradient, table, rate: kernel * table - rate * gradient, "end it with"),
        (lambda kernel, gradient, table, rate: kernel, "Nothing has been learned"),
        (lambda kernel, gradient, table, rate: (kernel + rate * gradient) * table, "climbs"),
        (lambda kernel, gradient, table, rate: (kernel - gradient) * table, "rate"),
        (lambda kernel, gradient, table, rate: (kernel - rate * gradient) * (1 - table), "leaves out"),
        (lambda kernel, gradient, table, rate: kernel * rate, "largest weight of a missing pair"),
        (lambda kernel, gradient, table, rate: (kernel * table)[0], "shape"),
    ],
    "23.5": [
        ([], "None"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "All of them"),
        ([2, 4, 6, 8], "two of them"),
        ([4], "look at 8"),
        ([3, 6], "Compare all ten"),
        ("none", "numbers"),
    ],
}
