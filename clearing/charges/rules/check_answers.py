"""What the answer to a check may say. A check needs no visit, so its answer must not measure what is left."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import Book
from clearing.reasons import CUT_TO_BALANCE, OVER_AMOUNT, OVER_QUANTITY, Finding
from foundation.vocabulary.labels import N_

DETAILS: Final[Mapping[str, str]] = {
    OVER_AMOUNT.code: N_("The county's share is more than what is left of the voucher."),
    OVER_QUANTITY.code: N_("The charge has more units than are left of the voucher."),
    CUT_TO_BALANCE.code: N_(
        "The county's share is more than what is left of the voucher. It pays what is left."
    ),
}
"""The details of the reasons that name what is left, without the sums."""


def book_for_check(book: Book) -> Book:
    """Return the facts that a check is decided by: without the client's visits at other providers (R-28)."""
    return replace(book, visits={})


def without_balance(answer: ChargeAnswer) -> ChargeAnswer:
    """Return the answer with its codes, without what is left of the voucher."""
    findings = tuple(_without_sums(finding) for finding in answer.findings)
    if not any(finding.code == CUT_TO_BALANCE.code for finding in findings):
        return replace(answer, findings=findings)
    return replace(answer, findings=findings, county_pays_cents=None, co_payment_cents=None, held_cents=None)


def _without_sums(finding: Finding) -> Finding:
    detail = DETAILS.get(finding.code)
    if detail is None:
        return finding
    return Finding(replace(finding.reason, detail=detail), finding.field, {})
