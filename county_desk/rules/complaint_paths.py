"""What a county's contact for advice or complaints must be so that clients can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from county_desk.rules.texts import NO_TEXTS, Texts
from foundation.vocabulary.complaint_kinds import ComplaintKind
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.accounts import EMAIL

MOST_WORDS = 15
"""How many words a sentence of plain Finnish has at most."""
TEXT_TOO_LONG = "text_malformed"
LONGEST = {"name": 200, "address": 200, "hours": 200, "note": 500, "email": 200, "web": 300}
"""The longest texts in characters."""
_PHONE = re.compile(r"(\+|\(0)?[0-9][0-9 ()-]{2,24}")
_WEB = re.compile(r"https://[^\s/@?#:\"<>]+\.[^\s/@?#:.\"<>]{2,}(:[0-9]{1,5})?([/?#][^\s\"<>]*)?")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")


@dataclass(frozen=True, slots=True)
class ComplaintPathSetup:
    """A contact of the county for advice or complaints; an empty text is not given.

    `days`: in how many days a correction of a decision is claimed; None for the other kinds.
    """

    kind: ComplaintKind
    name: Texts
    phone: str = ""
    email: str = ""
    web: str = ""
    address: str = ""
    hours: Texts = NO_TEXTS
    note: Texts = NO_TEXTS
    days: int | None = None


class PathCode(StrEnum):
    """Why a contact is refused."""

    PHONE = "phone_malformed"
    EMAIL = "email_malformed"
    WEB = "web_malformed"
    UNREACHABLE = "contact_unreachable"
    NOT_TRANSLATED = "text_not_translated"
    SENTENCE_LONG = "sentence_too_long"


def path_section(kind: str) -> str:
    """Return the section of a contact: the beginning of the paths of its settings."""
    return f"complaint_paths.{kind}."


def path_faults(path: ComplaintPathSetup) -> tuple[Refusal, ...]:
    """Return what is wrong with a contact; the fields are those of the contact (`note.sv`)."""
    return (*_length_faults(path), *_reach_faults(path), *_text_faults(path))


def _length_faults(path: ComplaintPathSetup) -> Iterator[Refusal]:
    for name, most in LONGEST.items():
        value: str | Texts = getattr(path, name)
        for field, text in [(name, value)] if isinstance(value, str) else _fields(name, value):
            if len(text) > most:
                yield Refusal(TEXT_TOO_LONG, field, {"most": most})


def _reach_faults(path: ComplaintPathSetup) -> Iterator[Refusal]:
    if path.phone and not _PHONE.fullmatch(path.phone):
        yield Refusal(PathCode.PHONE, "phone")
    if path.email and not EMAIL.fullmatch(path.email):
        yield Refusal(PathCode.EMAIL, "email")
    if path.web and not _WEB.fullmatch(path.web):
        yield Refusal(PathCode.WEB, "web")
    if not (path.phone or path.email or path.web or path.address):
        yield Refusal(PathCode.UNREACHABLE, "phone")


def _text_faults(path: ComplaintPathSetup) -> Iterator[Refusal]:
    """Yield the texts that some language lacks, and long sentences of plain Finnish."""
    for name, texts, languages in (
        ("hours", path.hours, ("fi", "sv", "en")),
        ("note", path.note, ("fi", "sv", "en", "selko")),
    ):
        given = {language: getattr(texts, language) for language in languages}
        if any(given.values()):
            missing = (language for language, text in given.items() if not text)
            yield from (Refusal(PathCode.NOT_TRANSLATED, f"{name}.{language}") for language in missing)
    words = max((len(sentence.split()) for sentence in _SENTENCE_END.split(path.note.selko)), default=0)
    if words > MOST_WORDS:
        yield Refusal(PathCode.SENTENCE_LONG, "note.selko", {"words": words, "most": MOST_WORDS})


def _fields(name: str, texts: Texts) -> list[tuple[str, str]]:
    return [(f"{name}.{language}", getattr(texts, language)) for language in ("fi", "sv", "en", "selko")]
