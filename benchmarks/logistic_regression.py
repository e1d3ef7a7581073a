"""One step of logistic regression on all examples: the documents' loops, and the matrix products that replace them.

Both sides are the code of chapter 02. The loops run over the examples and, inside, over the numbers of each; the other
side computes all examples with two products of a matrix and a vector. Examples are pairs of MNIST's digits, 784 numbers
each. Sides take turns in one process with one thread; the limit is 100 times as fast, as the ratio of the medians.
Run from the repository: `python benchmarks/logistic_regression.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys

from course_utils import datasets

import numpy as np
from scipy.special import expit
from sides import chapter_code, in_turns
from threadpoolctl import threadpool_limits

LIMIT = 100
EXAMPLES = 500


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    mnist = datasets.load("mnist")
    rows = np.flatnonzero(mnist.y_train < 2)[:EXAMPLES]
    X, y = mnist.x_train[rows].reshape(len(rows), -1) / 255, mnist.y_train[rows].astype(float)
    w, b = 0.01 * np.random.default_rng(0).standard_normal(X.shape[1]), 0.0
    code = chapter_code(2, "loops", "step", np=np, sigmoid=expit)

    of_loops = code["gradient_by_loops"](X, y, w, b)
    of_step = [old - new for old, new in zip((w, b), code["step"](X, y, w, b, 1.0), strict=True)]
    apart = max(np.abs(np.subtract(*pair)).max() for pair in zip(of_loops, of_step, strict=True))
    assert apart < 1e-12, f"gradients differ by {apart:.1e}"
    print(f"{len(X)} examples of {X.shape[1]} numbers; gradients differ by {apart:.1e}")
    with threadpool_limits(1):
        slow, fast = in_turns(
            {
                "loops": lambda: code["gradient_by_loops"](X, y, w, b),
                "matrix products": lambda: code["step"](X, y, w, b, 1.0),
            },
            rounds,
        ).values()
    return int(slow / fast < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
