"""What a job of a batch is: its notebook and parameters, its folder on disk, its inputs, what it left behind."""
