"""`python -m course_tools.book` builds the reading edition into `book/`."""

import sys

from course_tools.book.build import build_book
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

if __name__ == "__main__":
    try:
        course = find_course()
        print(f"open {build_book(course, course.root / 'book')}")
    except CourseError as error:
        sys.exit(f"book: {error}")
