"""The API of new papers: an owner's program sends one, a county's program accepts or rejects it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from foundation.vocabulary.roles import Role
from tests.builders import a_county, a_person, a_provider
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.application import PDF

NEW = "my/papers?kind=insurance&from=2026-12-01&to=2027-12-31"


@dataclass
class Programs:
    """The application, and keys of an owner, a biller and workers of two counties."""

    app: Flask
    keys: dict[str, str]

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        headers = self.headers(who)
        return self.app.test_client().open(f"/api/v1/{path}", method=method, json=body, headers=headers)

    def send(self, path: str = NEW, content: bytes = PDF, kind: str = "application/pdf") -> Any:
        address, headers = f"/api/v1/{path}", self.headers("owner")
        return self.app.test_client().post(address, data=content, content_type=kind, headers=headers)

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}", "Idempotency-Key": uuid4().hex}


@pytest.fixture
def programs(fresh_database: str, tmp_path: Path) -> Iterator[Programs]:
    with sessions_on(fresh_database) as sessions:
        with sessions.begin() as session:
            county, other = a_county(session), a_county(session, "13")
            provider = a_provider(session, county)
            people = {
                "owner": a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id),
                "biller": a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id),
                "worker": a_person(session, Role.WORKER, county_id=county.id),
                "far worker": a_person(session, Role.WORKER, county_id=other.id),
            }
            keys = {
                name: store_api_key(session, actor, f"omk_{uuid4().hex}") for name, actor in people.items()
            }
        yield Programs(application_on(sessions, tmp_path), keys)


def test_a_paper_is_sent_read_and_accepted(programs: Programs) -> None:
    sent = programs.send()
    assert (sent.status_code, sent.json["state"]) == (201, "waiting")
    (insurance,) = [
        each
        for each in programs.call("biller", "GET", "my/papers").json["items"]
        if each["kind"] == "insurance"
    ]
    assert (insurance["given"], insurance["renewal"]["id"]) == (True, sent.json["id"])
    (listed,) = programs.call("worker", "GET", "paper-renewals").json["items"]
    path = f"paper-renewals/{listed['id']}"
    file = programs.call("worker", "GET", f"{path}/file")
    assert (file.data, file.content_type) == (PDF, "application/pdf")
    done = programs.call("worker", "POST", f"{path}/decision", {"decision": "accept"})
    assert (done.status_code, done.json["state"]) == (200, "accepted")
    assert programs.call("worker", "GET", "paper-renewals").json["items"] == []
    assert len(programs.call("worker", "GET", "paper-renewals?state=decided").json["items"]) == 1
    again = programs.call("worker", "POST", f"{path}/decision", {"decision": "accept"})
    assert (again.status_code, again.json["code"]) == (409, "renewal_not_waiting")
    late = programs.call("owner", "DELETE", f"my/papers/{listed['id']}")
    assert (late.status_code, late.json["code"]) == (409, "renewal_not_waiting")


def test_a_rejection_needs_why(programs: Programs) -> None:
    key = programs.send().json["id"]
    path = f"paper-renewals/{key}/decision"
    missing = programs.call("worker", "POST", path, {"decision": "reject"})
    assert [(each["field"], each["code"]) for each in missing.json["errors"]] == [("why", "why_missing")]
    assert programs.call("worker", "POST", path, {"decision": "reject", "why": "x"}).json["why"] == "x"


def test_a_waiting_paper_is_withdrawn(programs: Programs) -> None:
    key = programs.send().json["id"]
    assert programs.call("owner", "DELETE", f"my/papers/{key}").status_code == 204
    assert programs.call("worker", "GET", f"paper-renewals/{key}").status_code == 404


@pytest.mark.parametrize(
    ("path", "content", "kind", "status", "code"),
    [
        (NEW, b"MZ", "application/pdf", 422, "file_kind_unknown"),
        (NEW, PDF + b" " * 2_000_000, "application/pdf", 413, "file_too_large"),
        (NEW, PDF, "text/html", 415, None),
        ("my/papers?kind=insurance&from=2027-01-02&to=2027-01-01", PDF, "image/png", 422, "days_backwards"),
        ("my/papers?kind=insurance&from=2020-01-02&to=2020-02-01", PDF, "image/png", 422, "paper_expired"),
        ("my/papers?kind=x&from=2027-01-01", PDF, "application/pdf", 422, "field_not_a_choice"),
        ("my/papers?kind=insurance", PDF, "application/pdf", 422, "field_required"),
        ("my/papers?kind=insurance&from=1.1.2027", PDF, "application/pdf", 422, None),
    ],
)
def test_wrong_papers(
    programs: Programs, path: str, content: bytes, kind: str, status: int, code: str | None
) -> None:
    answer = programs.send(path, content, kind)
    assert answer.status_code == status, answer.text
    found = {answer.json["code"], *(each["code"] for each in answer.json.get("errors", ()))}
    assert code is None or code in found, answer.json


def test_others_see_and_decide_nothing(programs: Programs) -> None:
    key = programs.send().json["id"]
    assert programs.call("far worker", "GET", "paper-renewals").json["items"] == []
    for method, path, body in (
        ("GET", f"paper-renewals/{key}", None),
        ("GET", f"paper-renewals/{key}/file", None),
        ("POST", f"paper-renewals/{key}/decision", {"decision": "accept"}),
    ):
        assert programs.call("far worker", method, path, body).status_code == 404
    assert programs.call("biller", "DELETE", f"my/papers/{key}").status_code == 403
