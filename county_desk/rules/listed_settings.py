"""A county's settings as a list of paths and texts, to compare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clearing.payments.rules.pay_days import WEEKDAYS, SettlementCalendar
from county_desk.rules.complaint_paths import ComplaintPathSetup
from county_desk.rules.county_setup import CountySetup, ServiceSetup, SharedSetup
from county_desk.rules.texts import Texts
from foundation.vocabulary.money import format_hundredths
from marketplace.rules.day_coverage import clock_text


def settings_of(setup: CountySetup) -> Iterator[tuple[str, str]]:
    """Yield each setting of the county alone, as a path and a text."""
    yield "code", setup.code
    yield from _texts("name", setup.name)
    for name in ("business_id", "phone", "late_days", "message_months"):
        yield name, str(getattr(setup, name))
    yield from (("bank.iban", setup.iban), ("bank.bic", setup.bic), ("bank.letters", setup.bank_letters))
    if setup.address is not None:
        for name in ("street", "postcode", "town"):
            yield f"address.{name}", getattr(setup.address, name)
    for path in setup.complaint_paths or ():
        yield from _complaint_path(path)
    if setup.settlement_calendar is not None and not setup.settlement_calendar.is_end:
        yield from _pay_days(setup.settlement_calendar)
    for entry in sorted(setup.calendar):
        span = f"{clock_text(entry.from_minute)}-{clock_text(entry.to_minute)}"
        yield f"calendar.{entry.day_kind}.{span}", entry.time_class
    for place in setup.municipalities:
        yield from _texts(f"municipalities.{place.code}.name", place.name)
        yield f"municipalities.{place.code}.centre", f"{place.latitude:.5f}, {place.longitude:.5f}"
    for centre in setup.cost_centres:
        yield from _texts(f"cost_centres.{centre.code}.name", centre.name)
        yield f"cost_centres.{centre.code}.appropriation", format_hundredths(centre.appropriation_cents)
    yield from ((f"services.{code}", "offered") for code in setup.services)


def _complaint_path(path: ComplaintPathSetup) -> Iterator[tuple[str, str]]:
    place = f"complaint_paths.{path.kind}"
    yield from _texts(f"{place}.name", path.name)
    reached = {name: str(getattr(path, name)) for name in ("phone", "email", "web", "address")}
    yield from ((f"{place}.{name}", value) for name, value in reached.items() if value)
    yield from _texts(f"{place}.hours", path.hours)
    yield from _texts(f"{place}.note", path.note)
    if path.days is not None:
        yield f"{place}.days", str(path.days)


def _pay_days(calendar: SettlementCalendar) -> Iterator[tuple[str, str]]:
    if calendar.weekday is not None:
        yield "settlement_calendar.weekday", WEEKDAYS[calendar.weekday]
    else:
        yield "settlement_calendar.month_days", ", ".join(map(str, calendar.month_days))
    yield "settlement_calendar.cut_off_days", str(calendar.cut_off_days)


def shared_settings_of(shared: SharedSetup) -> Iterator[tuple[str, str]]:
    """Yield each setting that all counties share, as a path and a text."""
    for time_class in shared.time_classes:
        yield from _texts(f"time_classes.{time_class.code}.name", time_class.name)
    for service in shared.definitions:
        yield from _service(service)


def _service(service: ServiceSetup) -> Iterator[tuple[str, str]]:
    path = f"service_definitions.{service.code}"
    yield f"{path}.unit", service.unit
    yield f"{path}.vat", service.vat
    if service.vat_exemption:
        yield f"{path}.vat_exemption", service.vat_exemption
    yield f"{path}.free_of_charge", "yes" if service.free_of_charge else "no"
    yield from _texts(f"{path}.name", service.name)
    yield from _texts(f"{path}.about", service.about)


def _texts(path: str, texts: Texts) -> Iterator[tuple[str, str]]:
    values: Mapping[str, str] = {"fi": texts.fi, "sv": texts.sv, "en": texts.en, "selko": texts.selko}
    yield from ((f"{path}.{language}", text) for language, text in values.items() if text)
