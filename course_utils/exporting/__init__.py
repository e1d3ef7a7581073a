"""What leaves the repository: the student edition of the notebooks, and slides."""
