"""What the documents state, set beside what a run measures.

A notebook calls `claim` where the figure falls out and `errata` at its end, and draws with `document_value`; a test
calls `judge`.
"""

from course_utils.claims.judging import Judgement, judge
from course_utils.claims.ledger import document_value
from course_utils.claims.rows import claim, errata

__all__ = ["Judgement", "claim", "document_value", "errata", "judge"]
