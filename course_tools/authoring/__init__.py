"""Tools for authors: stored outputs, records, skeletons, generated parts of README files."""
