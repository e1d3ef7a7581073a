"""Known answers to the exercises of chapter 23."""

import numpy as np


def disturbed(shift, rotation, noise):
    """Accuracies that fall from 0.95 to these ones at the strengths that the exercise names, and stay there."""
    at = {"shift, pixels": (shift, 6), "rotation, degrees": (rotation, 30), "noise, standard deviation": (noise, 0.3)}
    strengths = {kind: (None, [0, strength, 2 * strength]) for kind, (_, strength) in at.items()}
    return {"disturbances": strengths, "accuracies": {kind: [0.95, left, left] for kind, (left, _) in at.items()}}


PREDICTIONS = {
    "23.1": [
        (
            disturbed(0.16, 0.81, 0.84),
            "shift",
            "95 % of the undisturbed.*16 %.*81 %.*84 % of the noisy.*C5 does not know",
        ),
        (disturbed(0.5, 0.3, 0.84), "rotation", r"30 %.*the rotation costs most\.$"),
        (disturbed(0.5, 0.6, 0.2), "noise", r"20 %.*the noise costs most\.$"),
        (disturbed(0.5, 0.55, 0.52), "equal", "cost about the same"),
        (disturbed(0.2, 0.5, 0.25), None, "shift and noise cost most, and about the same"),
    ]
}


RIGHT = {
    "23.2": lambda table, size: size**2 * table.sum() + table.shape[1],
    # In float32, as Keras holds its weights; the notebook's solution leaves them in float64.
    "23.3": lambda weights, height, width, channels: weights.astype("float32").reshape(height, width, channels, -1),
    "23.4": 69,
}
WRONG = {
    "23.2": [
        (lambda table, size: (size**2 * table.shape[0] + 1) * table.shape[1], "all pairs"),
        (lambda table, size: size**2 * table.sum(), "biases are missing"),
        (lambda table, size: size**2 * table.sum() + table.shape[0], "each input map"),
        (lambda table, size: (size**2 + 1) * table.sum(), "each connection"),
        (lambda table, size: size * table.sum() + table.shape[1], "size² weights"),
        (lambda table, size: table.sum() + table.shape[1], "whole window"),
        (lambda table, size: size**2 * table.sum() + 1, "Count the ones"),
        (lambda table, size: size**2 * table.sum(axis=0) + 1, "shape"),
    ],
    "23.3": [
        (lambda w, height, width, channels: w.reshape(channels, height, width, -1), "shape"),
        (lambda w, height, width, channels: w.T.reshape(height, width, channels, -1), "units have got mixed up"),
        (
            lambda w, height, width, channels: w.reshape(channels, height, width, -1).transpose(1, 2, 0, 3),
            "wrong order",
        ),
        (
            lambda w, height, width, channels: w.reshape(width, height, channels, -1).transpose(1, 0, 2, 3),
            "wrong order",
        ),
        (lambda w, height, width, channels: w.reshape(height, width, channels, -1)[::-1, ::-1], "turned by 180"),
        (lambda w, height, width, channels: np.zeros((height, width, channels, w.shape[1])), "differs from the dense"),
        (lambda w, height, width, channels: w.reshape(height, width), "raised ValueError"),
    ],
    "23.4": [
        (10, "windows overlap"),
        (273, "by one pixel"),
        (68, "first place"),
        (73, "before C5"),
        (690, "counted the probabilities"),
        (42, "how far is it"),
        ("many", "should be numbers"),
    ],
}
