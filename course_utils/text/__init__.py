"""Text for character models: characters as integers, training arrays from a text, and new text from a model."""

from course_utils.text.generation import TextGenerator
from course_utils.text.vocabulary import Vocabulary
from course_utils.text.windows import streams, windows

__all__ = ["TextGenerator", "Vocabulary", "streams", "windows"]
