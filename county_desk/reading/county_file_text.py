"""Write a county's settings as the text of its file; reading it back gives the same settings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import yaml

from clearing.eligibility.facts.calendar import DayKind
from clearing.payments.rules.pay_days import WEEKDAYS, SettlementCalendar
from county_desk.reading.complaint_paths import complaint_paths_document
from county_desk.rules.county_setup import CostCentreSetup, CountySetup, ServiceSetup
from county_desk.rules.texts import Texts
from foundation.vocabulary.money import format_hundredths
from marketplace.rules.day_coverage import clock_text


def county_file_text(setup: CountySetup) -> str:
    """Return YAML that `read_county_file` reads as the same settings."""
    return str(
        yaml.dump(settings_document(setup), Dumper=_Indenting, sort_keys=False, allow_unicode=True, width=110)
    )


class _Indenting(yaml.SafeDumper):
    """A dumper that indents lists below their names."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _first_day(name: str, day: date | None) -> dict[str, str]:
    return {} if day is None else {name: day.isoformat()}


def settings_document(setup: CountySetup) -> dict[str, Any]:
    """Return the settings as names and values, in the order of the file."""
    return {
        "code": setup.code,
        "name": _texts(setup.name),
        "business_id": setup.business_id,
        "phone": setup.phone,
        "late_days": str(setup.late_days),
        **_first_day("late_days_from", setup.late_days_from),
        **({} if setup.address is None else {"address": asdict(setup.address)}),
        **_first_day("address_from", setup.address_from),
        **complaint_paths_document(setup.complaint_paths),
        **_settlement_calendar(setup.settlement_calendar),
        **_first_day("settlement_calendar_from", setup.settlement_calendar_from),
        "message_months": str(setup.message_months),
        "bank": {"iban": setup.iban, "bic": setup.bic, "letters": setup.bank_letters},
        "time_classes": [
            {"code": entry.code, "name": _texts(entry.name)} for entry in setup.shared.time_classes
        ],
        **_first_day("calendar_from", setup.calendar_from),
        "calendar": {str(kind): _ranges(setup, kind) for kind in DayKind},
        "municipalities": [
            {
                "code": place.code,
                "name": _texts(place.name),
                "latitude": f"{place.latitude:.5f}",
                "longitude": f"{place.longitude:.5f}",
            }
            for place in setup.municipalities
        ],
        "cost_centres": list(map(_cost_centre, setup.cost_centres)),
        "services": list(setup.services),
        "service_definitions": [
            _service(service) for service in setup.shared.definitions if service.code in setup.services
        ],
    }


def _cost_centre(centre: CostCentreSetup) -> dict[str, Any]:
    return {
        "code": centre.code,
        "name": _texts(centre.name),
        "appropriation": format_hundredths(centre.appropriation_cents),
    }


def _settlement_calendar(calendar: SettlementCalendar | None) -> dict[str, Any]:
    if calendar is None:
        return {}
    if calendar.is_end:
        return {"settlement_calendar": {}}
    days: dict[str, Any] = {"month_days": [str(day) for day in calendar.month_days]}
    if calendar.weekday is not None:
        days = {"weekday": WEEKDAYS[calendar.weekday]}
    return {"settlement_calendar": {**days, "cut_off_days": str(calendar.cut_off_days)}}


def _ranges(setup: CountySetup, kind: DayKind) -> list[dict[str, str]]:
    return [
        {
            "from": clock_text(entry.from_minute),
            "to": clock_text(entry.to_minute),
            "time_class": entry.time_class,
        }
        for entry in sorted(setup.calendar)
        if entry.day_kind == kind
    ]


def _service(service: ServiceSetup) -> dict[str, Any]:
    row: dict[str, Any] = {
        "code": service.code,
        "unit": service.unit,
        "vat": service.vat,
        **({"vat_exemption": service.vat_exemption} if service.vat_exemption else {}),
        "free_of_charge": service.free_of_charge,
        "name": _texts(service.name),
    }
    about = _texts(service.about)
    return row | {"about": about} if about else row


def _texts(texts: Texts) -> dict[str, str]:
    values = {"fi": texts.fi, "sv": texts.sv, "en": texts.en, "selko": texts.selko}
    return {language: text for language, text in values.items() if text}
