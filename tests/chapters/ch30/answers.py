"""Known answers to the exercises of chapter 30."""

import numpy as np
from sklearn.cluster import KMeans

PREDICTIONS = {
    "30.1": [
        ([0.18, 0.01, 0.06, 0.5], "valley", "0.18 at the smallest width, 0.01 at the best.*falls and then rises"),
        ([0.18, 0.05, 0.01], "falls", "stays low"),
        ([0.01, 0.05, 0.5], "rises", "rises from the beginning"),
        (np.array([0.11, 0.10, 0.12]), "level", "hardly a difference"),
        ([0.1, np.nan, 0.5], None, "nothing to compare"),
    ]
}


def gradients(X, y, centres, widths, w, *, sign=1, mean=True, count=True, power=2, spread=3):
    """The right gradients, and with other settings wrong ones."""
    gaps = X[:, None] - centres
    squares = np.sum(gaps**2, axis=-1)
    phi = np.exp(-squares / (2 * widths**2))
    delta = sign * (phi @ w[:-1] + w[-1] - y) / (len(X) if mean else 1)
    by_phi = delta[:, None] * phi * (w[:-1] if count else 1)
    by_centres = np.sum(by_phi[..., None] * gaps, axis=0) / widths[:, None] ** power
    return np.append(phi.T @ delta, delta.sum()), by_centres, np.sum(by_phi * squares, axis=0) / widths**spread


def wrong_gradients(**settings):
    return lambda *given: gradients(*given, **settings)


def without_squares_summed(X, y, centres, widths, w):
    phi = np.exp(-((X - centres[: len(X)]) ** 2) / 2)
    return phi, phi, phi


def forecast(X, y, X_new, bumps=40, factor=2.0):
    centres = KMeans(bumps, n_init=1, random_state=0).fit(X).cluster_centers_
    apart = np.linalg.norm(centres[:, None] - centres, axis=-1)
    width = factor * np.sort(apart, axis=1)[:, 1].mean()

    def phi(X):
        squares = np.sum((X[:, None] - centres) ** 2, axis=-1)
        return np.column_stack([np.exp(-squares / (2 * width**2)), np.ones(len(X))])

    penalty = 1e-4 * np.eye(bumps + 1)
    return phi(X_new) @ np.linalg.solve(phi(X).T @ phi(X) + penalty, phi(X).T @ y)


def mended(X, y, X_new, **settings):
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return forecast((X - mean) / sd, y, (X_new - mean) / sd, **settings)


def in_kilometres(X, y, X_new):
    return forecast(X / [3000, 1], y, X_new / [3000, 1])[:, None].tolist()


def each_by_itself(X, y, X_new):
    return forecast((X - X.mean(0)) / X.std(0), y, (X_new - X_new.mean(0)) / (X_new.std(0) + 1e-9))


RIGHT = {
    "30.2": {"passes": np.array([1842]), "strength": 1},
    "30.3": gradients,
    "30.4": mended,
    "30.5": {"kink": 21, "jump": 0.48},
}
ALSO_RIGHT = [("30.4", in_kilometres)]  # written in another way
WRONG = {
    "30.2": [
        ({"passes": 921, "strength": 1}, "s², not s"),
        ({"passes": 18.42, "strength": 1}, "learning rate is missing"),
        ({"passes": 400, "strength": 1}, "1/e of the way"),
        ({"passes": 800, "strength": 1}, "natural logarithm"),
        ({"passes": 4, "strength": 1}, "99 % is left"),
        ({"passes": 1000, "strength": 1}, "Solve"),
        ({"passes": 1842, "strength": 100}, "learning rate is missing"),
        ({"passes": 1842, "strength": 0.01}, "passes are missing"),
        ({"passes": 1842, "strength": 0.0001}, "smaller"),
        ({"passes": 1842, "strength": 2}, "set them equal"),
        ({"passes": "two", "strength": 1}, "should be a number"),
        ({"passes": [1842, [1]], "strength": 1}, "should be a number"),
        ({"passes": 1842}, "Store both"),
        (1842, "Store both"),
    ],
    "30.3": [
        (wrong_gradients(sign=-1), "by `w` has the wrong sign"),
        (wrong_gradients(mean=False), "too large, the number of examples"),
        (wrong_gradients(count=False), "by `centres` lacks a factor: what does a bump's answer count"),
        (wrong_gradients(power=0), "by `centres` lacks a factor 1/σ²"),
        (wrong_gradients(power=1), "by `centres` lacks a factor 1/σ[.]"),
        (wrong_gradients(spread=2), "by `widths` lacks a factor 1/σ[.]|logarithm"),
        (lambda *given: [2 * part for part in gradients(*given)], "twice too large"),
        (lambda *given: gradients(*given)[:2], "Return three arrays"),
        (without_squares_summed, "should have shape|raised"),
        (lambda *given: None, "returns nothing yet"),
        (lambda *given: ([1, [2]], 0, 0), "should be numbers"),
        (lambda X: X, "raised TypeError"),
    ],
    "30.4": [
        (forecast, "which of the two differences counts"),
        (lambda *given: forecast(*given, bumps=100, factor=4), "which of the two differences counts"),
        (lambda X, y, X_new: np.zeros(len(X_new)), "which of the two differences counts"),
        (lambda *given: mended(*given, bumps=8), "better than a guess, but 0.05"),
        (each_by_itself, r"by the mean and the spread of the \*training\* set"),
        (lambda X, y, X_new: y[:3], "should have shape"),
        (lambda X, y, X_new: None, "returns nothing yet"),
        (12.0, "a function that can be called"),
    ],
    "30.5": [
        ({"kink": 20, "jump": 0.48}, "is 0.01[0-9]+, not below 0.01"),
        ({"kink": 30, "jump": 0.48}, "fewer are too"),
        ({"kink": 21, "jump": 0.03}, "take the largest one"),
        ({"kink": 21, "jump": 0.96}, "from 0 to 1"),
        ({"kink": 21, "jump": 0.3}, "do not leave 0.3"),
        ({"kink": 2.5, "jump": 0.48}, "should be an integer"),
        ({"kink": 1000, "jump": 0.48}, "are not needed"),
        (21, "Store both answers"),
        ({"kink": "many", "jump": 0.48}, "should be a number"),
    ],
}
