"""The `course` command and what belongs to it: everything that no notebook imports."""
