"""The ways to complain and to get advice, of which a county names its own contacts."""

from enum import StrEnum


class ComplaintKind(StrEnum):
    """Whom a client turns to: for advice, about bad help, about a decision, or about the county itself."""

    OMBUDSMAN = "ombudsman"
    OBJECTION = "objection"
    CORRECTION = "correction"
    AUTHORITY = "authority"


LEAST_CORRECTION_DAYS, MOST_CORRECTION_DAYS = 30, 365
"""In how many days a correction is claimed; the least is the law's (Administrative Procedure Act, 49 c §)."""
