"""An estimate of how long a student needs for a chapter, from its notebook."""

import re

from course_tools.chapter_file import read_cells
from course_utils.syllabus import Chapter

# What a reader of technical text manages, with a look at each formula; and the time for a line of code and a figure.
WORDS_PER_MINUTE, LINES_PER_MINUTE, MINUTES_PER_FIGURE = 150, 6, 1


def study_minutes(chapter: Chapter) -> int:
    """Estimate the minutes of study: reading the text, the open code and the figures, and the exercises' own minutes.

    Args:
        chapter: A chapter that has a notebook.

    Returns:
        Minutes, to the next ten.
    """
    minutes = 0.0
    for cell in read_cells(chapter.notebook):
        source = cell["source"]
        if cell["cell_type"] == "markdown":
            minutes += len(source.split()) / WORDS_PER_MINUTE
            if told := re.search(r"^### Exercise .*?(\d+) minutes", source, re.MULTILINE | re.DOTALL):
                minutes += int(told[1])
        else:
            if not cell["metadata"].get("jupyter", {}).get("source_hidden"):
                minutes += source.count("\n") / LINES_PER_MINUTE
            minutes += source.count("show(") * MINUTES_PER_FIGURE
    return 10 * round(minutes / 10)
