"""Models that more than one chapter uses; the chapter that teaches a model also builds it step by step."""

from course_utils.models.char_language_model import char_language_model
from course_utils.models.lenet5 import lenet5
from course_utils.models.mlp import mlp
from course_utils.models.small_convnet import SEEN_CLASSES, pretrained_convnet, small_convnet

__all__ = ["SEEN_CLASSES", "char_language_model", "lenet5", "mlp", "pretrained_convnet", "small_convnet"]
