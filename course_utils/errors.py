"""The exception for errors that the user can mend."""


class CourseError(Exception):
    """An error that the user can mend: what was wrong, what is allowed and what to do, in one sentence.

    The command line prints it as one line, without a traceback, and ends with exit code 2.
    """
