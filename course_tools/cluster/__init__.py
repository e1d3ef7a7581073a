"""A batch's jobs on a cluster of dask.distributed: the same jobs, the same folders, other processes."""
