"""The description of a county's settings for programs: the document of its file, without the account.

What is right is decided by the reader of the file (`county_desk.reading.county_file`), for both alike.
"""

from __future__ import annotations

from typing import Any, Final

from foundation.vocabulary.complaint_kinds import ComplaintKind

Schema = dict[str, Any]


def _text(example: str) -> Schema:
    return {"type": "string", "example": example}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _listed(**properties: Schema) -> Schema:
    return {"type": "array", "items": _object(**properties)}


def _named(fi: str, sv: str, en: str = "") -> Schema:
    return _object(fi=_text(fi), sv=_text(sv), **({"en": _text(en)} if en else {}))


_RANGES: Final = _listed(**{"from": _text("00:00"), "to": _text("24:00"), "time_class": _text("weekday")})
_CONTACT: Final = {
    "name": _named("Kirjaamo", "Registratorskontoret", "Registry"),
    "phone": _text("015 000 1300"),
    "email": _text("kirjaamo@example.fi"),
    "web": _text("https://example.fi"),
    "address": _text("PL 1, 50101 Mikkeli"),
    "hours": _named("ma–to klo 9–11", "mån–tors kl. 9–11", "Mon–Thu 9–11"),
    "note": {
        "type": "object",
        "properties": {
            "fi": _text("Kerro, mitä tapahtui."),
            "sv": _text("Berätta vad som hände."),
            "en": _text("Say what happened."),
            "selko": _text("Kerro, mitä tapahtui."),
        },
    },
}
SETTINGS: Final[Schema] = {
    **_object(
        code=_text("12"),
        name=_named("Etelä-Savon hyvinvointialue", "Södra Savolax välfärdsområde", "South Savo"),
        business_id=_text("1234567-1"),
        phone=_text("015 000 1200"),
        late_days=_text("60"),
        late_days_from=_text("2027-01-01"),
        address=_object(street=_text("Esimerkkikatu 12"), postcode=_text("50100"), town=_text("Mikkeli")),
        address_from=_text("2027-01-01"),
        complaint_paths=_object(
            **{
                str(kind): _object(**_CONTACT, **({"days": _text("30")} if kind == "correction" else {}))
                for kind in ComplaintKind
            }
        ),
        settlement_calendar={
            **_object(
                weekday=_text("friday"),
                month_days={"type": "array", "items": _text("15")},
                cut_off_days=_text("5"),
            ),
            "description": "Empty: the county has no pay days from `settlement_calendar_from` on.",
            "example": {"month_days": ["15", "31"], "cut_off_days": "5"},
        },
        settlement_calendar_from=_text("2027-01-01"),
        message_months=_text("24"),
        time_classes=_listed(code=_text("weekday"), name=_named("Arki", "Vardag", "Weekday")),
        calendar_from=_text("2027-01-01"),
        calendar=_object(weekday=_RANGES, saturday=_RANGES, sunday_or_holiday=_RANGES),
        municipalities=_listed(
            code=_text("491"),
            name=_named("Mikkeli", "S:t Michel"),
            latitude=_text("61.68860"),
            longitude=_text("27.27220"),
        ),
        cost_centres=_listed(
            code=_text("4410"),
            name=_named("Vammaispalvelut", "Funktionshinderservice", "Disability services"),
            appropriation=_text("4800000.00"),
        ),
        services={"type": "array", "items": _text("PERSONAL_ASSISTANCE")},
        service_definitions=_listed(
            code=_text("PERSONAL_ASSISTANCE"),
            unit=_text("hour"),
            vat=_text("exempt"),
            vat_exemption=_text("social_welfare"),
            free_of_charge={"type": "boolean"},
            name=_named("Henkilökohtainen apu", "Personlig assistans", "Personal assistance"),
            about=_named("Avustaja auttaa arjessa.", "En assistent hjälper.", "An assistant helps."),
        ),
    ),
    "description": "The settings of a county, as in its file (docs/counties/README.md), without the account.",
}
