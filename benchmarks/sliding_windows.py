"""The windows of a picture of 64×64 pixels through chapter 27's classifier: one by one, in one batch, in one pass.

The picture stands in a frame of 12 grey pixels; its 17×17 windows of 24×24 lie 4 pixels apart. One pass runs the same
weights over the whole picture, and so computes only once what neighbouring windows share. All sides are compiled, take
turns in one process and give the same numbers to 1e-5. The ratio of the multiplications is what sharing can save; what
one by one costs beyond it is the 289 calls.
The limit is 2 times as fast as all windows in one batch, for the one pass, as the ratio of the medians.
Run from the repository: `python benchmarks/sliding_windows.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys

from course_utils import setup
from course_utils.chapters.ch27.scenes import scenes

import keras
import numpy as np
from keras import layers
from numpy.lib.stride_tricks import sliding_window_view
from sides import chapter_code, in_turns

LIMIT = 2
PLACES = 17  # windows in a row, and rows of them


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    setup(0)
    given = {"np": np, "keras": keras, "layers": layers, "sliding_window_view": sliding_window_view}
    given |= {"seed": 0, "SIDE": 64, "pictures": 1, "tested": 1, "claim": lambda *measured: None}
    given["drawn"] = lambda stream, number: scenes(np.random.default_rng(stream), number)
    given["train"] = lambda *settings: None  # the weights decide no time
    names = chapter_code(27, "windows", "window-classifier", "saving-claims", **given)
    classifier, whole = names["classifier"], names["whole"]
    top, left = (4 * places.ravel() for places in np.indices((PLACES, PLACES)))
    windows = names["cut"](names["x_new"], np.zeros_like(top), left, top)
    picture = names["framed"](names["x_new"])[..., None]
    for model in (classifier, whole):
        model.compile()
    sides = {
        "windows one by one": lambda: np.concatenate([classifier.predict_on_batch(window[None]) for window in windows]),
        "all windows in one batch": lambda: classifier.predict_on_batch(windows),
        "one pass over the picture": lambda: whole.predict_on_batch(picture),
    }
    first, *others = (side().reshape(PLACES, PLACES, 4) for side in sides.values())
    differs = max(float(np.abs(other - first).max()) for other in others)
    assert differs < 1e-5, f"the sides differ by {differs:.1e}"
    one_by_one, batch, one_pass = in_turns(sides, rounds).values()
    saved = names["separately"] / names["at_once"]
    print(f"the sides agree to {differs:.1e}")
    print(f"the windows take {saved:.2f} times the multiplications of the one pass, and in one batch")
    print(f"{batch / one_pass:.2f} times its seconds, one by one {one_by_one / one_pass:.1f} times")
    return int(batch / one_pass < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
