"""`make mutations` can run: a chapter has three changes at least, and each fits its code."""

from mutate import mutations_of


def test_each_change_stands_once_in_the_code(chapter, notebook):
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    mutations = mutations_of(chapter)
    assert len(mutations) >= 3
    for mutation in mutations:
        assert code.count(mutation["find"]) == 1 and mutation["find"] != mutation["replace"], mutation["change"]
