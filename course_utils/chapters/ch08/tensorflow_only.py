"""Keras on TensorFlow in this kernel: chapter 8 teaches TensorFlow, whatever backend the reader has chosen.

Importing this module chooses the backend, so it has to come before everything that imports Keras. A kernel that has
Keras on another backend already cannot change it, and is told so.
"""

import os
import sys

from course_utils.errors import CourseError

if "keras" in sys.modules and (backend := sys.modules["keras"].backend.backend()) != "tensorflow":
    raise CourseError(
        f"this chapter is about TensorFlow, and Keras already runs on {backend} in this kernel: restart the kernel, "
        "then run the notebook from its first cell"
    )
os.environ["KERAS_BACKEND"] = "tensorflow"
