"""Reasons that only choosing has. They share the shape of `clearing.reasons`.

A client reads every reason in the words of `marketplace.labels`.
"""

from __future__ import annotations

from clearing.reasons import Reason, Severity


def _of_choosing(code: str, severity: Severity = Severity.REFUSE) -> Reason:
    return Reason(
        rule="choosing",
        code=code,
        severity=severity,
        field="offering",
        title="",
        detail="",
        fix="",
        who="",
    )


OTHER_COUNTY = _of_choosing("other_county")
PROVIDER_NOT_NAMED = _of_choosing("provider_not_named")
NOT_PUBLISHED = _of_choosing("offering_not_published")
MUNICIPALITY_NOT_SERVED = _of_choosing("municipality_not_served")
ALREADY_CHOSEN = _of_choosing("already_chosen")
SAME_HELP_TWICE = _of_choosing("same_help_twice", Severity.WARN)
