"""The claims that a chapter measures: in its notebook by `claim`, in its tests by `holds`."""

from course_tools.jobs.notebook_code import code_of
from course_utils.claims import judge
from course_utils.claims.ledger import WRONG, find_claim
from course_utils.errors import CourseError

from chapter_folders import folder_of
from measured import calls


def claim_tests(chapter):
    """Return the sources of a chapter's tests of claims."""
    paths = sorted(folder_of(chapter).glob("test_*.py"))
    return [path.read_text(encoding="utf-8") for path in paths]


def held_in_notebook(chapter):
    """Return the chapter's own claims that its notebook measures, with repetitions."""
    ids = [claim_id for claim_id, _ in calls(code_of(chapter.notebook), {"claim"})]
    return [claim_id for claim_id in ids if claim_id.startswith(f"{chapter.name}.")]


def held_in_tests(chapter):
    """Return the claims that the chapter's tests measure, with repetitions."""
    return [claim_id for source in claim_tests(chapter) for claim_id, _ in calls(source, {"holds"})]


def can_be_judged(claim):
    """Return whether the ledger has what a comparison needs."""
    try:
        claim.expectation()
        if claim.status in WRONG:
            claim.expectation_of_correction()
    except CourseError:
        return False
    return True


def needed_run(claim):
    """Return settings with which a run meets all that a claim needs."""
    return {name: least_needed(need) for name, need in claim.needs.items()}


def verdict_with_needs_met(claim_id, *measured, **erratum):
    """Return the verdict on what a run measures that meets all that the claim needs."""
    return judge(claim_id, *measured, **erratum, **needed_run(find_claim(claim_id))).verdict


def least_needed(need):
    """Return the value that a need asks for, or the least that it allows."""
    return need["at_least"] if isinstance(need, dict) else need
