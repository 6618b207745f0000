"""The forms of a county's settings; each reads its fields into the settings that a file would have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from itertools import pairwise

from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from county_desk.actions.change_settings import ChangedSettings, Seen
from county_desk.pages.setting_texts import fault_text
from county_desk.reading.county_file import LONGEST_ADDRESS_LINE, MOST_LATE_DAYS, MOST_MESSAGE_MONTHS
from county_desk.rules.county_setup import AddressSetup, CostCentreSetup, CountySetup
from county_desk.rules.settings_sections import Section, cost_centre_section, mark_of_section
from county_desk.rules.texts import Texts
from foundation.vocabulary.identifiers import POSTCODE, parse_business_id
from foundation.vocabulary.labels import DAY_KINDS
from foundation.vocabulary.money import Money
from foundation.web.catalogues import N_
from foundation.web.formats import name_text
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    MoneyField,
    TextField,
    TimeField,
    WholeNumberField,
    at_most,
    between,
    matches,
    may_be_empty,
    needed,
)
from foundation.web.languages import _
from marketplace.load.names import Names

MOST_RANGES, EMPTY_ROWS = 8, 2
"""How many times of a kind of day the form takes, and how many empty ones are shown below the others."""
_LONGEST = at_most(200, N_("Enter at most %(length)s characters"))
_ADDRESS_LINE = at_most(LONGEST_ADDRESS_LINE, N_("Enter at most %(length)s characters"))
DAY_MINUTES = 24 * 60


class SettingsForm(Form):
    """What the administrator has seen: hidden, so that nobody's change is overwritten unseen."""

    section_mark = HiddenField("")
    preview_mark = HiddenField("")

    def seen(self) -> Seen:
        """Return the marks that came back with the form."""
        return Seen(self.section_mark.data or "", self.preview_mark.data or "")

    def show(self, changed: ChangedSettings) -> None:
        """Remember what is shown now, and show why nothing was stored."""
        self.section_mark.data, self.preview_mark.data = changed.seen.section, changed.seen.preview
        for fault in changed.faults:
            field = "from_day" if fault.field.endswith("_from") else None
            self.refuse(field, fault_text(fault.code))


class DetailsForm(SettingsForm):
    """Names, the number that clients call, the business ID, and how long messages are kept."""

    name_fi = TextField(N_("Name in Finnish"), [needed(N_("Enter the name")), _LONGEST])
    name_sv = TextField(N_("Name in Swedish"), [needed(N_("Enter the name")), _LONGEST])
    name_en = TextField(N_("Name in English"), [needed(N_("Enter the name")), _LONGEST])
    phone = TextField(
        N_("Phone number"),
        [needed(N_("Enter the phone number")), _LONGEST],
        hint=N_("Clients see it on every page and on their card."),
    )
    business_id = TextField(N_("Business ID"), [needed(N_("Enter the business ID"))])
    message_months = WholeNumberField(
        N_("Months that messages are kept"),
        [
            needed(N_("Enter the months")),
            between(1, MOST_MESSAGE_MONTHS, N_("Enter a number from %(min)s to %(max)s")),
        ],
        hint=N_("For messages sent from now on. Earlier ones keep the day that their writer has read."),
    )

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Return whether every field is right; the business ID has a check digit."""
        right = super().validate(*args, **kwargs)
        if self.business_id.data and parse_business_id(self.business_id.data) is None:
            self.refuse("business_id", _(N_("Check the business ID, for example 1234567-1")))
            return False
        return right

    def edit(self, setup: CountySetup) -> CountySetup:
        """Return the settings with what was typed."""
        return replace(
            setup,
            name=Texts(self.name_fi.data or "", self.name_sv.data or "", self.name_en.data or ""),
            phone=self.phone.data or "",
            business_id=parse_business_id(self.business_id.data or "") or "",
            message_months=self.message_months.data or 0,
        )


class CostCentreForm(SettingsForm):
    """A cost centre: its names and its appropriation."""

    name_fi = TextField(N_("Name in Finnish"), [needed(N_("Enter the name")), _LONGEST])
    name_sv = TextField(N_("Name in Swedish"), [needed(N_("Enter the name")), _LONGEST])
    name_en = TextField(N_("Name in English"), [needed(N_("Enter the name")), _LONGEST])
    appropriation = MoneyField(N_("Appropriation for the year"), [needed(N_("Enter the appropriation"))])

    def centre(self, code: str) -> CostCentreSetup:
        """Return the cost centre with what was typed."""
        names = Texts(self.name_fi.data or "", self.name_sv.data or "", self.name_en.data or "")
        return CostCentreSetup(code, names, Money(self.appropriation.data or 0))


class NewCostCentreForm(CostCentreForm):
    """A new cost centre, with its code."""

    code = TextField(
        N_("Code"),
        [
            needed(N_("Enter the code")),
            matches(r"^[A-Za-z0-9._-]{1,20}$", N_("Use letters, numbers, dots and hyphens, at most 20")),
        ],
        hint=N_("As in the county's accounts, for example 4410. It cannot be changed later."),
    )


class LateDaysForm(SettingsForm):
    """The days for late charges, and from which day they are in force."""

    late_days = WholeNumberField(
        N_("Days for late charges"),
        [
            needed(N_("Enter the days")),
            between(0, MOST_LATE_DAYS, N_("Enter a number from %(min)s to %(max)s")),
        ],
        hint=N_("How many days after a visit a provider may still charge it."),
    )
    from_day = DayField(N_("In force from"), [needed(N_("Enter the first day"))])

    def edit(self, setup: CountySetup) -> CountySetup:
        """Return the settings with what was typed."""
        return replace(setup, late_days=self.late_days.data or 0, late_days_from=self.from_day.data)


class AddressForm(SettingsForm):
    """The postal address on invoices, and from which day they have it."""

    street = TextField(N_("Street address"), [needed(N_("Enter the street address")), _ADDRESS_LINE])
    postcode = TextField(
        N_("Postal code"),
        [
            needed(N_("Enter the postal code")),
            matches(f"^{POSTCODE.pattern}$", N_("Check the postal code: it has 5 digits")),
        ],
    )
    town = TextField(N_("Post office"), [needed(N_("Enter the post office")), _ADDRESS_LINE])
    from_day = DayField(N_("In force from"), [needed(N_("Enter the first day"))])

    def edit(self, setup: CountySetup) -> CountySetup:
        """Return the settings with what was typed."""
        address = AddressSetup(self.street.data or "", self.postcode.data or "", self.town.data or "")
        return replace(setup, address=address, address_from=self.from_day.data)


class CalendarForm(SettingsForm):
    """Where each time class begins on each kind of day; each goes on until the next one."""

    from_day = DayField(N_("In force from"), [needed(N_("Enter the first day"))])

    def rows(self, kind: str) -> list[tuple[TimeField, ChoiceField]]:
        """Return the fields of a kind of day, in order."""
        names = [(f"{kind}_{number}_at", f"{kind}_{number}_class") for number in range(MOST_RANGES)]
        return [(self[at], self[time_class]) for at, time_class in names]

    def shown_rows(self, kind: str) -> list[tuple[TimeField, ChoiceField]]:
        """Return the rows that are in use, and two empty ones to go on."""
        rows = self.rows(kind)
        used = [number for number, (at, chosen) in enumerate(rows, 1) if at._value() or chosen.data]
        return rows[: max(used, default=0) + EMPTY_ROWS]

    def offer(self, classes: Mapping[str, Names]) -> None:
        """Let every row choose one of the time classes, or none."""
        choices = [("", "–"), *((code, name_text(names)) for code, names in classes.items())]
        for kind in DayKind:
            for _at, time_class in self.rows(kind):
                time_class.choices = choices

    def read(self) -> tuple[CalendarRange, ...] | None:
        """Return the calendar, or None after showing each fault at its field."""
        found = [one for kind in DayKind for one in self._ranges(kind)]
        return None if self.errors or self.form_errors else tuple(found)

    def _ranges(self, kind: DayKind) -> list[CalendarRange]:
        starts: list[tuple[int, str]] = []
        for at, time_class in self.rows(kind):
            if (at.data is None) != (not time_class.data):
                self.refuse(at.name, fault_text("row_not_full"))
            elif at.data is not None:
                minute = _minute(at.data)
                self._check(at, minute, starts)
                starts.append((minute, time_class.data))
        if not starts:
            self.refuse(f"{kind}_0_at", fault_text("first_not_midnight"))
        ends = [*(minute for minute, _class in starts[1:]), DAY_MINUTES]
        return [
            CalendarRange(kind, first, last, time_class)
            for (first, time_class), last in zip(starts, ends, strict=False)
        ]

    def _check(self, at: TimeField, minute: int, earlier: Sequence[tuple[int, str]]) -> None:
        if not earlier and minute != 0:
            self.refuse(at.name, fault_text("first_not_midnight"))
        elif earlier and minute <= earlier[-1][0]:
            self.refuse(at.name, fault_text("times_not_in_order"))


for _kind in DayKind:
    for _number in range(MOST_RANGES):
        setattr(CalendarForm, f"{_kind}_{_number}_at", TimeField(DAY_KINDS[_kind], [may_be_empty()]))
        _choice = ChoiceField(DAY_KINDS[_kind], [may_be_empty()], dropdown=True)
        setattr(CalendarForm, f"{_kind}_{_number}_class", _choice)


def details_data(setup: CountySetup) -> dict[str, object]:
    """Return the data of a form that shows the stored names and contact."""
    return {
        **_name_data(setup.name),
        "phone": setup.phone,
        "business_id": setup.business_id,
        "message_months": setup.message_months,
        "section_mark": mark_of_section(setup, Section.DETAILS),
    }


def cost_centre_data(setup: CountySetup, centre: CostCentreSetup) -> dict[str, object]:
    """Return the data of a form that shows a stored cost centre."""
    mark = mark_of_section(setup, cost_centre_section(centre.code))
    return {
        **_name_data(centre.name),
        "appropriation": centre.appropriation_cents,
        "section_mark": mark,
    }


def _name_data(name: Texts) -> dict[str, str]:
    return {"name_fi": name.fi, "name_sv": name.sv, "name_en": name.en}


def calendar_data(calendar: Sequence[CalendarRange], from_day: date) -> dict[str, object]:
    """Return the data of a form that shows a calendar. Two ranges in a row of one class are one."""
    data: dict[str, object] = {"from_day": from_day}
    for kind in DayKind:
        own = sorted(each for each in calendar if each.day_kind == kind)
        begins = own[:1] + [
            later for earlier, later in pairwise(own) if later.time_class != earlier.time_class
        ]
        for number, each in enumerate(begins[:MOST_RANGES]):
            data[f"{kind}_{number}_at"] = time(*divmod(each.from_minute, 60))
            data[f"{kind}_{number}_class"] = each.time_class
    return data


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
