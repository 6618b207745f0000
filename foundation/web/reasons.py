"""Reasons as people read them: the texts of a finding in the reader's language, its values filled in.

The rules of every package report findings of this shape. The shell knows none of the rules.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from foundation.web.formats import sentence_text
from foundation.web.languages import current_language


class ReasonTexts(Protocol):
    """What happened and how to fix it; msgids whose placeholders name their kind by their last word."""

    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def fix(self) -> str: ...


class RuleReason(ReasonTexts, Protocol):
    """A reason with the rule of the rulebook that it comes from, and who can fix it (msgid)."""

    @property
    def rule(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> StrEnum: ...
    @property
    def who(self) -> str: ...


class Finding(Protocol):
    """A reason with the values of its placeholders, and how to fix it (msgid)."""

    @property
    def reason(self) -> ReasonTexts: ...
    @property
    def fix(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...


class RuleFinding(Protocol):
    """A finding of the rulebook, the field that it concerns, and how to fix it (msgid)."""

    @property
    def reason(self) -> RuleReason: ...
    @property
    def fix(self) -> str: ...
    @property
    def field(self) -> str | None: ...
    @property
    def values(self) -> Mapping[str, object]: ...


def finding_text(finding: Finding, language: Language | None = None) -> str:
    """Return what happened and how to fix it, as one text."""
    reason, language = finding.reason, language or current_language()
    detail, fix = (sentence_text(msgid, finding.values, language) for msgid in (reason.detail, finding.fix))
    return f"{sentence_text(reason.title, finding.values, language)}. {detail} {fix}"


def finding_document(finding: RuleFinding, language: Language | None = None) -> dict[str, Any]:
    """Return the finding as the API's answers carry it (contract, Charge out)."""
    reason, language = finding.reason, language or current_language()
    return {
        "rule": reason.rule,
        "code": reason.code,
        "severity": reason.severity.value,
        "field": finding.field,
        "title": translate(reason.title, language),
        "detail": sentence_text(reason.detail, finding.values, language),
        "fix": sentence_text(finding.fix, finding.values, language),
        "who": translate(reason.who, language),
    }
