"""Running a batch's jobs on a cluster of dask.distributed: same jobs, same folders, other processes."""
