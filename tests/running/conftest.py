from course_utils.chapters import Course, find_course

import nbformat
import pytest
import yaml


@pytest.fixture
def make_course(tmp_path):
    """Makes a course of chapters 1, 2, … in `tmp_path / "course"` from notebooks by name; None is a planned chapter."""

    def make(**notebooks: nbformat.NotebookNode | None) -> Course:
        folder = tmp_path / "course" / "notebooks"
        folder.mkdir(parents=True)
        rows = []
        for number, (name, content) in enumerate(notebooks.items(), start=1):
            profiles = {"smoke": {"epochs": 1, "seed": 7}, "full": {"epochs": 5}}
            rows.append({"number": number, "name": name, "title": name.title(), "profiles": profiles, "seeds": 2})
            if content:
                nbformat.write(content, folder / f"{number:02d}_{name}.ipynb")
        (folder / "course.yaml").write_text(yaml.safe_dump({"title": "Tiny", "chapters": rows}))
        return find_course(folder.parent)

    return make
