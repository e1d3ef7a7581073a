"""What a batch left behind, for people: pages to read in a browser, and TensorBoard.

`report` makes one page of a batch's folder, `comparison` one of two folders, `notebook_page` one of each executed
notebook. Everything on them that comes from a notebook is escaped or goes through `safe`. `tensorboard` serves what
trainings wrote for it.
"""
