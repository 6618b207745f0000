"""For operators: health checks and metrics."""

from time import perf_counter
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from foundation.web.clock import now
from foundation.web.identity.guards import public
from foundation.web.state import shell
from foundation.web.transaction import db

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""The methods that metrics name. A sender can make up any other: it is counted as `other`."""
blueprint = Blueprint("operations", __name__)


@blueprint.get("/health/live")
@public
def live() -> Response:
    """Answer 200 while the process runs."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
@public
def ready() -> tuple[Response, int]:
    """Answer 200 if the database responds, else 503; with what other packages report.

    An old job does not make the process unready: it serves, and monitoring reads the ages.
    """
    answer: dict[str, Any] = {"status": "ready", "database": "here"}
    try:
        db().execute(text("SELECT 1"))
        for report in shell().health_reports:
            answer |= report(db(), now())
    except SQLAlchemyError:
        db().rollback()
        return jsonify(status="waiting", database="away"), 503
    return jsonify(answer), 200


def install_metrics(app: Flask) -> None:
    """Count responses and their time by endpoint, for Prometheus at /metrics, without personal data."""
    registry = CollectorRegistry()
    answers = Counter("omatori_answers", "Answers", ["method", "endpoint", "status"], registry=registry)
    seconds = Histogram("omatori_answer_seconds", "Time to an answer", ["endpoint"], registry=registry)

    def begin() -> None:
        g.began = perf_counter()

    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        answers.labels(method, endpoint, response.status_code).inc()
        if "began" in g:
            seconds.labels(endpoint).observe(perf_counter() - g.began)
        return response

    @public
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request(begin)
    app.after_request(count)
    app.add_url_rule("/metrics", "operations.metrics", metrics)
