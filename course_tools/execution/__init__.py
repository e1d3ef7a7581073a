"""Executing one job: `runner` starts a process, `worker` and `engine` are what happens in it."""
