"""The one exception that means: a person asked for something that cannot be done, and here is what can."""


class CourseError(Exception):
    """What was wrong, what is allowed, and what to do, in one sentence that needs no traceback.

    The command line prints it as one line and ends with exit code 2.
    """
