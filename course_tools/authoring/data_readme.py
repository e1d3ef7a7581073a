"""The README of the folder into which people put data files, written from the manifest."""

from course_utils.datasets.manifest import DataSet, entries

_HEAD = """\
# Data files

Put data files here, under one of the names below; nothing else is needed, and git ignores them. Every file is
checked: by its own SHA-256, or, if it is another copy, by the data that it holds.

A data set is looked for, in this order, in

1. the folder that the environment variable `COURSE_DATASETS` names,
2. this folder, and `datasets/` in the working directory,
3. Keras' cache (`~/.keras/datasets`, or `datasets` under `KERAS_HOME`).

Then it is downloaded into Keras' cache. Where that fails too, a substitute that needs no network stands in, and the
notebook says so. This page is generated from `course_utils/datasets/manifest.yaml`.
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
        lines.append("- Files: none, it is made from what is installed.")
    for file in entry.files:
        lines.append(f"- File {' or '.join(f'`{name}`' for name in file.names)}, SHA-256 `{file.sha256}`")
        lines += [f"  - <{url}>" for url in file.urls]
    if entry.stand_in:
        lines.append(f"- Substitute: `{entry.stand_in}`")
    return "\n".join(lines) + "\n"
