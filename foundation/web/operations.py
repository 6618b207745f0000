"""For operators: health checks and metrics."""

import hmac
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from foundation.database.release import other_release
from foundation.web.clock import now
from foundation.web.identity.guards import public
from foundation.web.logs import METHODS, elapsed_seconds
from foundation.web.state import shell
from foundation.web.transaction import db

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health/live")
@public
def live() -> Response:
    """Answer 200 while the process runs."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
@public
def ready() -> tuple[Response, int]:
    """Answer 200 if the database responds and is of this release, else 503; with what other packages report.

    An old job does not make the process unready: it serves, and monitoring reads the ages.
    """
    answer: dict[str, Any] = {"status": "ready", "database": "here"}
    try:
        db().execute(text("SELECT 1"))
        for report in shell().health_reports:
            answer |= report(db(), now())
    except SQLAlchemyError as error:
        db().rollback()
        return jsonify(status="waiting", **_why_not_ready(error)), 503
    return jsonify(answer), 200


def _why_not_ready(error: SQLAlchemyError) -> dict[str, str | None]:
    other = other_release(error)
    if other is None:
        return {"database": "away"}
    at = {"database_at": other.database_at, "program_at": other.program_at}
    return {"database": "other_release", **at, "advice": str(other)}


def install_metrics(app: Flask) -> None:
    """Count responses and their time by endpoint, for Prometheus at /metrics, without personal data.

    With `metrics_dir` the figures of all processes that share the folder are added up.
    """
    registry = CollectorRegistry()
    answers = Counter("omatori_answers", "Answers", ["method", "endpoint", "status"], registry=registry)
    seconds = Histogram("omatori_answer_seconds", "Time to an answer", ["endpoint"], registry=registry)

    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        answers.labels(method, endpoint, response.status_code).inc()
        if (elapsed := elapsed_seconds()) is not None:
            seconds.labels(endpoint).observe(elapsed)
        return response

    @public
    def metrics() -> Response:
        _refuse_without_token()
        return Response(generate_latest(_gathered(registry)), content_type=CONTENT_TYPE_LATEST)

    app.after_request(count)
    app.add_url_rule("/metrics", "operations.metrics", metrics)


def _refuse_without_token() -> None:
    """Answer 401 without the monitor's token, and 404 in production if no token is set."""
    settings = shell().settings
    if settings.metrics_token is None:
        if settings.is_production:
            abort(404)
    elif not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), f"Bearer {settings.metrics_token}".encode()
    ):
        abort(Response(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'}))


def _gathered(own: CollectorRegistry) -> CollectorRegistry:
    """Return the figures of all processes, or this process's own if it is the only one."""
    folder = shell().settings.metrics_dir
    if folder is None:
        return own
    gathered = CollectorRegistry()
    MultiProcessCollector(gathered, str(folder))  # type: ignore[no-untyped-call]
    return gathered
