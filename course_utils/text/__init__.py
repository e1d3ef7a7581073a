"""Text for character models: characters as integers, and training arrays from them."""

from course_utils.text.vocabulary import Vocabulary
from course_utils.text.windows import streams, windows

__all__ = ["Vocabulary", "streams", "windows"]
