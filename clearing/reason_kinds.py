"""What a reason is: a code of the rulebook with its severity and texts. `clearing.reasons` has every one."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """What a reason does to a charge (rulebook, Deciding a charge)."""

    REFUSE = "R"
    HOLD = "H"
    WARN = "W"
    INFORM = "I"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of the rulebook with its texts as msgids."""

    rule: str
    code: str
    severity: Severity
    field: str | None
    who: str
    title: str = ""
    detail: str = ""
    fix: str = ""

    def worded(self, title: str, detail: str, fix: str) -> "Reason":
        """Return the reason with its texts, and add it to REASONS."""
        return REASONS.setdefault(self.code, replace(self, title=title, detail=detail, fix=fix))


REASONS: dict[str, Reason] = {}
"""Every reason by its code, in the order of the rulebook."""
