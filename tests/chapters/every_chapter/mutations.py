"""`make mutations` can run: each change fits the chapter's code."""

from mutate import mutations_of


def test_each_change_stands_once_in_the_code(chapter, notebook):
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for mutation in mutations_of(chapter):
        assert code.count(mutation["find"]) == 1 and mutation["find"] != mutation["replace"], mutation["change"]
