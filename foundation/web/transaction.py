"""One database transaction for each request: commit when the view returns, roll back when it raises.

After a deadlock, a serialization failure or (for API POSTs) a unique violation by a simultaneous request the
view runs again in a new transaction. Therefore views have no effects outside the database and the session
cookie.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import psycopg
from flask import Flask, Request, current_app, g, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.database.row_context import RowContext, is_limited, set_context
from foundation.web.state import shell

P = ParamSpec("P")
R = TypeVar("R")
SYSTEM_VIEW = "omatori_system_context"  # on a view whose session sees the rows of everybody
ATTEMPTS = 5
RETRIED_STATES = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure
UNIQUE_VIOLATION = "23505"
_retried_constraints = {"pk_idempotency_key"}


def retry_on_conflict(constraint: str) -> None:
    """Run an API POST again when `constraint` was violated: the second run sees the other request's row."""
    _retried_constraints.add(constraint)


def db() -> Session:
    """Return the session of this request. Views and actions never commit it.

    From the moment on at which the actor is known, it sees the rows of the actor's context.
    """
    if "db" not in g:
        g.db = shell().system_sessions() if _is_system_view() else shell().sessions()
    context: RowContext | None = g.pop("row_context", None)
    if context is not None and is_limited(g.db):
        set_context(g.db, context)
    return g.db  # type: ignore[no-any-return]


def system_context(view: Callable[P, R]) -> Callable[P, R]:
    """Give the view a session that sees the rows of everybody; it goes below `@allow` or `@public`.

    For views that decide for several parties, or that look for a row before they know for whom. A test lists
    them (docs/decisions/0184).
    """
    setattr(view, SYSTEM_VIEW, True)
    return view


def _is_system_view() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), SYSTEM_VIEW, False)


def close_session(_error: BaseException | None = None) -> None:
    """Return the connection to the pool; what was not committed is rolled back."""
    opened: Session | None = g.pop("db", None)
    if opened is not None:
        opened.close()


class TransactionalFlask(Flask):
    """Flask whose views, none of them coroutines, run in the request's transaction."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function unchanged; Flask would inspect each of them on every request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view and commit; run it again if the error is one that a second run avoids."""
        typed = _session_values()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _committed(super().dispatch_request)
            except (DBAPIError, psycopg.Error) as error:
                if attempt == ATTEMPTS or not runs_again(error, request):
                    raise
                _rewind(typed)
        raise AssertionError("unreachable")


def _committed(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    try:
        answer = view()
        if "db" in g:
            g.db.commit()
    except BaseException:
        if "db" in g:
            g.db.rollback()
        raise
    return answer


def runs_again(error: DBAPIError | psycopg.Error, failed_request: Request) -> bool:
    """Return whether a second run may succeed after this database error.

    Pipelined statements bypass SQLAlchemy, so their errors are those of the driver.
    """
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(driver_error, "sqlstate", None)
    if state in RETRIED_STATES:
        return True
    constraint = getattr(getattr(driver_error, "diag", None), "constraint_name", None)
    is_api_post = failed_request.method == "POST" and failed_request.path.startswith("/api/")
    return state == UNIQUE_VIOLATION and is_api_post and constraint in _retried_constraints


def _session_values() -> dict[str, Any] | None:
    return None if request.path.startswith("/api/") else dict(session)


def _rewind(values: dict[str, Any] | None) -> None:
    """Reset what the failed run changed in the request: the actor, the session cookie, the position of
    uploads."""
    g.pop("actor", None)
    db().expunge_all()
    if values is not None and values != dict(session):
        session.clear()
        session.update(values)
    for upload in [upload for uploads in request.files.listvalues() for upload in uploads]:
        upload.stream.seek(0)
