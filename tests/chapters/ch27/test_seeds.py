"""Verdicts that hang on no seed."""

from course_utils.chapters.ch27.scenes import scenes

import pytest
from cells import verdicts_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_hangs_on_the_seed(seed):
    verdicts = verdicts_of(27, "iou", "suppress", "nms-claim", seed=seed, scenes=scenes)
    assert verdicts == {"object_detection.nms_algorithm": "reproduced"}
