"""Kinds and states of providers' approvals and papers, and how services are taxed."""

from enum import StrEnum


class ApprovalState(StrEnum):
    """State of a provider's approval for one service in one county."""

    PENDING = "pending"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    ENDED = "ended"


class PaperKind(StrEnum):
    """Papers that a provider must keep valid (R-15)."""

    REGISTER_ENTRY = "register_entry"
    INSURANCE = "insurance"
    PREPAYMENT_REGISTER = "prepayment_register"


class VatKind(StrEnum):
    """How a service is taxed; the rate itself follows the service day."""

    EXEMPT = "exempt"
    GENERAL = "general"
    REDUCED = "reduced"


class VatExemption(StrEnum):
    """Why a service is exempt from VAT: sections 34 and 37 of the Value Added Tax Act 1501/1993."""

    HEALTH_CARE = "health_care"
    SOCIAL_WELFARE = "social_welfare"
