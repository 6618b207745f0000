"""Why a log-in at a service failed, and the page that says so."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, render_template

from foundation.web.catalogues import N_
from foundation.web.pages import Result

SKEW = timedelta(seconds=60)
"""How much the clocks of two machines may differ."""

AGAIN = N_("Nobody was logged in. Begin the log-in again.")
CALL = N_("Nobody was logged in. Begin again. If it happens again, call us.")
PAGES: dict[str, tuple[int, str, str]] = {
    "expired": (400, N_("The log-in took too long"), AGAIN),
    "state": (
        400,
        N_("This log-in was not begun in this browser"),
        N_("Nobody was logged in. Perhaps the page was opened twice, or from a message. Begin again here."),
    ),
    "cancelled": (400, N_("You cancelled the log-in"), N_("Nobody was logged in. You can begin again.")),
    "refused": (400, N_("The log-in service refused the log-in"), CALL),
    "unavailable": (
        503,
        N_("The log-in service does not respond"),
        N_("Nobody was logged in. Try again in a few minutes, or log in in another way."),
    ),
    "code_used": (400, N_("This log-in was used already"), AGAIN),
    "issuer": (400, N_("The answer came from the wrong log-in service"), CALL),
    "nonce": (400, N_("The answer belongs to another log-in"), CALL),
    "signature": (400, N_("The answer of the log-in service is not signed as it should be"), CALL),
    "token": (400, N_("The answer of the log-in service is not valid"), CALL),
    "level": (
        403,
        N_("The way you logged in is not strong enough"),
        N_("Nobody was logged in. Begin again and choose a stronger way, such as bank codes."),
    ),
    "too_old": (
        400,
        N_("You did not log in again"),
        N_("The log-in service used an earlier log-in. Begin again and give your codes once more."),
    ),
    "other_person": (403, N_("Somebody else logged in at the service"), AGAIN),
    "taken": (
        403,
        N_("This log-in belongs to another account already"),
        N_("Nothing was changed. Log in with it to reach that account, or call us."),
    ),
    "no_role": (
        403,
        N_("You have no role here at the moment"),
        N_("Your role has ended, or has not begun. Ask your administrator, or call us."),
    ),
    "unknown": (
        403,
        N_("We do not know you yet"),
        N_("You logged in at the service, but have no account here."),
    ),
}
"""By code: the status of the page, its title, and what to do."""


class LogInFault(Exception):
    """A log-in at a service failed, and nobody is logged in. `code` is a key of `PAGES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def fault_page(code: str, service: str) -> Result:
    """Return the page of a failed log-in. The log gets the code and the name of the service alone."""
    status, title, advice = PAGES[code]
    current_app.logger.warning("log-in at %s failed: %s", service, code)
    page = render_template("shell/log_in_failed.html", heading_text=title, advice=advice, code=code)
    return page, status
