"""What leaves the repository: the student edition of the notebooks, and slides."""

HOW_TO_INSTALL = "install the course with its extra `classroom`: pip install -c constraints.txt -e '.[classroom]'"
