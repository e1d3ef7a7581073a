"""Executing one job: `runner` starts a process, in which `worker` and `engine` execute the notebook."""
