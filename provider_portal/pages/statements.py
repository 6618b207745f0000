"""/tilitys/<code>: anyone who holds a statement sees whether the county's books hold the same."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from foundation.web.identity import public
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, not_found
from foundation.web.transaction import db, system_context
from provider_portal.load.settlements import settlement_by_code

blueprint = Blueprint("provider_statements", __name__, template_folder="../templates")


@blueprint.get("/tilitys/<uuid:check_code>")
@public
@system_context
def check(check_code: UUID) -> Page:
    """Show the number, the sums and the hash of a statement: nothing of clients, nor of bank accounts."""
    guess = limit_guesses("statement")
    settlement = settlement_by_code(db(), check_code)
    if settlement is None:
        guess.was_wrong()
        not_found()
    return render_template("provider_portal/statement.html", settlement=settlement)
