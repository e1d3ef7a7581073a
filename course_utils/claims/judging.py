"""Verdicts on claims."""

from dataclasses import dataclass
from typing import Any

from course_utils.claims.comparing import plain_numbers
from course_utils.claims.ledger import WRONG, Claim, find_claim
from course_utils.datasets.loading import loaded_as

VERDICTS = ("reproduced", "confirmed", "differs", "erratum", "not comparable")


@dataclass(frozen=True)
class Judgement:
    """A verdict and its grounds.

    Attributes:
        claim: The ledger's entry.
        verdict: One of `VERDICTS`.
        measured: Plain numbers by what they measure: `measured`, or `printed` and `corrected` for an erratum.
        reason: Why the run is not comparable, or what was found instead; empty if the verdict needs no reason.
    """

    claim: Claim
    verdict: str
    measured: dict[str, Any]
    reason: str = ""


def judge(
    claim_id: str, measured: Any = None, /, *, printed: Any = None, corrected: Any = None, **run: Any
) -> Judgement:
    """Compare a measurement with a claim of the ledger.

    Args:
        claim_id: Such as `weight_initialization.xavier`.
        measured: What this run measured: a number, an array, or a mapping from names to numbers.
        printed: For an erratum, what the statement as printed leads to.
        corrected: For an erratum, what the corrected statement leads to.
        **run: The settings and data of this run that the claim `needs`, by name. Others are ignored, so that a notebook
            can pass the same settings to all its claims. `data` stands for what `datasets.load` returned for this
            name in this process, which may be a substitute.

    Returns:
        *reproduced* (or *confirmed*, where the value was derived from what the document states), *differs*, *erratum*
        (the printed statement fails and the corrected one holds), or *not comparable* (settings or data differ from
        those of the claim).

    Raises:
        CourseError: No such claim, or the ledger does not say what to compare.
        TypeError: Booleans or no numbers.
        ValueError: An erratum without its two measurements, or a needed setting not given.
    """
    claim = find_claim(claim_id)
    if "measured" in run:
        raise TypeError("pass the measurement as the second argument, without a name: claim(id, value)")
    values = {"measured": measured, "printed": printed, "corrected": corrected}
    given = {name: plain_numbers(value) for name, value in values.items() if value is not None}
    # `given` is rounded and goes into the output; the comparison below uses the exact measurement.
    asked = {"printed", "corrected"} if claim.status in WRONG else {"measured"}
    if set(given) != asked:
        got = " and ".join(given) or "nothing"
        raise ValueError(f"claim {claim.id} ({claim.status}) takes {' and '.join(sorted(asked))}; got {got}")
    unmet = _unmet(claim, run)
    if unmet:
        return Judgement(claim, "not comparable", given, unmet)
    if claim.status in WRONG:
        as_printed = claim.expectation().holds(printed)
        as_corrected = claim.expectation_of_correction().holds(corrected)
        if as_corrected and not as_printed:
            return Judgement(claim, "erratum", given)
        reason = "the statement as printed holds" if as_printed else "the correction does not hold either"
        return Judgement(claim, "differs", given, reason)
    if not claim.expectation().holds(measured):
        return Judgement(claim, "differs", given)
    return Judgement(claim, "confirmed" if claim.value_from == "derived" else "reproduced", given)


def _unmet(claim: Claim, run: dict[str, Any]) -> str:
    """Return, in words, which of the claim's needs this run does not meet."""
    missing = [name for name in claim.needs if name not in run]
    if missing:
        raise ValueError(f"claim {claim.id} needs to know this run's {', '.join(missing)}: pass {missing[0]}=…")
    parts = []
    for name, needed in claim.needs.items():
        here = run[name]
        if name == "data":  # a parameter names the data asked for; what counts is the data loaded
            here = loaded_as(here) or f"{here}, which this run has not loaded"
        if isinstance(needed, dict):
            if here < needed["at_least"]:
                parts.append(f"{name} is {here}, the claim is about {needed['at_least']} or more")
        elif here != needed:
            parts.append(f"{name} is {here}, the claim is about {needed}")
    return "; ".join(parts)
