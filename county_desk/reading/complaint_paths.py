"""The contacts for advice and complaints in a county's file: read, and written as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from county_desk.reading.settings_section import NOTHING, Section
from county_desk.rules.complaint_paths import ComplaintPathSetup, path_faults
from county_desk.rules.texts import Texts
from foundation.vocabulary.complaint_kinds import (
    LEAST_CORRECTION_DAYS,
    MOST_CORRECTION_DAYS,
    ComplaintKind,
)

REACHED = ("phone", "email", "web", "address")


def read_complaint_paths(section: Section) -> tuple[ComplaintPathSetup, ...] | None:
    """Return the contacts of a file; None if it does not have the section."""
    if section is NOTHING:
        return None
    paths = tuple(_paths(section))
    section.refuse_others()
    return paths


def _paths(section: Section) -> Iterator[ComplaintPathSetup]:
    for kind in ComplaintKind:
        entry = section.section(kind, may_lack=True)
        if entry is not NOTHING:
            yield _path(kind, entry)


def _path(kind: ComplaintKind, entry: Section) -> ComplaintPathSetup:
    days = None
    if kind is ComplaintKind.CORRECTION:
        days = entry.whole("days", LEAST_CORRECTION_DAYS, MOST_CORRECTION_DAYS)
    path = ComplaintPathSetup(
        kind,
        _texts(entry.section("name"), ("fi", "sv", "en"), may_lack=False),
        **{name: entry.text(name, may_lack=True) for name in REACHED},
        hours=_texts(entry.section("hours", may_lack=True), ("fi", "sv", "en")),
        note=_texts(entry.section("note", may_lack=True), ("fi", "sv", "en", "selko")),
        days=days,
    )
    entry.refuse_others()
    for fault in path_faults(path):
        entry.refuse(fault.field, fault.code, **fault.values)
    return path


def _texts(section: Section, languages: tuple[str, ...], *, may_lack: bool = True) -> Texts:
    if section is NOTHING:
        return Texts("", "")
    texts = Texts(*(section.text(language, may_lack=may_lack) for language in languages))
    section.refuse_others()
    return texts


def complaint_paths_document(paths: Iterable[ComplaintPathSetup] | None) -> dict[str, Any]:
    """Return the section of a file as a document; nothing if it is not given."""
    return {} if paths is None else {"complaint_paths": {str(path.kind): _document(path) for path in paths}}


def _document(path: ComplaintPathSetup) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": _by_language(path.name),
        **{name: getattr(path, name) for name in REACHED},
        "hours": _by_language(path.hours),
        "note": _by_language(path.note),
        "days": "" if path.days is None else str(path.days),
    }
    return {name: value for name, value in row.items() if value}


def _by_language(texts: Texts) -> dict[str, str]:
    values = {"fi": texts.fi, "sv": texts.sv, "en": texts.en, "selko": texts.selko}
    return {language: text for language, text in values.items() if text}
