"""The jobs of a batch: notebook and parameters, folder on disk, inputs, outcome."""
