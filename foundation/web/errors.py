"""Error handlers: a page that says what to do next for people, problem+json for programs."""

import psycopg
from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, ServiceUnavailable, UnprocessableEntity

from foundation.database.release import OtherReleaseError, other_release
from foundation.database.session import LOCK_TIMED_OUT, STATEMENT_TIMED_OUT
from foundation.web.api.bodies import field_errors
from foundation.web.api.problems import Problem
from foundation.web.catalogues import N_
from foundation.web.heavy import HeavyWorkBusyError
from foundation.web.identity.factor_forms import factor_page
from foundation.web.identity.guards import (
    KeyExpiredError,
    ScopeMissingError,
    StaleFactorError,
    open_session,
    pending_session,
)
from foundation.web.identity.held_answers import hold_answers, is_from_here, read_held
from foundation.web.identity.log_in import log_in_page
from foundation.web.limits import TooManyExportsError

SENT_ALONG = ("Allow", "Retry-After", "WWW-Authenticate", "ETag")
ADVICE: dict[int, tuple[str, str]] = {
    400: (N_("The form could not be read"), N_("Go back, reload the page and try again.")),
    403: (
        N_("This page is not for your role"),
        N_("If you have several roles, change to another one. Or go to your start page."),
    ),
    404: (
        N_("The page was not found"),
        N_("Check the address. The page may have moved, or it may not be yours to see."),
    ),
    405: (N_("This page cannot be used this way"), N_("Go back and use the buttons on the page.")),
    413: (N_("The file is too large"), N_("Choose a smaller file, or send it in parts.")),
    422: (N_("Something must be corrected"), N_("Go back and check what you typed.")),
    429: (
        N_("There were too many attempts"),
        N_("This protects your account. Try again in a few minutes."),
    ),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing was stored. Try again in a moment. If it happens again, call us."),
    ),
    503: (
        N_("The service is not available at the moment"),
        N_("Try again in a few minutes. Nothing that you saved is lost."),
    ),
}
RETRY_SECONDS = "5"
UPDATE_SECONDS = "60"
TIMED_OUT: dict[str, tuple[str, str, str]] = {
    LOCK_TIMED_OUT: (
        "data_in_use",
        N_("Somebody else is changing the same data at the moment"),
        N_("Nothing was stored. Try again in a moment."),
    ),
    STATEMENT_TIMED_OUT: (
        "took_too_long",
        N_("This took too long and was stopped"),
        N_("Nothing was stored. Try again in a moment."),
    ),
}
"""The code, title and advice for each SQLSTATE of a timeout."""


def is_api() -> bool:
    """Return whether the request came from a program."""
    return request.path == "/api" or (request.path.startswith("/api/") and request.path != "/api/docs")


def answer_problem(problem: Problem) -> ResponseReturnValue:
    """Answer a `Problem` that a view raised."""
    if is_api():
        return problem.response()
    return error_page(problem.status), problem.status, dict(problem.headers)


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of Flask, Werkzeug or `abort`."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    headers = {name: value for name, value in error.get_headers() if name in SENT_ALONG}
    if is_api():
        return _problem_of(error, status, headers).response()
    if status == 401:
        return _ask_to_log_in(ask_factor=isinstance(error, StaleFactorError))
    response = current_app.make_response((error_page(status), status))
    response.headers.update(headers)
    return response


def _problem_of(error: HTTPException, status: int, headers: dict[str, str]) -> Problem:
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    errors = [fault for location in messages.values() for fault in field_errors(location)]
    if isinstance(error, ScopeMissingError):
        return _scope_missing(error, headers)
    if status == 401:
        headers = {**headers, "WWW-Authenticate": 'Bearer realm="Omatori"'}
    if isinstance(error, KeyExpiredError):
        advice = N_("Ask an owner of the company to renew the secret of the key.")
        return Problem(
            401, "key_expired", N_("The last day of the key is over"), detail=advice, headers=headers
        )
    return Problem(status, headers=headers, errors=errors)


def _scope_missing(error: ScopeMissingError, headers: dict[str, str]) -> Problem:
    """Return 403 that names the scope, also as RFC 6750 has it (section 3.1)."""
    scope = "" if error.scope is None else error.scope.value
    named = f', scope="{scope}"' if scope else ""
    about = f'Bearer realm="Omatori", error="insufficient_scope"{named}'
    return Problem(
        403,
        "scope_missing",
        N_("This key is not for this part of the API"),
        detail=N_("The key needs the scope %(scope)s. An owner of the company makes a key that has it.")
        if scope
        else N_("Only a key without limits may do this."),
        extra={"scope": scope or None},
        headers={**headers, "WWW-Authenticate": about},
        scope=scope,
    )


def error_page(status: int) -> str:
    """Return the page of an error: what happened and what to do next."""
    title, advice = ADVICE.get(status, ADVICE[500 if status >= 500 else 400])
    return render_template("shell/error.html", heading_text=title, advice=advice, status=status)


def _ask_to_log_in(*, ask_factor: bool = False) -> ResponseReturnValue:
    """Send the reader to the log-in page, or to the second factor, and back; what was typed is kept."""
    ask_factor = ask_factor or pending_session() is not None
    if request.method in ("GET", "HEAD"):
        place = "identity_factor.confirm" if ask_factor else "identity.log_in"
        return redirect(url_for(place, next=request.full_path.rstrip("?")))
    held = hold_answers() if is_from_here() else None
    return (factor_page(held=held) if ask_factor else log_in_page(held=held)), 401


def answer_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose log-in has ended: ask for a log-in and keep the answers.

    A form that came from another site is refused.
    """
    if not is_from_here():
        return error_page(400), 400
    current = open_session()
    kept = None if current is None else read_held(hold_answers(), current.person_id)
    return _ask_to_log_in() if kept is None else (render_template("shell/held.html", kept=kept), 400)


def answer_database_away(error: Exception) -> ResponseReturnValue:
    """Answer 503: the database does not respond, every connection is in use, or a wait timed out.

    Or its tables are those of another release.
    """
    if (other := other_release(error)) is not None:
        return _answer_other_release(other)
    state = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    if state in TIMED_OUT:
        return _answer_try_again(*TIMED_OUT[state])
    current_app.logger.error("database away: %s", type(error).__name__)
    return answer_http_error(ServiceUnavailable(retry_after=int(RETRY_SECONDS)))


def answer_internal_error(error: InternalError | psycopg.InternalError) -> ResponseReturnValue:
    """Answer 503 if the database is another server now, or was lost; any other is an error of the program.

    psycopg's own errors have no SQLSTATE. It raises one if the connection ends during COMMIT: pgbouncer says
    why, and closes it, which are two results of one command.
    """
    original = error.orig if isinstance(error, InternalError) else error
    state = getattr(original, "sqlstate", None)
    if state is None or isinstance(original, psycopg.errors.ReadOnlySqlTransaction):
        return answer_database_away(error)
    raise error


def _answer_other_release(other: OtherReleaseError) -> ResponseReturnValue:
    """Answer 503: the database has been migrated, and this process is of the release before or after."""
    current_app.logger.error("other release: %s", other)
    title = N_("The service is being updated at the moment")
    advice = N_("Try again in a few minutes. Nothing that you saved is lost.")
    return _answer_try_again("being_updated", title, advice, seconds=UPDATE_SECONDS)


def answer_heavy_work_busy(_error: HeavyWorkBusyError) -> ResponseReturnValue:
    """Answer 503: other heavy work goes on."""
    title = N_("Other large work is going on. Try again in a moment")
    return _answer_try_again("heavy_work_busy", title, N_("Nothing was stored. Try again in a moment."))


def answer_too_many_exports(error: TooManyExportsError) -> ResponseReturnValue:
    """Answer 429: the person has saved many files in some minutes."""
    title = N_("You have saved many files in a short time")
    advice = N_("Nothing is wrong with the file. Try again in a few minutes.")
    return _answer_try_again("too_many_exports", title, advice, 429, str(error.retry_after))


def _answer_try_again(
    code: str, title: str, advice: str, status: int = 503, seconds: str = RETRY_SECONDS
) -> ResponseReturnValue:
    """Answer with a code of its own: the same request may succeed later."""
    headers = {"Retry-After": seconds}
    if is_api():
        return Problem(status, code, title, headers=headers).response()
    page = render_template("shell/error.html", heading_text=title, advice=advice, status=status)
    return page, status, headers


def answer_data_error(_error: Exception) -> ResponseReturnValue:
    """Answer 422: a value of the request fits no column (too large a number, a NUL character)."""
    return answer_http_error(UnprocessableEntity())


def install_errors(app: Flask) -> None:
    """Register a handler for every error."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(HeavyWorkBusyError, answer_heavy_work_busy)
    app.register_error_handler(TooManyExportsError, answer_too_many_exports)
    app.register_error_handler(CSRFError, answer_csrf_error)
    for wrong in (DataError, psycopg.DataError):
        app.register_error_handler(wrong, answer_data_error)
    away = (
        OperationalError,
        InterfaceError,
        PoolTimeoutError,
        psycopg.OperationalError,
        psycopg.InterfaceError,
    )
    for internal in (InternalError, psycopg.InternalError):
        app.register_error_handler(internal, answer_internal_error)
    for kind in away:
        app.register_error_handler(kind, answer_database_away)
