"""One 3×3 filter over a photograph of 427×640 pixels: chapter 22's loop, its windows with one product, and Keras.

The loop moves a window over the image in Python; the other way lists all windows with `sliding_window_view` and
multiplies once; Keras' convolution is compiled. All sides take turns in one process and give the same numbers to 1e-5.
The limit is 50 times as fast as the loop, for the windows, as the ratio of the medians.
Run from the repository: `python benchmarks/convolution.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys

from course_utils import setup

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sides import chapter_code, in_turns
from sklearn.datasets import load_sample_image

LIMIT = 50


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    setup(0)
    photo = load_sample_image("china.jpg").mean(axis=-1).astype("float32") / 255
    sobel = np.float32([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    given = {"np": np, "ops": keras.ops, "sliding_window_view": sliding_window_view, "seed": 0}
    names = chapter_code(22, "loop", "conv", **given, photo=photo, sobel=sobel)
    image, kernel = photo[None, ..., None], sobel[..., None, None]
    layer = keras.layers.Conv2D(1, 3, use_bias=False)
    layer.build(image.shape)
    layer.set_weights([kernel])
    model = keras.Sequential([keras.Input(image.shape[1:]), layer])
    model.compile()
    sides = {
        "loop over windows": lambda: names["conv_loop"](photo, sobel),
        "all windows, one product": lambda: names["conv"](image, kernel)[0, ..., 0],
        "Keras": lambda: model.predict_on_batch(image)[0, ..., 0],
    }
    first, *others = (side() for side in sides.values())
    differs = max(float(np.abs(other - first).max()) for other in others)
    assert differs < 1e-5, f"the sides differ by {differs:.1e}"
    loop, windows, _ = in_turns(sides, rounds).values()
    print(f"the sides agree to {differs:.1e}")
    return int(loop / windows < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
