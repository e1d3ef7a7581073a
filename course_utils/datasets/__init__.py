"""Every data set of the course by name, with one interface.

`load("mnist")` looks for the real data on this machine, then downloads it, and where neither is possible gives data
that needs no network and says so. What there is, under which licence and in which files, stands in `manifest.yaml`.
"""

from course_utils.datasets.data import ImageData, TextData
from course_utils.datasets.loading import is_at_hand, load
from course_utils.datasets.manifest import DataFile, DataSet, describe, names

__all__ = ["DataFile", "DataSet", "ImageData", "TextData", "describe", "is_at_hand", "load", "names"]
