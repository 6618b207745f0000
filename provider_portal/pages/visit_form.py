"""The forms of /t/kirjaa: the client's code, and the visit or its cancellation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms.validators import StopValidation, ValidationError

from foundation.vocabulary.dates import HELSINKI
from foundation.web.clock import now
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    MoneyField,
    QuantityField,
    TextAreaField,
    TextField,
    TimeField,
    Validator,
    at_most,
    between,
    matches,
    needed,
)
from foundation.web.languages import N_, _
from marketplace.labels import CANCELLATION_REASONS

NO, YES = "no", "yes"


def _of_a_cancelled_visit(message: str) -> Validator:
    """Require the field if the visit was cancelled, else skip it."""

    def check(form: VisitForm, field: Any) -> None:
        if not form.says_cancelled:
            raise StopValidation
        needed(message)(form, field)

    return check


def _has_begun(form: VisitForm, field: Any) -> None:
    """Refuse a visit that begins later than now: after midnight people enter the new day for the evening."""
    day, start = form.service_day.data, field.data
    if day is None or start is None or form.says_cancelled:
        return
    if datetime.combine(day, start, HELSINKI) > now():
        raise ValidationError(_("This visit begins later than now. Check the day and the time."))


class CodeForm(Form):
    """The code of the client's voucher."""

    class Meta:
        """Sent by GET, so no CSRF token is needed."""

        csrf = False

    seteli = TextField(
        N_("Code of the voucher, or number of the card"),
        [needed(N_("Enter the code of the client's voucher"))],
        hint=N_("You can scan the QR code of the card. Spaces and hyphens do not matter."),
    )


class VisitForm(Form):
    """The visit. The reference identifies the form: sent twice, it is one charge."""

    service = ChoiceField(N_("Service"), [needed(N_("Choose the service"))])
    service_day = DayField(N_("Service day"), [needed(N_("Enter the day of the visit"))])
    start = TimeField(N_("Start time"), [_has_begun])
    end = TimeField(N_("End time"), hint=N_("An earlier time means the next day"))
    quantity = QuantityField(N_("How much"), hint=N_("Hours are calculated from the times"))
    unit_price_cents = MoneyField(N_("Unit price"), hint=N_("Leave empty to use your price list"))
    reference = TextField(
        N_("Your reference"),
        [
            needed(N_("Enter a reference of your own")),
            matches(
                r"^[A-Za-z0-9/_.-]{1,64}$",
                N_("Use only letters, digits and the characters - _ / . (at most 64)"),
            ),
        ],
        hint=N_("It is shown on the settlement"),
    )
    cancelled = ChoiceField(N_("Was the visit cancelled?"))
    cancel_reason = ChoiceField(
        N_("Why was the visit cancelled?"), [_of_a_cancelled_visit(N_("Choose why the visit was cancelled"))]
    )
    notice_hours = QuantityField(
        N_("How many hours' notice did the client give?"),
        [
            _of_a_cancelled_visit(N_("Enter how many hours' notice the client gave")),
            between(0, None, N_("Enter zero or more hours")),
        ],
        hint=N_("For example 3 or 1,5. Enter 0 if no notice was given."),
    )
    worker = TextField(N_("Worker"), [at_most(100, N_("At most %(length)s characters"))])
    visit = HiddenField("")
    note = TextAreaField(N_("More about the visit"), [at_most(500, N_("At most %(length)s characters"))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate the cancellation only if the visit was cancelled: a field that is not shown cannot be
        wrong."""
        if not self.says_cancelled:
            self.notice_hours.process_errors = []
        return super().validate(*args, **kwargs)

    @property
    def says_cancelled(self) -> bool:
        """Whether the visit was cancelled."""
        return bool(self.cancelled.data == YES)

    def offer(self, services: Iterable[tuple[str, str]]) -> None:
        """Set the choices with their translated texts."""
        self.service.choices = list(services)
        self.cancelled.choices = [(NO, _("No")), (YES, _("Yes"))]
        self.cancel_reason.choices = [(code, _(text)) for code, text in CANCELLATION_REASONS.items()]
        self.cancelled.data = self.cancelled.data or NO
