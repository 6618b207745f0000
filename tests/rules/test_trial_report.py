"""The report of a dry run is read back as it was written, through JSON."""

from __future__ import annotations

import json

from clearing.charges.facts.answers import ChargeAnswer
from clearing.reasons import REASONS, Finding
from foundation.vocabulary.money import Money
from provider_portal.rules.trial_report import TrialReport, unpack_report


def a_report() -> TrialReport:
    finding = Finding(REASONS["voucher_unknown"], "voucher", {"voucher": "NOPE"})
    good = ChargeAnswer(None, "R-1", "accepted", (), Money(7200), Money(6000), Money(1200), Money(500))
    bad = ChargeAnswer(7, None, "refused", (finding,), None, None, None, None, duplicate=True)
    return TrialReport(
        counts={"accepted": 1, "duplicates": 1},
        first=[(2, good), (3, bad)],
        to_check=1,
        first_to_check=[(3, bad)],
        unknown_columns=["muuta"],
        cleaned_rows=[2],
        totals_row=4,
    )


def test_it_is_read_back_as_it_was_written() -> None:
    report = a_report()
    assert unpack_report(json.loads(json.dumps(report.packed()))) == report
