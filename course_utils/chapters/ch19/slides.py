"""The slides' search on CIFAR-10, a network for each of its rows, trained side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np

UNITS, BATCH = 50, 100
FOR_VALIDATION = 1000
COARSE = [  # learning rate and L2 strength of the printed trials
    (1.405e-4, 0.479), (7.232e-6, 2.32e-4), (2.12e-6, 80.1), (1.551e-5, 4.37e-5),
    (1.753e-5, 1200), (4.215e-5, 42), (1.75e-4, 2.11e-4), (6.749e-5, 42.3),
    (4.297e-4, 0.664), (5.402e-6, 1.6e4), (1.619e-6, 0.493),
]  # fmt: skip
FINE = [
    (5.341e-4, 0.41), (2.279e-4, 9.99e-4), (8.681e-4, 0.0135), (1.028e-4, 0.0122),
    (1.114e-4, 0.0524), (9.478e-4, 2.0e-3), (1.484e-4, 0.433), (5.586e-4, 2.31e-4),
    (5.808e-4, 0.0826), (1.979e-4, 1.01e-4), (2.036e-4, 2.41e-3), (2.021e-4, 0.229),
    (1.136e-4, 0.039), (6.948e-4, 0.0156), (9.472e-4, 1.43e-3), (3.141e-4, 0.286),
    (6.438e-4, 0.303), (3.922e-4, 2.71e-4), (9.752e-4, 2.85e-3), (2.412e-4, 5.0e-4),
    (1.319e-4, 0.0119), (8.04e-4, 0.0153),
]  # fmt: skip


def train_rows(
    photos: Any,
    settings: Sequence[tuple[float, float]],
    epochs: int,
    *,
    images: int,
    seed: int,
    momentum: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Train the slides' 3072-50-10 ReLU network once for each setting, all on the same mini-batches.

    Args:
        photos: What `datasets.load` returned for CIFAR-10 or its substitute.
        settings: Learning rate and L2 strength of each of n networks.
        epochs: How often each sees the images; the rate falls to 0.9 of its value after each time.
        images: How many to train on; the 1,000 after them serve for validation.
        seed: Seeds weights and mini-batches.
        momentum: That of all networks.

    Returns:
        The best validation accuracy so far after each epoch, shape (epochs, n), and the largest cost of a mini-batch
        over the first, shape (n,).
    """
    x = photos.x_train[: images + FOR_VALIDATION]
    y = photos.y_train.ravel()[: len(x)]
    x = x.reshape(len(x), -1).astype("float32")
    x -= x[:-FOR_VALIDATION].mean(axis=0)
    rng, n = np.random.default_rng(seed), len(settings)
    rate, l2 = np.float32(settings).T[:, :, None, None]
    rates, penalties = (np.repeat(values.ravel(), UNITS)[None] for values in (rate, l2))
    factors = (rates, penalties), (rate, 0), (rate, l2), (rate, 0)
    shapes = (x.shape[1], UNITS * n), (n, 1, UNITS), (n, UNITS, 10), (n, 1, 10)
    weights = [1e-4 * rng.standard_normal(shape, dtype="float32") for shape in shapes]
    weights[1][:], weights[3][:] = 0, 0
    velocities, costs, accuracies = [np.zeros_like(w) for w in weights], [], []
    for epoch in range(epochs):
        order = rng.permutation(len(x) - FOR_VALIDATION)
        for batch in order[: len(order) // BATCH * BATCH].reshape(-1, BATCH):
            cost, slopes = _cost_and_gradients(weights, x[batch], y[batch])
            costs.append(cost)
            for w, v, step, (eta, penalty) in zip(weights, velocities, slopes, factors, strict=True):
                step *= 0.9**epoch * eta  # in place: the first matrix has millions of elements
                if momentum:
                    v *= momentum
                    v -= step + (0.9**epoch * eta * penalty) * w
                    w += v
                else:
                    w *= 1 - 0.9**epoch * eta * penalty
                    w -= step
        hits = _forward(weights, x[-FOR_VALIDATION:])[1].argmax(axis=2) == y[-FOR_VALIDATION:]
        accuracies.append(hits.mean(axis=1))
    grown = np.nan_to_num(costs, nan=1e9, posinf=1e9)
    return np.maximum.accumulate(accuracies), grown.max(axis=0) / grown[0]


def _forward(weights: list[np.ndarray], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return activations, shape (n, batch, units), and probabilities, shape (n, batch, 10), of all networks."""
    n = len(weights[1])
    hidden = (x @ weights[0]).reshape(len(x), n, UNITS).transpose(1, 0, 2)
    a = np.maximum(0, hidden + weights[1])
    z = a @ weights[2] + weights[3]
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return a, p / p.sum(axis=2, keepdims=True)


def _cost_and_gradients(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the cost of each network, and the gradients by all weights, penalties left out."""
    a, p = _forward(weights, x)
    rows = np.arange(len(y))
    cost = -np.log(p[:, rows, y]).mean(axis=1)
    p[:, rows, y] -= 1
    p /= len(y)
    delta = (p @ weights[2].transpose(0, 2, 1)) * (a > 0)
    of_first = x.T @ delta.transpose(1, 0, 2).reshape(len(x), -1)
    of_biases = [d.sum(axis=1, keepdims=True) for d in (delta, p)]
    return cost, [of_first, of_biases[0], a.transpose(0, 2, 1) @ p, of_biases[1]]
