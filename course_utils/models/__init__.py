"""Models ready to use; the chapter that teaches a model also builds it step by step."""

from course_utils.models.alexnet import alexnet
from course_utils.models.char_language_model import char_language_model
from course_utils.models.densenet import densenet
from course_utils.models.googlenet import googlenet
from course_utils.models.lenet5 import lenet5
from course_utils.models.mlp import mlp
from course_utils.models.resnet import resnet
from course_utils.models.restart import restart
from course_utils.models.small_convnet import SEEN_CLASSES, pretrained_convnet, small_convnet
from course_utils.models.vgg import vgg

__all__ = [
    "SEEN_CLASSES",
    "alexnet",
    "char_language_model",
    "densenet",
    "googlenet",
    "lenet5",
    "mlp",
    "pretrained_convnet",
    "resnet",
    "restart",
    "small_convnet",
    "vgg",
]
