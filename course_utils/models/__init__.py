"""Models that more than one chapter uses; the chapter that teaches a model also builds it step by step."""

from course_utils.models.char_language_model import char_language_model
from course_utils.models.lenet5 import lenet5
from course_utils.models.mlp import mlp

__all__ = ["char_language_model", "lenet5", "mlp"]
