"""Read a county's file: YAML text to `CountySetup`, or every fault with the path of its setting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from stdnum import bic as bics
from stdnum.exceptions import ValidationError

from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.facts.kinds import VatExemption, VatKind
from clearing.payments.gateways.sepa_text import Letters
from county_desk.reading.complaint_paths import read_complaint_paths
from county_desk.reading.pay_days_section import read_settlement_calendar
from county_desk.reading.settings_section import NOTHING, Section
from county_desk.rules.county_setup import (
    AddressSetup,
    CostCentreSetup,
    CountySetup,
    MunicipalitySetup,
    ServiceSetup,
    SharedSetup,
    TimeClassSetup,
)
from county_desk.rules.municipalities import LATITUDES, LONGITUDES, MUNICIPALITY_CODE
from county_desk.rules.texts import Texts
from foundation.vocabulary.identifiers import POSTCODE, parse_business_id, parse_iban
from foundation.vocabulary.money import Money, parse_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.units import UNITS
from marketplace.rules.day_coverage import minute_of

LARGEST_FILE = 1024 * 1024
MOST_LATE_DAYS = 730
MESSAGE_MONTHS, MOST_MESSAGE_MONTHS = 24, 600
"""How many months messages are kept: if the file does not say it, and at most."""
LONGEST_ADDRESS_LINE = 100
_CODE, _WORD = re.compile(r"[0-9]{2}"), re.compile(r"[A-Z][A-Z0-9_]{1,59}")
_CLASS = re.compile(r"[a-z][a-z0-9_]{1,59}")
_COST_CENTRE = re.compile(r"[A-Za-z0-9._-]{1,20}")


def read_county_file(text: str) -> CountySetup | tuple[Refusal, ...]:
    """Read the text of a county's file. Each value is a text: the code `012` keeps its zero."""
    try:
        document = yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - the class is a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = {} if mark is None else {"line": mark.line + 1}
        return (Refusal("yaml_malformed", "", {"line": 0, **where}),)
    return read_settings_document(document)


def read_settings_document(document: Any) -> CountySetup | tuple[Refusal, ...]:
    """Read the names and values of a county's file."""
    faults: list[Refusal] = []
    setup = _county(Section("", document, faults))
    return tuple(faults) or setup


class _UniqueKeys(yaml.SafeLoader):
    """Safe YAML in which a key stands once, numbers stay texts, and nothing refers to something else."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "an alias", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "no name of its own", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_UniqueKeys.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""Only `true` and `false` are more than texts, so that the code `012` keeps its zero."""


def _county(file: Section) -> CountySetup:
    bank = file.section("bank")
    setup = CountySetup(
        code=file.matching("code", _CODE, "12"),
        name=_texts(file.section("name")),
        business_id=file.read("business_id", parse_business_id, "1234567-1") or "",
        phone=file.text("phone"),
        late_days=file.whole("late_days", 0, MOST_LATE_DAYS),
        message_months=file.whole("message_months", 1, MOST_MESSAGE_MONTHS, default=MESSAGE_MONTHS),
        iban=bank.read("iban", parse_iban, "FI21 1234 5600 0007 85") or "",
        bic=bank.read("bic", parse_bic, "NDEAFIHH") or "",
        bank_letters=bank.one_of("letters", tuple(Letters), default=Letters.NORDIC),
        calendar=tuple(_calendar(file.section("calendar"))),
        municipalities=tuple(map(_municipality, file.listed("municipalities", key="code"))),
        cost_centres=tuple(map(_cost_centre, file.listed("cost_centres", key="code"))),
        services=tuple(file.texts("services", _WORD, "HOME_CARE")),
        shared=SharedSetup(
            tuple(map(_service, file.listed("service_definitions", key="code", may_lack=True))),
            tuple(map(_time_class, file.listed("time_classes", key="code", may_lack=True))),
        ),
        calendar_from=file.day("calendar_from"),
        late_days_from=file.day("late_days_from"),
        address=_address(file.section("address", may_lack=True)),
        address_from=file.day("address_from"),
        complaint_paths=read_complaint_paths(file.section("complaint_paths", may_lack=True)),
        settlement_calendar=read_settlement_calendar(file.section("settlement_calendar", may_lack=True)),
        settlement_calendar_from=file.day("settlement_calendar_from"),
    )
    bank.refuse_others()
    file.refuse_others()
    return setup


def _texts(section: Section, languages: Sequence[str] = ("fi", "sv", "en")) -> Texts:
    texts = Texts(*(section.text(language, may_lack=language == "selko") for language in languages))
    section.refuse_others()
    return texts


def _address(section: Section) -> AddressSetup | None:
    if section is NOTHING:
        return None
    address = AddressSetup(
        section.read("street", _address_line, "Asematie 2") or "",
        section.matching("postcode", POSTCODE, "50100"),
        section.read("town", _address_line, "Mikkeli") or "",
    )
    section.refuse_others()
    return address


def _address_line(text: str) -> str | None:
    return text if len(text) <= LONGEST_ADDRESS_LINE else None


def parse_bic(text: str) -> str | None:
    """Return a BIC (ISO 9362) whose country and form are right."""
    try:
        return str(bics.validate(text))
    except ValidationError:
        return None


def _calendar(section: Section) -> Iterator[CalendarRange]:
    for kind in DayKind:
        for entry in section.listed(kind):
            from_minute = entry.read("from", minute_of, "07:00")
            to_minute = entry.read("to", minute_of, "18:00")
            time_class = entry.matching("time_class", _CLASS, "evening")
            entry.refuse_others()
            if from_minute is not None and to_minute is not None:
                if to_minute <= from_minute:
                    entry.refuse("to", "not_after_from")
                yield CalendarRange(kind, from_minute, to_minute, time_class)
    section.refuse_others()


def _municipality(entry: Section) -> MunicipalitySetup:
    place = MunicipalitySetup(
        entry.matching("code", MUNICIPALITY_CODE, "491"),
        _texts(entry.section("name"), ("fi", "sv")),
        entry.decimal("latitude", *LATITUDES),
        entry.decimal("longitude", *LONGITUDES),
    )
    entry.refuse_others()
    return place


def _cost_centre(entry: Section) -> CostCentreSetup:
    cents = entry.read("appropriation", _money, "4800000.00")
    centre = CostCentreSetup(
        entry.matching("code", _COST_CENTRE, "4410"),
        _texts(entry.section("name")),
        Money(0 if cents is None else cents),
    )
    entry.refuse_others()
    return centre


def _money(text: str) -> int | None:
    cents = parse_hundredths(text)
    return cents if cents is not None and cents >= 0 else None


def _service(entry: Section) -> ServiceSetup:
    about = entry.section("about", may_lack=True)
    vat = entry.one_of("vat", tuple(VatKind))
    service = ServiceSetup(
        code=entry.matching("code", _WORD, "HOME_CARE"),
        unit=entry.one_of("unit", UNITS),
        vat=vat,
        vat_exemption=_vat_exemption(entry, vat),
        free_of_charge=entry.flag("free_of_charge"),
        name=_texts(entry.section("name")),
        about=Texts("", "") if about is NOTHING else _texts(about, ("fi", "sv", "en", "selko")),
    )
    entry.refuse_others()
    return service


def _vat_exemption(entry: Section, vat: str) -> str:
    """Return the reason of an exempt service, which the file must give; another service has none."""
    if vat == VatKind.EXEMPT:
        return entry.one_of("vat_exemption", tuple(VatExemption))
    if entry.text("vat_exemption", may_lack=True):
        entry.refuse("vat_exemption", "not_exempt")
    return ""


def _time_class(entry: Section) -> TimeClassSetup:
    time_class = TimeClassSetup(entry.matching("code", _CLASS, "evening"), _texts(entry.section("name")))
    entry.refuse_others()
    return time_class
