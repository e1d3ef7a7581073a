"""The README of the folder for data files, written from the manifest."""

from course_utils.datasets.manifest import DataSet, entries

_HEAD = """\
# Data files

Put data files here under one of the names below. Nothing else is needed, and git ignores them. Every file is checked
by its own SHA-256 or, if it is another copy, by the data that it holds.

The course looks for a data set in this order:

1. the folder that the environment variable `COURSE_DATASETS` names,
2. this folder, and `datasets/` in the working directory,
3. Keras' cache (`~/.keras/datasets`, or `datasets` under `KERAS_HOME`).

If it is in none of them, the course downloads it into Keras' cache. If that fails too, it uses a substitute that needs
no network, and the notebook says so. This page is generated from `course_utils/datasets/manifest.yaml`.
"""


def data_readme() -> str:
    """Return the text of `datasets/README.md`."""
    return "\n".join([_HEAD, *(_section(entry) for entry in entries().values())])


def _section(entry: DataSet) -> str:
    lines = [f"## {entry.title} (`{entry.name}`)", "", entry.description, ""]
    lines += [f"- Source: {entry.source}", f"- Licence: {entry.licence}"]
    if entry.sha256:
        lines.append(f"- SHA-256 of the content: `{entry.sha256}`")
    if not entry.files:
        lines.append("- Files: none; it is made from an installed package.")
    for file in entry.files:
        lines.append(f"- File {' or '.join(f'`{name}`' for name in file.names)}, SHA-256 `{file.sha256}`")
        lines += [f"  - <{url}>" for url in file.urls]
    if entry.stand_in:
        lines.append(f"- Substitute: `{entry.stand_in}`")
    return "\n".join(lines) + "\n"
