"""Running a batch: its parameters, the choice of the jobs that have to run, and running them."""
