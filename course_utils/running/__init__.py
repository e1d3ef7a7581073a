"""Running notebooks in batches: jobs side by side, each in a process of its own.

`batch` turns what a person asked for into jobs, `runner` runs them, `worker` and `engine` are what happens inside a
job's process, `outcome` is what a job leaves behind. What people see of that is made by `course_utils.reporting`.
"""
