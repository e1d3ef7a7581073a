"""Claims of chapter 31 that would interrupt the reading, measured here instead of in the notebook."""

# To write: a test for each claim of the ledger with `held_by: test`, such as
#
#     def test_the_worked_example(holds):
#         measured = forward(np.array([1.0, 2.0]))
#         holds("autoencoders.worked_example", measured)
