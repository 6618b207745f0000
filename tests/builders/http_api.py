"""Requests over HTTP to the API of a served program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

from tests.builders.seeded_world import Json


@dataclass(slots=True)
class HttpApi:
    """The API at an address, used with one person's key."""

    url: str
    key: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, status: int = 200, **query: str) -> Any:
        """GET; return the JSON of an answer with the expected status."""
        return self._json(self.session.get(self._at(path), params=query, headers=self._headers()), status)

    def post(self, path: str, body: Json, status: int = 201, **query: str) -> Any:
        """POST JSON; return the JSON of the answer."""
        answer = self.session.post(self._at(path), json=body, params=query, headers=self._headers())
        return self._json(answer, status)

    def post_alone(self, path: str, body: Json, **headers: str) -> requests.Response:
        """POST JSON on a connection of its own, so that threads may share this object; return the answer."""
        return requests.post(self._at(path), json=body, headers=self._headers() | headers, timeout=60)

    def post_bytes(self, path: str, content: bytes, content_type: str, status: int) -> Any:
        """POST the bytes of a file; return the JSON of the answer."""
        headers = self._headers() | {"Content-Type": content_type}
        return self._json(self.session.post(self._at(path), data=content, headers=headers), status)

    def download(self, path: str) -> bytes:
        """Return the bytes of a file."""
        answer = self.session.get(self._at(path), headers=self._headers())
        assert answer.status_code == 200, answer.text
        return answer.content

    def _at(self, path: str) -> str:
        return f"{self.url}/api/v1{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @staticmethod
    def _json(answer: requests.Response, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json()
