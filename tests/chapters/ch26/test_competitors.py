"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim
from course_utils.models import small_convnet

import keras
import numpy as np
import pytest
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")
FIRST, DEEP = (f"seeing_inside_a_convnet.{name}" for name in ("first_layer_edges", "shallow_and_deep_features"))


class Loaded:
    name = "cifar10_jpeg"


LEARNED = {"trained": [36, 39, 44, 55, 66], "untrained": [36, 38, 36, 35, 36]}


def verdict_of_units(trained, untrained):
    """As the notebook's cell judges it, for purities by layer."""
    names = {"pure": {"trained": trained, "untrained": untrained}, "data": Loaded}
    names |= {"filters": {"trained": None}, "parts_of": lambda _: np.full((3, 24), 0.4)}
    return verdicts_of(26, "inside-claims", **names)[DEEP]


@pytest.mark.parametrize("seed", range(5))
def test_filters_that_learned_nothing_are_no_edges_and_colours(seed):
    keras.utils.set_random_seed(seed)
    names = {"ours": small_convnet(), "small_convnet": small_convnet, "keras": keras}
    verdicts = verdicts_of(26, "filters", "inside-claims", pure=LEARNED, data=Loaded, **names)
    assert verdicts == {FIRST: "differs", DEEP: "reproduced"}


@pytest.mark.parametrize(
    ("trained", "untrained"),
    [
        ([31, 31, 31, 31, 31], [31, 31, 31, 31, 31]),
        ([36, 38, 36, 35, 36], [36, 38, 36, 35, 36]),
        ([36, 39, 44, 55, 66], [36, 40, 45, 54, 60]),
        ([66, 66, 66, 66, 66], [36, 38, 36, 35, 36]),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        ([np.nan] * 5, [36, 38, 36, 35, 36]),
    ],
    ids=["drawn by lot", "untrained", "depth alone does it", "no rise", "zeros", "not a number"],
)
def test_units_without_classes_differ(trained, untrained):
    assert verdict_of_units(trained, untrained) == "differs"
    assert verdict_of_units(**LEARNED) == "reproduced"


def test_other_data_and_few_images_decide_nothing():
    measured = [30, 30]
    needed = find_claim(DEEP).needs
    assert judge(DEEP, measured, data="shapes", searched=1500).verdict == "not comparable"
    assert judge(DEEP, measured, data=needed["data"], searched=200).verdict == "not comparable"
