"""One minibatch update of a 784-512-10 sigmoid network in numpy: per-sample loops against matrix products.

The documents' way backpropagates one example at a time in float64 and adds up its gradients, each as large as the
weights: about ten megabytes are written and read for every image. The other way computes the whole batch with six
matrix products, in float32, and changes the weights in place. The same update with matrix products in float64 stands
between the two: it shows what float32 adds, and that both sides compute the same gradients, digit for digit.
All sides take turns in one process on batches of 128 MNIST images, several updates in each turn, since a training does
one after the other; the limit is 40 times as fast, as the ratio of the medians.
Run from the repository: `python benchmarks/backpropagation.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys
from functools import partial
from itertools import pairwise

from course_utils import datasets

import numpy as np
from sides import in_turns

LIMIT = 40
SIZES, BATCH, RATE = (784, 512, 10), 128, 0.5
UPDATES = 10  # in one turn


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def loops(W: list, b: list, X: np.ndarray, Y: np.ndarray) -> tuple[list, list]:
    """The documents' way: gradients of one example after the other, added up, then divided by their number."""
    dW, db = [np.zeros_like(w) for w in W], [np.zeros_like(c) for c in b]
    for x, y in zip(X, Y, strict=True):
        Z, A = [], [x]
        for w, c in zip(W, b, strict=True):
            Z.append(A[-1] @ w + c)
            A.append(sigmoid(Z[-1]))
        delta2 = (A[2] - y) * sigmoid(Z[1]) * (1 - sigmoid(Z[1]))
        delta1 = (W[1] @ delta2) * sigmoid(Z[0]) * (1 - sigmoid(Z[0]))
        dW = [total + one for total, one in zip(dW, (np.outer(A[0], delta1), np.outer(A[1], delta2)), strict=True)]
        db = [total + one for total, one in zip(db, (delta1, delta2), strict=True)]
    return [total / len(X) for total in dW], [total / len(X) for total in db]


def update_by_loops(W: list, b: list, X: np.ndarray, Y: np.ndarray) -> None:
    dW, db = loops(W, b, X, Y)
    W[:] = [w - RATE * d for w, d in zip(W, dW, strict=True)]
    b[:] = [c - RATE * d for c, d in zip(b, db, strict=True)]


def vectorised(W: list, b: list, X: np.ndarray, Y: np.ndarray, factor: float = 1.0) -> tuple[list, list]:
    """The whole batch at once, in the precision of its arguments; the gradients times a factor."""
    A1 = sigmoid(X @ W[0] + b[0])
    A2 = sigmoid(A1 @ W[1] + b[1])
    delta2 = (A2 - Y) * A2 * (1 - A2) * (factor / len(X))
    delta1 = (delta2 @ W[1].T) * A1 * (1 - A1)
    return [X.T @ delta1, A1.T @ delta2], [delta1.sum(axis=0), delta2.sum(axis=0)]


def update_vectorised(W: list, b: list, X: np.ndarray, Y: np.ndarray) -> None:
    dW, db = vectorised(W, b, X, Y, RATE)
    for values, step in zip([*W, *b], [*dW, *db], strict=True):
        values -= step


def relative_difference(ours: tuple[list, list], theirs: tuple[list, list]) -> float:
    """Largest relative difference of the four gradients, each measured by its norm."""
    pairs = zip([*ours[0], *ours[1]], [*theirs[0], *theirs[1]], strict=True)
    return max(float(np.linalg.norm(here - there) / np.linalg.norm(there)) for here, there in pairs)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    images = datasets.load("mnist")
    pixels, labels = images.x_train.reshape(-1, 784) / 255, np.eye(10)[images.y_train]
    rng = np.random.default_rng(0)
    W = [rng.standard_normal((n, m)) / np.sqrt(n) for n, m in pairwise(SIZES)]
    b = [rng.standard_normal(m) for m in SIZES[1:]]
    sides = {
        "per-sample loops, float64": (update_by_loops, np.float64),
        "matrix products, float64": (update_vectorised, np.float64),
        "matrix products, float32": (update_vectorised, np.float32),
    }
    state = {name: [[w.astype(kind) for w in part] for part in (W, b)] for name, (_, kind) in sides.items()}
    data = {kind: (pixels.astype(kind), labels.astype(kind)) for kind in (np.float64, np.float32)}

    X, Y = (part[:BATCH] for part in data[np.float64])
    by_loops = loops(W, b, X, Y)
    in_float64 = relative_difference(vectorised(W, b, X, Y), by_loops)
    in_float32 = relative_difference(
        vectorised(*state["matrix products, float32"], *(part[:BATCH] for part in data[np.float32])), by_loops
    )
    assert in_float64 < 1e-12, f"gradients differ by {in_float64:.1e}"
    assert in_float32 < 1e-5, f"gradients differ by {in_float32:.1e}"

    order = rng.permutation(len(pixels))[: UPDATES * BATCH].reshape(UPDATES, BATCH)
    batches = {kind: [[part[rows] for part in data[kind]] for rows in order] for kind in data}

    def turn(name: str) -> None:
        update, kind = sides[name]
        for X, Y in batches[kind]:
            update(*state[name], X, Y)

    print(f"{UPDATES} updates of a batch of {BATCH}")
    median = in_turns({name: partial(turn, name) for name in sides}, rounds)
    slow, *_, fast = median
    print(f"gradients differ from those of the loops by {in_float64:.1e} (float64) and {in_float32:.1e} (float32)")
    after = relative_difference(state["matrix products, float64"], state[slow])
    print(f"weights after {UPDATES * (rounds + 1)} updates differ by {after:.1e} (float64)")
    return int(median[slow] / median[fast] < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
