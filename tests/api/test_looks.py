"""Every read of a client's data leaves one row: who, in which role, whose data, what, why, when (A7).

The readers do not know the code: they open every page and endpoint that answers to GET, and compare the
clients whom the answer names (by number, name or voucher) with the rows that the request left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.vocabulary.roles import Role
from tests.api.conftest import SeededApp
from tests.builders.api import sessions_on
from tests.pages.logged_in import logged_in_by_key

ROLES = tuple(role for role in Role if role is not Role.ADMIN)
SHORT = (Role.CLIENT, Role.PROVIDER_BILLER, Role.WORKER)
"""The roles of the short ring: each audience once."""
READING_ROLES = [role if role in SHORT else pytest.param(role, marks=pytest.mark.long) for role in ROLES]
UNNAMED = {"static", "shell_operations.metrics"}


@dataclass
class Readers:
    """The application on the small world with some charges, and how its answers name a client."""

    seeded: SeededApp
    session: Session
    names: Mapping[str, int]
    values: Mapping[str, list[str]]
    helped_id: int = 0

    def get(self, role: Role, path: str) -> str:
        """Return the text of an answer to a reader with a session of the role, without spaces."""
        key = self.seeded.world.api_key(role.value)
        if path.startswith("/api/v1/"):
            answer = self.seeded.app.test_client().get(path, headers=self.seeded.headers(role))
        else:
            web = logged_in_by_key(self.seeded.app.test_client(), self.session, key).web
            if role is Role.REPRESENTATIVE:
                web.post(f"/puolesta/{self.helped_id}")
            answer = web.get(path)
        if answer.status_code != 200:
            return ""
        return answer.get_data(as_text=True).replace(" ", "").replace("\xa0", "")

    def own_clients(self, role: Role) -> set[int]:
        """The clients whom the first person of a role is or acts for."""
        if role not in (Role.CLIENT, Role.REPRESENTATIVE):
            return set()
        answer = self.seeded.app.test_client().get("/api/v1/me/fundings", headers=self.seeded.headers(role))
        return {self.names[item["client"]] for item in answer.get_json()["items"]}

    def named(self, answer: str) -> set[int]:
        """The clients whom an answer names."""
        return {client_id for name, client_id in self.names.items() if name in answer}

    def last_row(self) -> int:
        """The newest audit id."""
        self.session.rollback()
        return self.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)).one()

    def looks_since(self, row_id: int) -> list[AuditEvent]:
        """The looks after an audit id."""
        self.session.rollback()
        query = select(AuditEvent).where(AuditEvent.id > row_id, AuditEvent.act == "client.look")
        return list(self.session.scalars(query))

    def paths(self) -> Iterator[str]:
        """Every address that answers to GET, with values from the world."""
        for rule in sorted(self.seeded.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" in (rule.methods or ()) and rule.endpoint not in UNNAMED:
                yield from self._filled(rule.rule, sorted(rule.arguments))

    def _filled(self, rule: str, arguments: list[str]) -> Iterator[str]:
        if "<path:" in rule or not all(name in self.values for name in arguments):
            return
        for index in range(3 if arguments else 1):
            path = rule
            for name in arguments:
                values = self.values[name]
                path = path.replace(f"<int:{name}>", values[index % len(values)])
                path = path.replace(f"<{name}>", values[index % len(values)])
            yield path


def with_charges(seeded: SeededApp) -> None:
    """Send a charge for every voucher that the first biller may know, accepted or not."""
    web, headers = seeded.app.test_client(), seeded.headers(Role.PROVIDER_BILLER)
    for number, funding in enumerate(seeded.world.report["fundings"]):
        for service in funding["services"]:
            sent = {
                "reference": f"L-{number}-{service}",
                "voucher": funding["voucher"],
                "service": service,
                "service_day": "2026-11-16",
                "quantity": "1.00",
                "unit": "hour",
                "unit_price": "36.00",
            }
            check = web.post("/api/v1/charges?check=true", json=sent, headers=headers).get_json()
            if "voucher_unknown" not in {reason["code"] for reason in check["reasons"]}:
                key = {"Idempotency-Key": sent["reference"]}
                web.post("/api/v1/charges", json=sent, headers=headers | key)


@contextmanager
def open_readers(seeded_app: SeededApp) -> Iterator[Readers]:
    """Send the charges, and open a session beside the application."""
    with_charges(seeded_app)
    with sessions_on(seeded_app.world.database_url) as sessions, sessions() as session:
        clients = list(session.scalars(select(Client)))
        names = {client.number: client.id for client in clients}
        names |= {client.name.replace(" ", ""): client.id for client in clients}
        vouchers = {row.voucher: row.client_id for row in session.scalars(select(Funding))}
        values = {
            "client_id": [str(client.id) for client in clients[:5:2]],
            "voucher": list(vouchers)[:6:2],
            "charge_id": [str(key) for key in session.scalars(select(Charge.id).limit(3))],
            "business_id": list(session.scalars(select(Provider.business_id).limit(3))),
            "offering_id": [str(key) for key in session.scalars(select(Offering.id).limit(3))],
            "service": ["PERSONAL_ASSISTANCE", "HOME_CARE"],
            "change": ["sulje", "keskeyta"],
            "step": ["asiakas"],
        }
        made = Readers(seeded_app, session, names | vouchers, values)
        made.helped_id = min(made.own_clients(Role.REPRESENTATIVE))
        yield made


@pytest.fixture(scope="module")
def readers(seeded_app: SeededApp) -> Iterator[Readers]:
    with open_readers(seeded_app) as made:
        yield made


@pytest.mark.parametrize("role", READING_ROLES, ids=str)
def test_whoever_is_named_has_one_row(readers: Readers, role: Role) -> None:
    own = readers.own_clients(role) if role is Role.CLIENT else set()
    wrong, looked = {}, 0
    for path in readers.paths():
        before = readers.last_row()
        answer = readers.get(role, path)
        rows = readers.looks_since(before)
        counts = Counter(row.client_id for row in rows)
        named = readers.named(answer) - own
        looked += len(rows)
        if named - set(counts) or any(count > 1 for count in counts.values()) or set(counts) & own:
            wrong[path] = (sorted(named - set(counts)), counts)
        assert all(row.why and row.role == role and row.subject_id for row in rows), path
    assert wrong == {}
    assert (looked > 0) == (role is not Role.CLIENT)
