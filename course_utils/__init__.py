"""The package behind the notebooks of *Deep Learning, Executed*.

A notebook uses ten names from here: `chapter` (the head of a chapter), `setup` (seeds and quiet logs), `show` (a
figure with its description), `live` (a figure with sliders), `claim` (what a document states beside what this run
measured), `document_value` (what it states, to draw it), `recorded` (what the full runs measured, to draw it),
`documents_checked` (the appendix that compares it all), `metric` (what this run measured and no document states) and
`check` (is my answer right?). Importing this package imports neither TensorFlow nor Keras nor matplotlib; the
submodules that need one import it themselves.
"""

import importlib

_HOME = {
    "chapter": "course_utils.chapter_head",
    "setup": "course_utils.session",
    "show": "course_utils.display",
    "live": "course_utils.sliders",
    "claim": "course_utils.claims",
    "document_value": "course_utils.claims",
    "recorded": "course_utils.claims",
    "documents_checked": "course_utils.claims",
    "check": "course_utils.checks",
    "metric": "course_utils.display",
}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"course_utils has no {name!r}; it has {', '.join(__all__)}")
