"""The command `course`, which runs, exports and hands out the notebooks. No notebook imports it."""

HOW_TO_INSTALL = "install the course with its tools: pip install -c constraints.txt -r requirements.txt"
