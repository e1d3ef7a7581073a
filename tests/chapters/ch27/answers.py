"""Known answers to the exercises of chapter 27."""

from course_utils.chapters.ch27.checks import _encoded

import numpy as np


def measured(first, second, apart):
    """Slots that are that share of the objects' distance away from the nearest object."""
    true = np.full(10, 20.0)
    return {
        "apart": {"true": true, "random": np.full(10, 20.0 * apart)},
        "to object": np.tile([20.0 * first, 20.0 * second], (10, 1)),
    }


PREDICTIONS = {
    "27.1": [
        (measured(0.5, 0.5, 0.1), "neither", "neither slot found an object in most pictures, because each slot by"),
        (measured(0.5, 0.5, 0.9), "neither", "neither slot found an object in most pictures\\."),
        (measured(0.1, 0.1, 1), "both", "each slot found an object"),
        (measured(0.1, 0.5, 0.6), "one", "only one slot found"),
        (measured(0.1, 0.1, 0.1), None, "both slots found the same object"),
        (measured(np.nan, 0.1, 0.1), None, "nothing to compare"),
    ]
}


def encode_with_anchors(objects, number, kinds, grid, anchors):
    return _encoded(objects, number, kinds, grid, anchors)


def changed(**how):
    return lambda *given: _encoded(*given, **how)


ROW = np.array([[0.0, 0, 10, 10], [3, 0, 10, 10], [6, 0, 10, 10]])

RIGHT = {
    "27.2": [6 / 26, 0.55, 8],
    "27.3": lambda width, overlap: np.float32(width * (1 - overlap) / (1 + overlap)),
    "27.4": ([0.9, 0.8, 0.7], ROW.tolist()),
    "27.5": encode_with_anchors,
}
WRONG = {
    "27.2": [
        ((0.55, 6 / 26, 8), "the IoU comes first"),
        ((6 / 32, 0.55, 8), "belongs to the union only once"),
        ((6 / 16, 0.55, 8), "not by one of them"),
        ((6 / 20, 0.55, 8), "once, not twice"),
        ((26 / 6, 0.55, 8), "not the other way round"),
        ((0.5, 0.55, 8), "from 2 to 4 across"),
        ((6 / 26, 2.1 / 4, 8), "the third hit makes it good"),
        ((6 / 26, 2.2 / 3, 8), "The object that is never hit"),
        ((6 / 26, 0.7, 8), "with a dip"),
        ((6 / 26, 3 / 5, 8), "precision at the end"),
        ((6 / 26, 3 / 4, 8), "recall at the end"),
        ((6 / 26, 0.5867, 8), "Only hits add to the area"),
        ((6 / 26, 0.1, 8), "A hit adds a quarter"),
        ((6 / 26, 0.55, 4), "without the new layer"),
        ((6 / 26, 0.55, 2), "farther apart"),
        ((6 / 26, 0.55, 6), "The distances multiply"),
        ((6 / 26, 0.55, 16), "how many layers halve"),
        (0.23, r"should have shape \(3,\)"),
        ([[1], [1, 2]], "should be numbers"),
        ("much", "should be numbers"),
    ],
    "27.3": [
        (lambda width, overlap: width * (1 - overlap), "that share of one box"),
        (lambda width, overlap: (1 - overlap) / (1 + overlap), "the shift is asked"),
        (lambda width, overlap: width * (1 - overlap) / 2, "the union grows"),
        (lambda width, overlap: 0.1 * width, "at that shift the IoU is"),
        (lambda width, overlap: None, "returns nothing yet"),
        (lambda width, overlap: [1, 2], "should be a single number"),
        (3, "should be a function"),
    ],
    "27.4": [
        (([0.9, 0.8], ROW[:2]), "How many does it take"),
        (([0.9, 0.8, 0.7], ROW * np.array([10, 1, 1, 1])), "some must overlap"),
        (([0.9, 0.8, 0.7], ROW + np.array([0, 0, 90, 0])), "Both keep one box only"),
        (([0.9, 0.9, 0.7], ROW), "different scores"),
        (([0.9, 0.8, 0.7], ROW[:2]), r"should have shape \(3, 4\)"),
        (([0.9, 0.8, 0.7], 0 * ROW), "must be above 0"),
        (([[0.9], [0.8, 1]], ROW), "one number for each box"),
        ("boxes", "Store two things"),
        (0.5, "Store two things"),
    ],
    "27.5": [
        (changed(swapped=True), "Row and column are exchanged"),
        (changed(whole=True), "measured inside the cell"),
        (changed(last=True), "the first one in the table keeps it"),
        (changed(by="cells"), "leave out the grid there"),
        (lambda *given: encode_with_anchors(*given)[..., ::-1, :], "wrong anchor"),
        (lambda *given: 0 * encode_with_anchors(*given), "places should be taken"),
        (lambda *given: encode_with_anchors(*given)[:, :, :, 0], "should have shape"),
        (lambda *given: None, "returns nothing yet"),
        (lambda *given: [[1], [1, 2]], "should be numbers"),
        (0.3, "should be a function"),
    ],
}
