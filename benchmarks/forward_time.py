"""Forward time of the course's builders of chapter 24 beside the same networks of `keras.applications`.

Both sides answer `predict_on_batch`, which compiles them, for the same batch of 224×224 images, in turns in one
process. No builder should be slower: the limit is 1.1 for the ratio of the medians, since two runs of one network
differ by some per cent.
Run from the repository: `python benchmarks/forward_time.py [ROUNDS]`. The exit code is 1 over the limit.
"""

import sys
from collections.abc import Callable
from functools import partial

from course_utils import setup
from course_utils.models import densenet, resnet, vgg

import keras
import numpy as np
from sides import in_turns

LIMIT = 1.1
BATCH = 4
PAIRS = {
    "ResNet-50": (partial(resnet, 50), keras.applications.ResNet50),
    "DenseNet-121": (partial(densenet, 121), keras.applications.DenseNet121),
    "VGG-16": (partial(vgg, 16), keras.applications.VGG16),
}


def forward(model: keras.Model, images: np.ndarray) -> Callable[[], np.ndarray]:
    """A function that gives the model's outputs for one batch, compiled as `predict` compiles it."""
    model.compile()
    return partial(model.predict_on_batch, images)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    setup(0)
    images = np.random.default_rng(0).standard_normal((BATCH, 224, 224, 3), dtype="float32")
    slower = {}
    for name, (ours, theirs) in PAIRS.items():
        print(f"\n{name}, a batch of {BATCH} images on {keras.backend.backend()}")
        sides = {
            "keras.applications": forward(theirs(weights=None), images),
            "course_utils": forward(ours(), images),
        }
        median = in_turns(sides, rounds)
        slower[name] = median["course_utils"] / median["keras.applications"]
        del sides
        keras.backend.clear_session()
    print("\n" + ", ".join(f"{name} {ratio:.2f} times as long as Keras'" for name, ratio in slower.items()))
    return int(max(slower.values()) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
