"""What every journey stands on: a seeded world, its people with their keys, and a small HTTP client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

CLOCK = "2026-11-21T12:00+02:00"
TODAY = "2026-11-21"
Json = dict[str, Any]


@dataclass(slots=True)
class Api:
    """One person's key at a served program."""

    url: str
    key: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, status: int = 200, **query: str) -> Any:
        """The JSON of an answer with the status expected."""
        return self._told(self.session.get(self._at(path), params=query, headers=self._headers()), status)

    def post(self, path: str, body: Json, status: int = 201, **query: str) -> Any:
        """Send JSON."""
        answer = self.session.post(self._at(path), json=body, params=query, headers=self._headers())
        return self._told(answer, status)

    def send(self, path: str, content: bytes, kind: str, status: int) -> Any:
        """Send bytes of a content type."""
        headers = self._headers() | {"Content-Type": kind}
        return self._told(self.session.post(self._at(path), data=content, headers=headers), status)

    def take(self, path: str) -> bytes:
        """The bytes of a file."""
        answer = self.session.get(self._at(path), headers=self._headers())
        assert answer.status_code == 200, answer.text
        return answer.content

    def _at(self, path: str) -> str:
        return f"{self.url}/api/v1{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @staticmethod
    def _told(answer: requests.Response, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json()


@dataclass(slots=True)
class SmallWorld:
    """The JSON of `omatori seed --world small --json`."""

    seed_report: Json

    @classmethod
    def read(cls, text: str) -> SmallWorld:
        """The world as the command printed it."""
        return cls(json.loads(text))

    def person(self, role: str, **where: str) -> Json:
        """The first person of a role, by county, client or provider."""
        return next(
            one
            for one in self.seed_report["people"]
            if one["role"] == role and all(one.get(name) == code for name, code in where.items())
        )

    def funding(self, external_id: str) -> Json:
        """The funding that is an example of this."""
        return next(one for one in self.seed_report["fundings"] if one["external_id"] == external_id)

    def provider_with_pending_approval(self) -> str:
        """The business ID of the provider whose application waits."""
        for provider in self.seed_report["providers"]:
            for approval in provider["approvals"]:
                if approval["states"][-1]["state"] == "pending":
                    return str(provider["business_id"])
        raise LookupError


def balance_adds_up(balance: Json) -> bool:
    """granted = free + held + charged + settled + returned."""
    parts = {name: Decimal(amount) for name, amount in balance.items()}
    return parts["granted"] == sum(parts[name] for name in ("free", "held", "charged", "settled", "returned"))
