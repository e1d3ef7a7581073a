"""Every data set of the course by name, with one interface.

`load("mnist")` looks for the real data on this machine, then downloads them; if neither is possible, it returns data
that need no network and says so. `manifest.yaml` lists the data sets with their licences and files.
"""

from course_utils.datasets.data import ImageData, TextData
from course_utils.datasets.loading import is_at_hand, load
from course_utils.datasets.manifest import names

__all__ = ["ImageData", "TextData", "is_at_hand", "load", "names"]
