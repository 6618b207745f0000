"""Fetching the published settings and keys of a service."""

from __future__ import annotations

import json
from typing import Any

import requests

from foundation.web.identity.openid.faults import LogInFault

MOST_SECONDS = 5
MOST_BYTES = 256 * 1024
CHUNK = 16 * 1024


def fetch_json(address: str) -> dict[str, Any]:
    """Return a JSON object from an address. Redirects are not followed.

    Raises:
        LogInFault: `unavailable`: there is no answer in time, or another one than a small JSON object.
    """
    try:
        with requests.get(address, timeout=MOST_SECONDS, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise LogInFault("unavailable")
            body = bytearray()
            for chunk in answer.iter_content(CHUNK):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise LogInFault("unavailable")
        found = json.loads(body)
    except (requests.RequestException, ValueError) as error:
        raise LogInFault("unavailable") from error
    if not isinstance(found, dict):
        raise LogInFault("unavailable")
    return found
