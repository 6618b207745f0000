"""The first values of the form of /t/kirjaa: nobody types twice what is known."""

from __future__ import annotations

from datetime import datetime, time
from secrets import choice as draw

from flask import request

from clearing.charges.load.charge_register import StoredCharge
from clearing.plans.facts.plan import VisitId
from foundation.vocabulary.dates import HELSINKI
from foundation.web.clock import now, today
from foundation.web.identity import current_provider_id
from foundation.web.pages import read_id
from foundation.web.transaction import db
from marketplace.labels import CANCELLATION_REASONS
from marketplace.rules.cancelled_visits import stated_cancellation
from provider_portal.disclosure.charges import sent_before
from provider_portal.disclosure.visits import visit_to_charge
from provider_portal.pages.visit_form import NO, YES
from provider_portal.rules.visit_to_charge import entry_of

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def filled_values(last: StoredCharge | None) -> dict[str, object]:
    """Return the first values of the form.

    They are those of a refused charge (`korjaa` in the address), of a planned visit (`kaynti`), of the last
    charge of the voucher (`kuten`), or the day and the service alone.
    """
    filled = _refused_values(request.args.get("korjaa", "")) or _planned_values(
        request.args.get("kaynti", "")
    )
    return filled or _values_of_last(last)


def _values_of_last(last: StoredCharge | None) -> dict[str, object]:
    """Return the times of last time if they are asked for; the day is today and the reference a new one."""
    values: dict[str, object] = {"service_day": today(), "reference": _new_reference()}
    if last is None:
        return values
    values["service"] = last.service
    if request.args.get("kuten", "") != str(last.id):
        return values
    times = {"start": _time_of(last.start), "end": _time_of(last.end)}
    return values | times | {"quantity": last.quantity if last.start is None else None, "worker": last.worker}


def _time_of(moment: datetime | None) -> time | None:
    return None if moment is None else moment.astimezone(HELSINKI).time()


def _refused_values(charge_id: str) -> dict[str, object]:
    key = read_id(charge_id)
    charge = None if key is None else sent_before(db(), current_provider_id(), key)
    if charge is None:
        return {}
    return {
        "service": charge.service,
        "service_day": charge.service_day,
        "start": _time_of(charge.start),
        "end": _time_of(charge.end),
        "quantity": charge.quantity,
        "unit_price_cents": charge.unit_price_cents,
        "reference": charge.reference or _new_reference(),
        "worker": charge.worker,
        "note": charge.sent.get("note"),
        "visit": charge.sent.get("visit"),
        **_refused_cancellation(charge),
    }


def _refused_cancellation(charge: StoredCharge) -> dict[str, object]:
    stated = stated_cancellation(charge.sent)
    if stated is None:
        return {"cancelled": NO}
    return {
        "cancelled": YES,
        "cancel_reason": stated.reason_code,
        "notice_hours": stated.notice_hundredths,
    }


def _planned_values(visit: str) -> dict[str, object]:
    """Return the fields of a planned visit; with `peruttu` those of one cancelled for that reason."""
    visit_id = VisitId.parse(visit)
    found = None if visit_id is None else visit_to_charge(db(), current_provider_id(), visit_id, now=now())
    if found is None:
        return {}
    entry, reason = entry_of(found.planned, found.choice, today()), request.args.get("peruttu", "")
    used = {charge.reference for charge in found.planned.charges if found.start is None}
    return {
        "service": entry.service,
        "service_day": entry.service_day,
        "start": entry.start,
        "end": entry.end,
        "quantity": entry.quantity,
        "reference": _new_reference() if entry.reference in used else entry.reference,
        "visit": entry.visit,
        "cancelled": YES if reason in CANCELLATION_REASONS else NO,
        "cancel_reason": reason,
        "notice_hours": found.notice_hundredths,
    }


def _new_reference() -> str:
    """Return the day and five random characters: short enough to say on the telephone."""
    return f"{today():%Y%m%d}-{''.join(draw(_LETTERS) for _ in range(5))}"
