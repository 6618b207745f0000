"""/hallinta/alue/maksupaivat: an administrator says on which days the county pays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint

from clearing.payments.load.pay_days import settlement_calendars
from clearing.payments.rules.pay_days import (
    FEWEST_CUT_OFF_DAYS,
    LATEST_MONTH_DAY,
    MOST_CUT_OFF_DAYS,
    WEEKDAYS,
    PayDay,
    SettlementCalendar,
    next_pay_days,
    pay_days,
)
from county_desk.actions.change_settings import ChangedSettings
from county_desk.pages.pay_day_texts import SHOWN
from county_desk.pages.setting_forms import SettingsForm
from county_desk.pages.settings import answer, apply, own_county_id, stored, tomorrow
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.settings_sections import Section, mark_of_section
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import weekday_text
from foundation.web.forms import ChoiceField, DayField, WholeNumberField, between, may_be_empty, needed
from foundation.web.identity import allow
from foundation.web.languages import _
from foundation.web.pages import Result
from foundation.web.transaction import db

blueprint = Blueprint("county_pay_days", __name__, template_folder="../templates")
WEEKLY, MONTHLY, NEVER = "weekly", "monthly", "never"
USUAL_CUT_OFF_DAYS = 5
_NUMBER = N_("Enter a number from %(min)s to %(max)s")


class PayDaysForm(SettingsForm):
    """On which days the county pays, until when charges can come in, and from which day that is so."""

    how = ChoiceField(N_("How often the county pays"), [needed(N_("Choose one"))])
    weekday = ChoiceField(N_("Day of the week"), [may_be_empty()], dropdown=True)
    month_day = WholeNumberField(
        N_("Day of the month"),
        [may_be_empty(), between(1, LATEST_MONTH_DAY, _NUMBER)],
        hint=N_("For example 15. With 31 the county pays on the last day of every month."),
    )
    second_month_day = WholeNumberField(
        N_("Another day of the month"),
        [may_be_empty(), between(1, LATEST_MONTH_DAY, _NUMBER)],
        hint=N_("Leave it empty if the county pays once a month."),
    )
    cut_off_days = WholeNumberField(
        N_("Bank days for the county's work"),
        [may_be_empty(), between(FEWEST_CUT_OFF_DAYS, MOST_CUT_OFF_DAYS, _NUMBER)],
        hint=N_(
            "A charge must have come in this many bank days before the pay day. In that time the run is"
            " prepared, approved and sent to the bank."
        ),
    )
    from_day = DayField(N_("In force from"), [needed(N_("Enter the first day"))])

    def offer(self, *, can_end: bool) -> None:
        """Offer the choices in the reader's language; only pay days that have been said can end."""
        self.how.choices = [(WEEKLY, _(N_("Once a week"))), (MONTHLY, _(N_("Once or twice a month")))]
        if can_end:
            self.how.choices.append((NEVER, _(N_("No pay days any more"))))
        days = [(code, weekday_text(number).capitalize()) for number, code in enumerate(WEEKDAYS)]
        self.weekday.choices = [("", "–"), *days]

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Return whether every field is right, and the days fit how often the county pays."""
        right = super().validate(*args, **kwargs)
        if self.how.data == WEEKLY and not self.weekday.data:
            self.refuse("weekday", _(N_("Choose the day of the week")))
        elif self.how.data == MONTHLY and self.month_day.data is None and not self.month_day.errors:
            self.refuse("month_day", _(N_("Enter the day of the month")))
        elif self.how.data == MONTHLY and self.month_day.data == self.second_month_day.data:
            self.refuse("second_month_day", _(N_("Enter another day than the first one, or leave it empty")))
        elif self.how.data != NEVER and self.cut_off_days.data is None and not self.cut_off_days.errors:
            self.refuse("cut_off_days", _(N_("Enter the days")))
        else:
            return right
        return False

    def calendar(self) -> SettlementCalendar:
        """Return what was typed, from its first day on."""
        first, cut_off = self.from_day.data or date.max, self.cut_off_days.data or 0
        if self.how.data == NEVER:
            return SettlementCalendar(first, None, (), 0)
        if self.how.data == WEEKLY:
            return SettlementCalendar(first, WEEKDAYS.index(self.weekday.data), (), cut_off)
        days = (each for each in (self.month_day.data, self.second_month_day.data) if each is not None)
        return SettlementCalendar(first, None, tuple(sorted(days)), cut_off)

    def edit(self, setup: CountySetup) -> CountySetup:
        """Return the settings with what was typed."""
        calendar = replace(self.calendar(), from_day=date.min)
        return replace(setup, settlement_calendar=calendar, settlement_calendar_from=self.from_day.data)


@blueprint.route("/hallinta/alue/maksupaivat", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change() -> Result:
    """Change on which days the county pays; the next pay days are shown before it is stored."""
    setup = stored()
    form = PayDaysForm(data=_data(setup))
    form.offer(can_end=setup.settlement_calendar is not None)
    changed = apply(form, Section.PAY_DAYS, form.edit) if form.validate_on_submit() else None
    return answer(
        "settings_pay_days.html",
        form,
        changed,
        next_days=_next_days(form, changed),
        ends_on=form.from_day.data if form.how.data == NEVER else None,
    )


def _next_days(form: PayDaysForm, changed: ChangedSettings | None) -> tuple[PayDay, ...]:
    """Return the next pay days after the change that is shown."""
    if changed is None or changed.faults or not changed.changes:
        return ()
    new = form.calendar()
    kept = settlement_calendars(db(), [own_county_id()])[own_county_id()]
    versions = [*(each for each in kept if each.from_day != new.from_day), new]
    return tuple(pay_days(versions, today())) if new.is_end else next_pay_days(versions, today(), SHOWN)


def _data(setup: CountySetup) -> dict[str, object]:
    calendar = setup.settlement_calendar
    data: dict[str, object] = {
        "section_mark": mark_of_section(setup, Section.PAY_DAYS),
        "from_day": tomorrow(),
        "cut_off_days": (calendar and calendar.cut_off_days) or USUAL_CUT_OFF_DAYS,
    }
    if calendar is None or calendar.is_end:
        return data
    if calendar.weekday is not None:
        return {**data, "how": WEEKLY, "weekday": WEEKDAYS[calendar.weekday]}
    names = ("month_day", "second_month_day")
    return {**data, "how": MONTHLY, **dict(zip(names, calendar.month_days, strict=False))}
