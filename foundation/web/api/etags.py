"""Edits that do not overwrite somebody else's change: ETag and If-Match (RFC 9110, 13.1)."""

from typing import Any

from flask import Response, request

from foundation.web.api.problems import Problem


def etag_of(version: object) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def with_etag(body: Any, version: object, status: int = 200) -> Any:
    """Return an answer with its ETag; 304 if the caller already has this version."""
    if status == 200 and request.method == "GET" and request.if_none_match.contains(str(version)):
        return Response(status=304, headers={"ETag": etag_of(version)})
    return body, status, {"ETag": etag_of(version)}


def check_if_match(version: object, *, required: bool = False) -> None:
    """Check that the caller edits the current version.

    Raises:
        Problem: 412 for an older version; 428 if `required` and the request has no If-Match.
    """
    if "If-Match" not in request.headers:
        if required:
            raise Problem(428)
        return
    if not request.if_match.contains(str(version)):
        raise Problem(412, headers={"ETag": etag_of(version)})
