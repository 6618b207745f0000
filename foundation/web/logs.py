"""What the program writes to its log: one line for each event, as JSON in production, without personal data.

A JSON line never has an address with its parameters, a form, or the message of an error: PostgreSQL's
messages quote the row. It has the route, the kind of error with its place in the code, and the request's id,
which the answer has as `X-Request-ID` and error pages show.
"""

import logging
import secrets
import sys
import traceback
from time import perf_counter
from types import TracebackType
from typing import Any, Literal

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter
from typing_extensions import override

LogStyle = Literal["json", "text"]
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""The methods that logs and metrics name. A sender can make up any other: it is counted as `other`."""
QUIET = ("GET /health/live", "GET /health/ready", "GET /metrics")
"""What a monitor calls every few seconds; such an answer is logged only if it is an error."""
REQUEST_ID_BYTES = 8
RENAMED = {"levelname": "level", "name": "logger", "exc_info": "error"}

requests_log = logging.getLogger("omatori.requests")


def configure_logs(style: LogStyle) -> None:
    """Write the process's log to its standard error output, in one style."""
    handler = logging.StreamHandler(sys.stderr)
    if style == "json":
        handler.setFormatter(PrivateJsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(add_request)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    requests_log.setLevel(logging.INFO if style == "json" else logging.WARNING)


class PrivateJsonFormatter(JsonFormatter):
    """Writes a record as one line of JSON. Of an error it writes the kind and the place, not the message."""

    def __init__(self) -> None:
        fields = "%(levelname)s %(name)s %(message)s"
        super().__init__(fields, timestamp="time", rename_fields=RENAMED, json_ensure_ascii=False)

    @override
    def formatException(self, ei: Any) -> Any:
        """Return the errors of the chain, the last first, each with its kind and place."""
        found: list[dict[str, Any]] = []
        error: BaseException | None = ei[1]
        while error is not None and len(found) < 5:
            found.append(error_facts(error))
            error = error.__cause__ or error.__context__
        return found


def error_facts(error: BaseException) -> dict[str, Any]:
    """Return what may be written about an error: kind, SQLSTATE, constraint, and the lines of code."""
    origin = getattr(error, "orig", None) or error
    diagnosis = getattr(origin, "diag", None)
    lines = traceback.extract_tb(error.__traceback__)
    facts = {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(origin, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
        "lines": [f"{line.filename}:{line.lineno} {line.name}" for line in lines],
    }
    return {name: value for name, value in facts.items() if value}


def request_id() -> str:
    """Return the id of this request: random, new for each."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(REQUEST_ID_BYTES)
    return str(g.request_id)


def route() -> str:
    """Return the method and the route's pattern: `GET /tt/asiakkaat/<int:client_id>`."""
    method = request.method if request.method in METHODS else "other"
    return f"{method} {request.url_rule.rule if request.url_rule else 'unknown'}"


def add_request(record: logging.LogRecord) -> bool:
    """Add the request's id and route to a record that is made while a request is answered."""
    if has_request_context():
        record.request_id, record.route = request_id(), route()
    return True


def install_request_log(app: Flask) -> None:
    """Give each request an id, and log each answer."""

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        if requests_log.isEnabledFor(logging.INFO) and (response.status_code >= 500 or route() not in QUIET):
            requests_log.info("answered", extra=_facts_of(response))
        return response

    app.before_request(begin)
    app.after_request(end)
    app.jinja_env.globals["request_id"] = request_id


def elapsed_seconds() -> float | None:
    """Return how long this request has taken; None if it was refused before it began."""
    return perf_counter() - g.began if "began" in g else None


def _facts_of(response: Response) -> dict[str, Any]:
    elapsed, actor = elapsed_seconds(), g.get("actor")
    facts = {
        "status": response.status_code,
        "milliseconds": None if elapsed is None else round(elapsed * 1000),
        "role": actor.role.value if actor else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
