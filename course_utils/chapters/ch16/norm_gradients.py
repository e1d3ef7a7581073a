"""The gradients of batch and layer normalization, which the networks of chapter 16 train with.

They stand here, and not in the notebook, because exercise 16.3 asks for the first of them.
"""

import numpy as np


def _gradients(
    D: np.ndarray, Z: np.ndarray, gamma: np.ndarray, axis: int, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean, var = Z.mean(axis, keepdims=True), Z.var(axis, keepdims=True)
    root = np.sqrt(var + eps)
    normalized = (Z - mean) / root
    to_normalized = gamma * D
    along_mean = to_normalized.mean(axis, keepdims=True)
    along_spread = normalized * (to_normalized * normalized).mean(axis, keepdims=True)
    return (to_normalized - along_mean - along_spread) / root, (D * normalized).sum(axis=0), D.sum(axis=0)


def batch_norm_gradients(
    D: np.ndarray, Z: np.ndarray, gamma: np.ndarray, eps: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a cost with respect to Z, gamma and beta, for normalization over the batch.

    Args:
        D: Gradient with respect to the layer's output, `(batch, units)`.
        Z: The layer's input, `(batch, units)`.
        gamma: Scale of each unit, `(units,)`.
        eps: Number added to the variance.

    Returns:
        Arrays of shapes `(batch, units)`, `(units,)`, `(units,)`.
    """
    return _gradients(D, Z, gamma, 0, eps)


def layer_norm_gradients(
    D: np.ndarray, Z: np.ndarray, gamma: np.ndarray, eps: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same gradients for layer normalization, whose mean and variance are those of one example."""
    return _gradients(D, Z, gamma, 1, eps)
