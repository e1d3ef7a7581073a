"""Known answers to the exercises of chapter 22."""

from course_utils.chapters.ch22.checks import SOBEL

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def read(plain, shuffled, dense):
    return {"convolutional_plain": plain, "convolutional_shuffled": shuffled, "dense_shuffled": dense}


PREDICTIONS = {
    "22.1": [
        (read(0.91, 0.75, 0.886), "below", "0.910 .* 0.750 .*below this dense network.*what belongs together"),
        (read(0.97, 0.92, 0.88), "between", "stays above the large dense network"),
        (read(0.95, 0.94, 0.88), "same", "the order hardly matters"),
        (read(0.97, 0.885, 0.88), None, "the run cannot tell"),
        (read(0.4, 0.3, 0.6), None, "had not learned enough"),
        (read(np.nan, 0.3, 0.6), None, "nothing to compare"),
    ]
}


def conv_full(x, w, b, stride=1, pad=0, dilation=1, span=None):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    span = span or dilation * (len(w) - 1) + 1
    windows = sliding_window_view(x, (span, span), axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, w, axes=([4, 5, 3], [0, 1, 2])) + b


def thinned_image(x, w, b, stride, pad, dilation):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    return conv_full(x[:, ::dilation, ::dilation], w, b, stride)


def wide_window(x, w, b, stride, pad, dilation):
    return conv_full(x, w, b, stride, pad, dilation, span=dilation * len(w))


def mixed_axes(x, w, b, stride, pad, dilation):
    k, channels, filters = len(w), w.shape[2], w.shape[3]
    return conv_full(x, w.reshape(channels, k, k, filters).transpose(1, 2, 0, 3), b, stride, pad, dilation)


def input_gradient(x, w, dz, stride, spread=None, turn=(-1, -1), swap=True):
    if spread is None:
        spread = np.zeros((len(dz), stride * dz.shape[1], stride * dz.shape[2], dz.shape[3]))
        spread[:, ::stride, ::stride] = dz
    turned = w[:: turn[0], :: turn[1]]
    turned = turned.transpose(0, 1, 3, 2) if swap else turned
    dx = conv_full(spread, turned, 0, pad=len(w) - 1)
    return dx[:, : x.shape[1], : x.shape[2]]


def repeated(x, w, dz, stride):
    return input_gradient(x, w, dz, stride, dz.repeat(stride, axis=1).repeat(stride, axis=2))


def as_lists_of_float32(x, w, dz, stride):
    return input_gradient(x, w, dz, stride).astype("float32").tolist()


CHANGE = np.array([[1, 1, 0], [1, -2, -1], [0, -1, 1]])  # adds up to 0 along each diagonal column - row
OF_COLUMNS = np.array([[1, 1, 1], [-2, 1, 1], [1, -2, -2]])

RIGHT = {
    "22.2": (296, 18_432, 6),
    "22.3": conv_full,
    "22.4": as_lists_of_float32,
    "22.5": {"filter": (SOBEL + CHANGE).tolist(), "free": np.int64(4)},
}
WRONG = {
    "22.2": [
        ((80, 18_432, 6), "3 · 3 · 4 weights"),
        ((288, 18_432, 6), "a bias too"),
        ((300, 18_432, 6), "one filter on 4 channels"),
        ((296, 4_608, 6), "all 4 channels"),
        ((296, 64_800, 6), "the stride leaves out"),
        ((296, 14_112, 6), "At which pixels of the 17"),
        ((296, 2_304, 6), "of one filter at all places"),
        ((296, 1, 6), "Outputs times the weights"),
        ((296, 18_432, 2), "keeps every third place"),
        ((296, 18_432, 3), "no move by whole places"),
        ((296, 18_432, 5), "do not add up"),
        ((296, 18_432, 12), "a smaller one does too"),
        ((296, 18_432, 4), "How far apart"),
        ((296.5, 18_432, 6), "should be an integer"),
        (8, "Store three numbers"),
        ((296, 18_432), "should have shape"),
        ("eight", "Store three numbers|should be numbers"),
        ([8, [296, 2]], "should be numbers"),
    ],
    "22.3": [
        (thinned_image, "thinned out the image|should be|spans"),
        (wide_window, "not d · k = 6|should have shape"),
        (mixed_axes, "paired wrongly"),
        (lambda x, w, b, stride, pad, dilation: conv_full(x, w, b, stride, pad), "spans 5 pixels, not 3"),
        (lambda x, w, b, stride, pad, dilation: conv_full(x, w, b, 1, pad, dilation), "stride is missing"),
        (lambda x, w, b, stride, pad, dilation: conv_full(x, w, b, stride, 0, dilation), "padding is missing"),
        (lambda x, w, b, stride, pad, dilation: conv_full(x, w, 0, stride, pad, dilation), "bias of each filter"),
        (lambda x, w, b, *rest: conv_full(x, w[::-1, ::-1], b, *rest), "turned the filter around"),
        (lambda x, w, b, *rest: conv_full(x, w.transpose(1, 0, 2, 3), b, *rest), "mixed up"),
        (lambda x, w, b, *rest: 1.1 * conv_full(x, w, b, *rest), "the shape is right"),
        (lambda x, w, b, *rest: conv_full(x, w, b, *rest)[0], "should have shape"),
        (lambda x, w, b, *rest: [[1, 2], [3]], "should be numbers"),
        (lambda x, w, b, *rest: "a map", "should be numbers|should have shape"),
        (lambda x, w, b, *rest: None, "returns nothing yet"),
    ],
    "22.4": [
        (repeated, "`repeat` lets its error come back several times"),
        (lambda *given: input_gradient(*given, turn=(1, 1)), "not turned around"),
        (lambda *given: input_gradient(*given, turn=(1, -1)), "left to right only"),
        (lambda *given: input_gradient(*given, turn=(-1, 1)), "upside down only"),
        (lambda *given: input_gradient(*given, swap=False), "must change their places"),
        (lambda x, w, dz, stride: repeated(x, w, dz, stride) / stride**2, "wrong by"),
        (lambda x, w, dz, stride: input_gradient(x, w, dz, stride) / stride**2, "comes back whole"),
        (lambda x, w, dz, stride: input_gradient(x, w, dz, stride)[:, 1:], "should have shape"),
        (lambda x, w, dz, stride: [[1, 2], [3]], "should be numbers"),
        (lambda x, w, dz, stride: None, "returns nothing yet"),
    ],
    "22.5": [
        ({"filter": SOBEL + CHANGE[::-1], "free": 4}, "along the other diagonal"),
        ({"filter": SOBEL + OF_COLUMNS, "free": 6}, "right for vertical stripes"),
        ({"filter": SOBEL + OF_COLUMNS.T, "free": 6}, "right for horizontal stripes"),
        ({"filter": SOBEL + 1, "free": 4}, "always equal"),
        ({"filter": SOBEL, "free": 4}, "Sobel's filter itself"),
        ({"filter": SOBEL + np.diag([1, 1, -2]), "free": 4}, "differs in 3 numbers"),
        ({"filter": SOBEL + CHANGE, "free": 6}, "6 is right for vertical stripes"),
        ({"filter": SOBEL + CHANGE, "free": 5}, "what the pictures determine"),
        ({"filter": SOBEL + CHANGE, "free": 7}, "not each for itself"),
        ({"filter": SOBEL + CHANGE, "free": 0}, "does not say that the weights are determined"),
        ({"filter": SOBEL + CHANGE, "free": 3}, "How many different pixels"),
        ({"filter": None, "free": 4}, "should be numbers|should have shape"),
        ({"filter": [[1, 2], [3]], "free": 4}, "should be numbers"),
        ((SOBEL + CHANGE, 4), "Store a dictionary"),
        (4, "Store a dictionary"),
    ],
}
