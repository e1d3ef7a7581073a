"""An epoch of chapter 07's network on 10,000 photographs: its NumPy solver, and `fit`.

Both sides are the code of the chapter: the same network, Adam, batches of 200, images kept as bytes and scaled batch by
batch. The limit is that NumPy takes at most twice as long as Keras, as the ratio of the medians.
Run from the repository: `python benchmarks/fully_connected_epoch.py [ROUNDS]`. The exit code is 1 over the limit.
"""

import sys
from itertools import pairwise

from course_utils import datasets, setup

import keras
import numpy as np
from sides import chapter_code, in_turns

LIMIT = 2
IMAGES = 10_000
CELLS = ("opening-network", "parts", "softmax", "network", "gradients", "adam", "train", "predicted")


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    setup(0)
    photographs = datasets.load("cifar10_jpeg")
    x, y = photographs.x_train[:IMAGES].reshape(IMAGES, -1), photographs.y_train[:IMAGES]
    given = {"seed": 0, "inputs": x.shape[1], "x_train": x}
    code = chapter_code(7, *CELLS, np=np, keras=keras, pairwise=pairwise, **given)
    net, model = code["start"]([x.shape[1], 100, 50, 25, 10], 0), code["keras_network"](code["mean"])
    sides = {
        "Keras, fit": lambda: model.fit(x, y, batch_size=200, verbose=0),
        "NumPy, the chapter's train": lambda: code["train"](net, x, y, epochs=1),
    }
    print(f"an epoch of {len(x)} images of {photographs.title}:")
    keras_time, numpy_time = in_turns(sides, rounds).values()
    return int(numpy_time / keras_time > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
