"""Every data set of the course by name, with one interface.

`load("mnist")` looks for the real data on this machine, then downloads them; if neither is possible, it returns data
that need no network and says so. `manifest.yaml` lists the data sets with their licences and files.
"""

from course_utils.datasets.data import ImageData, TextData
from course_utils.datasets.loading import is_at_hand, load
from course_utils.datasets.manifest import DataFile, DataSet, describe, names

__all__ = ["DataFile", "DataSet", "ImageData", "TextData", "describe", "is_at_hand", "load", "names"]
