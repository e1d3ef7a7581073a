"""What the documents state, compared with what a run measures.

A notebook calls `claim` where it has measured a number, `documents_checked` at its end, and `document_value` and
`recorded` to draw; a test calls `judge`.
"""

from course_utils.claims.appendix import documents_checked
from course_utils.claims.judging import judge
from course_utils.claims.ledger import document_value
from course_utils.claims.record import recorded
from course_utils.claims.rows import claim

__all__ = ["claim", "document_value", "documents_checked", "judge", "recorded"]
