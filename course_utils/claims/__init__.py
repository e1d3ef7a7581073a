"""What the documents state, compared with what a run measures.

A notebook calls `claim` where it has measured a number, `errata` at its end, and `document_value` to draw; a test calls
`judge`.
"""

from course_utils.claims.judging import Judgement, judge
from course_utils.claims.ledger import document_value
from course_utils.claims.rows import claim, errata

__all__ = ["Judgement", "claim", "document_value", "errata", "judge"]
