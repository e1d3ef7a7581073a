"""Running notebooks in batches: jobs side by side, each in a process of its own, and the report on what came out.

`batch` turns what a person asked for into jobs, `runner` runs them, `worker` and `engine` are what happens inside a
job's process, `outcome` is what a job leaves behind, `report` makes one page of all outcomes in a folder.
"""
