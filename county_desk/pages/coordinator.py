"""/hb: will the appropriation hold; where the money is, by service and municipality."""

from __future__ import annotations

from flask import Blueprint, render_template

from county_desk.load.appropriations import county_money
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import CASEWORK_ROLES, Role
from foundation.web.catalogues import N_, translate
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page
from foundation.web.transaction import db
from marketplace.load.names import Names

blueprint = Blueprint("county_coordinator", __name__, template_folder="../templates")
PROTECTED = N_("Protected address")
SEVERAL = N_("Several services together")
MOST_BARS = 12


@blueprint.get("/hb")
@allow(*CASEWORK_ROLES, Role.AUDITOR)
def show() -> Page:
    """Appropriations, and sums as the balances stand now."""
    names = {"several": _names(SEVERAL), "protected": _names(PROTECTED)}
    money = county_money(db(), current_actor().county_id or 0, **names)
    return render_template("county_desk/coordinator.html", money=money, most_bars=MOST_BARS)


def _names(text: str) -> Names:
    return Names(*(translate(text, one) for one in (Language.FI, Language.SV, Language.EN)))
