"""Models that more than one chapter uses; each is built in view in the chapter that teaches it."""

from course_utils.models.lenet5 import lenet5

__all__ = ["lenet5"]
