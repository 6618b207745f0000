"""/oma/seteli/<voucher>/tapahtumat: what has happened to a voucher's money, in words and by month."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from foundation.vocabulary.dates import PeriodKind, month_named, period_of
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import today
from foundation.web.identity import allow
from foundation.web.languages import current_language
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, not_found
from marketplace.documents.movement_texts import left_text, movement_text
from marketplace.pages.acting_client import acting
from marketplace.rules.movements import Movement, used_in, within

blueprint = Blueprint("marketplace_movements", __name__, template_folder="../templates")


@blueprint.app_template_global("movement_lines")
def movement_lines(movements: list[Movement], unit: str | None) -> list[tuple[date, str, str]]:
    """Return the day, the text and what was left of each movement, the newest first."""
    language = current_language()
    return [
        (each.change.day, movement_text(each, unit, language), left_text(each, unit, language))
        for each in reversed(movements)
    ]


@blueprint.get("/oma/seteli/<voucher>/tapahtumat")
@allow(*CLIENT_ROLES)
def show_movements(voucher: str) -> Page:
    """Show one month of a voucher's movements, with links to the other months."""
    person, guess = acting(), limit_guesses("voucher_code")
    funding = person.data.funding(normalise_voucher(voucher))
    if funding is None:
        guess.was_wrong()
        not_found()
    view, movements = person.data.view(funding, today()), person.data.movements(funding)
    return render_template("marketplace/movements.html", person=person, view=view, **_month(movements))


def _month(movements: list[Movement]) -> dict[str, object]:
    """Return what the page shows of the requested month, else of the newest."""
    months = sorted({each.change.day.replace(day=1) for each in movements}, reverse=True)
    newest = period_of(PeriodKind.MONTH, months[0] if months else today())
    window = month_named(request.args.get("kuukausi", "")) or newest
    found = within(movements, window)
    return {"months": months, "month": window.first, "movements": found, "used": used_in(found)}
