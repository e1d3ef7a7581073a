"""The ledger: every checkable statement of the documents, `claims.yaml` in each chapter's folder (see `chapters`)."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from course_utils.claims.comparing import Expectation
from course_utils.errors import CourseError
from course_utils.files import read_yaml
from course_utils.syllabus import Chapter, chapter_folder, packaged_course

WRONG = ("erratum", "dated", "copy_fault")  # statuses under which `correct` says what is right


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger; the fields are those of the file."""

    id: str
    document: str
    chapter: str
    held_by: str
    statement: str
    value: Any
    kind: str
    value_from: str
    status: str
    checked: str
    cost: str
    tolerance: Any = None
    rtol: float | None = None
    correct: Any = None
    why: str = ""
    note: str = ""
    expect: dict[str, Any] | None = None
    expect_correct: dict[str, Any] | None = None
    needs: dict[str, Any] = field(default_factory=dict)

    def expectation(self) -> Expectation:
        """Return what a measurement must satisfy for the document's statement to hold.

        It comes from `expect`, or from the value itself if that is a number.

        Raises:
            CourseError: Neither gives a condition.
        """
        return self._expectation(self.expect, self.value, "expect")

    def expectation_of_correction(self) -> Expectation:
        """Return the same for the corrected statement of an erratum, from `expect_correct`, `expect` or `correct`."""
        return self._expectation(self.expect_correct or self.expect, self.correct, "expect_correct")

    def _expectation(self, given: dict[str, Any] | None, value: Any, name: str) -> Expectation:
        if given:
            return Expectation(**given)
        match self.kind:
            case "exact" | "count" | "shape":
                return Expectation(equal=value)
            case "approx":
                return Expectation(near=value, atol=self.tolerance, rtol=self.rtol)
            case "at_least":
                return Expectation(above=value)
            case "at_most":
                return Expectation(below=value)
        raise CourseError(
            f"claim {self.id} is a {self.kind}, so the ledger must say what to compare: {name} is missing"
        )


@cache
def read_ledger(name: str) -> dict[str, Claim]:
    """Return all claims of a chapter by id, in the order of the file.

    Args:
        name: The chapter's name, such as `weight_initialization`.

    Raises:
        CourseError: There is no ledger for it, or an entry is malformed.
    """
    files = {chapter.name: chapter_folder(chapter.number) / "claims.yaml" for chapter in packaged_course().chapters}
    if name not in files or not files[name].exists():
        names = ", ".join(name for name, path in files.items() if path.exists())
        raise CourseError(f"there is no ledger of claims for {name!r}; there is one for {names}")
    try:
        claims = [Claim(**entry) for entry in read_yaml(files[name])]
    except TypeError as error:
        message = " ".join(str(error).split())
        raise CourseError(f"{files[name]}: {message} (fields: course_utils/chapters/README.md)") from error
    return {claim.id: claim for claim in claims}


def claims_of(chapter: Chapter) -> list[Claim]:
    """Return all claims of a chapter in the order of its ledger; a chapter that checks no document has neither.

    Args:
        chapter: A chapter of the packaged course, if it has a ledger.

    Raises:
        CourseError: An entry of the ledger is malformed.
    """
    has_ledger = (chapter_folder(chapter.number) / "claims.yaml").exists()
    return list(read_ledger(chapter.name).values()) if has_ledger else []


def find_claim(claim_id: str) -> Claim:
    """Return the claim with this id, such as `weight_initialization.xavier`.

    Raises:
        CourseError: There is none.
    """
    if not isinstance(claim_id, str):
        raise TypeError(f"a claim is named by a string such as 'weight_initialization.xavier'; got {claim_id!r}")
    claims = read_ledger(claim_id.partition(".")[0])
    if claim_id not in claims:
        raise CourseError(f"there is no claim {claim_id!r}; this chapter has {', '.join(claims)}")
    return claims[claim_id]


def document_value(claim_id: str) -> Any:
    """Return what a document states, to draw it beside what this run measured.

    Args:
        claim_id: Such as `lenet5.log_train_loss`.

    Returns:
        The claim's `value`, a number, a list of numbers, or a string.

    Raises:
        CourseError: There is no such claim.
    """
    return find_claim(claim_id).value
