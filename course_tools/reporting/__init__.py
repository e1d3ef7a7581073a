"""The results of a batch as HTML pages.

`report` makes one page of a batch's folder, `notebook_page` one of each executed notebook. Everything on them that
comes from a notebook is escaped or goes through `safe`.
"""
