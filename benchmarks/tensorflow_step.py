"""A training step in TensorFlow: eager, as a graph, compiled by XLA.

The step is that of chapter 08, 784-256-100-10 with Adam and a penalty, on batches of 100 images. The limit is that the
graph is 3 times as fast as eager execution, as the ratio of the medians. What compiling costs once is printed beside.
Run from the repository: `python benchmarks/tensorflow_step.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys
import time

from course_utils import datasets, setup

import keras
import numpy as np
import tensorflow as tf
from sides import chapter_code, in_turns

LIMIT = 3
BATCH, STEPS = 100, 20  # steps in one turn


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    setup(0)
    code = chapter_code(8, "network", "step", tf=tf, np=np, keras=keras, learning_rate=0.001)
    mnist = datasets.load("mnist")
    batches = [
        (
            mnist.x_train[k : k + BATCH].reshape(-1, 784).astype("float32") / 255,
            mnist.y_train[k : k + BATCH].astype("int32"),
        )
        for k in range(0, BATCH * STEPS, BATCH)
    ]
    penalty = tf.constant(5e-5)
    ways = {
        "eager": code["step"],
        "graph": tf.function(code["step"]),
        "XLA": tf.function(code["step"], jit_compile=True),
    }
    for name, way in ways.items():
        start = time.perf_counter()
        way(*batches[0], penalty)
        print(f"{name}: the first call takes {time.perf_counter() - start:.2f} s")
    sides = {name: lambda way=way: [way(*batch, penalty) for batch in batches] for name, way in ways.items()}
    print(f"{STEPS} steps of {BATCH} images:")
    median = in_turns(sides, rounds)
    return int(median["eager"] / median["graph"] < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
