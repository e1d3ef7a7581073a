"""`make mutations` can run: every finished chapter has its three changes, and each fits the chapter's code."""

from pathlib import Path

import yaml

MUTATIONS = yaml.safe_load((Path(__file__).parents[1] / "mutations.yaml").read_text(encoding="utf-8"))


def test_each_change_stands_once_in_the_code(chapter, notebook):
    if chapter.number == 0:
        return
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert len(MUTATIONS[chapter.number]) >= 3
    for mutation in MUTATIONS[chapter.number]:
        assert code.count(mutation["find"]) == 1 and mutation["find"] != mutation["replace"], mutation["change"]
