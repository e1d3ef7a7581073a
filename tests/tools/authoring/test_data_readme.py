"""The README of the folder for data files."""

from course_tools.authoring.data_readme import data_readme
from course_utils.datasets import manifest


def test_readme_names_the_files_for_the_folder():
    text = data_readme()
    for entry in manifest.entries().values():
        assert entry.title in text and entry.licence in text
        for file in entry.files:
            assert file.sha256 in text and all(name in text for name in file.names)
