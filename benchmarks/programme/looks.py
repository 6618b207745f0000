"""A7: every read of a client's data, by page, API, search, export and print, leaves exactly one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import psycopg
from psycopg.rows import TupleRow

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Deadline, Instance
from benchmarks.programme.page_reader import PageReader
from foundation.web.limits import LARGE_EXPORT, MOST_EXPORTS

Read = Callable[[Random], str]
"""Read something with a random choice of what, and return the text."""
READERS = ("worker", "auditor", "coordinator", "provider_biller", "representative")
SHARES = {"page": 5, "API": 5, "search": 3, "print": 2, "export": 1}
CLIENTS_ASKED = 6
EXPORTS_READ = MOST_EXPORTS // LARGE_EXPORT
"""All that the auditor may save in ten minutes."""
_NEWEST = "SELECT coalesce(max(id), 0) FROM audit_event"
_ROWS = """
SELECT client_id, actor_name, role, subject_kind, subject_id, why, at FROM audit_event
WHERE id > %s AND act = 'client.look'"""
_NAMES = """
SELECT number, id FROM client UNION ALL SELECT replace(name, ' ', ''), id FROM client
UNION ALL SELECT voucher, client_id FROM funding"""


@dataclass(slots=True)
class Book:
    """The looks as the database has them, and how answers name clients."""

    connection: psycopg.Connection[TupleRow]
    names: Mapping[str, int]
    seen: Counter[tuple[int, str]] = field(default_factory=Counter)

    def named(self, text: str) -> set[int]:
        """Return the clients whose number, name or voucher is in a text."""
        joined = text.replace(" ", "").replace("\xa0", "")
        return {client_id for name, client_id in self.names.items() if name in joined}

    def check(self, kind: str, read: Callable[[], str]) -> int:
        """Read once, compare the clients that are named with the rows that were left, and count these."""
        newest = self.connection.execute(_NEWEST).fetchone()
        assert newest is not None
        named = self.named(read())
        rows = self.connection.execute(_ROWS, newest).fetchall()
        counts = Counter(row[0] for row in rows)
        require(named <= set(counts), f"{kind}: no row for {sorted(named - set(counts))}")
        require(not counts or max(counts.values()) == 1, f"{kind}: more than one row: {counts}")
        for client_id, name, *rest in rows:
            require(name and all(rest), f"{kind}: a row without who, role, what, why or when: {name} {rest}")
            self.seen[client_id, name] += 1
        return len(rows)


@dataclass(slots=True)
class Reading:
    """The people who read, each with a browser and an API key."""

    instance: Instance
    ids: Mapping[str, int]
    browsers: dict[str, PageReader] = field(default_factory=dict)

    def browser(self, role: str) -> PageReader:
        """Return the browser of the first person of a role, logged in."""
        if role not in self.browsers:
            self.browsers[role] = PageReader(self.instance.url(), self.instance.person(role))
        return self.browsers[role]

    def page(self, role: str, *paths: str) -> Read:
        """Return what reads one of the pages."""
        return lambda random: self.browser(role).read(random.choice(paths))

    def api(self, role: str, *paths: str) -> Read:
        """Return what reads one of the API's answers, as text."""
        client = self.instance.api(role)
        return lambda random: str(client.get(random.choice(paths)))

    def give_reasons(self, clients: Sequence[int]) -> None:
        """Give the worker's reason for today for each client."""
        worker = self.browser("worker")
        for client_id in clients:
            worker.post(f"/tt/asiakas/{client_id}", {"reason": "handling", "other": ""})


def check_looks(instance: Instance, *, reads: int, seed: int = 1, deadline: Deadline) -> str:
    """Read at random; after each read the rows must be those of the clients whom the answer names."""
    with instance.connect() as connection:
        connection.autocommit = True
        names = {str(name): int(client_id) for name, client_id in connection.execute(_NAMES)}
        book, random = Book(connection, names), Random(seed)
        kinds = _kinds(instance, names)
        done, rows = Counter[str](), 0
        drawn = [kind for kind, share in SHARES.items() for _ in range(share)]
        while sum(done.values()) < reads and not deadline.is_over():
            kind = random.choice(drawn)
            if kind == "export" and done[kind] == EXPORTS_READ:
                continue
            read = random.choice(kinds[kind])
            rows += book.check(kind, lambda chosen=read: chosen(random))  # type: ignore[misc]
            done[kind] += 1
        _check_client_pages(instance, book)
    counts = ", ".join(f"{count:,} by {kind}" for kind, count in done.items())
    return (
        f"{sum(done.values()):,} reads ({counts}) left {rows:,} rows, one for each client; clients see them"
    )


def _kinds(instance: Instance, names: Mapping[str, int]) -> dict[str, list[Read]]:
    """Return what can be read, by kind. A few charges are sent first."""
    charges = _send_charges(instance)
    own = [number for number in names if number.startswith("C-") and int(number[2:]) <= 12]
    clients = [names[number] for number in own]
    vouchers = [str(funding["voucher"]) for funding in instance.seed_report["fundings"]][:6]
    reading = Reading(instance, names)
    reading.give_reasons(clients)
    helped = reading.browser("representative")
    helped.post(f"/puolesta/{names['C-000001']}", {}, form="/puolesta")
    cards = [f"/tt/asiakas/{client_id}" for client_id in clients]
    return {
        "page": [
            reading.page("worker", *cards),
            reading.page("worker", "/tt", "/tt/selvitettavat"),
            reading.page(
                "provider_biller", "/t", "/t/kirjaukset", *(f"/t/kirjaukset/{key}" for key in charges)
            ),
            reading.page("representative", "/oma", "/kulut", "/seuranta"),
            reading.page("auditor", "/tarkastus/loki"),
        ],
        "API": [
            reading.api("worker", "/fundings?page_size=20", *(f"/fundings/{code}" for code in vouchers)),
            reading.api("coordinator", "/charges", *(f"/fundings?client={number}" for number in own)),
            reading.api("provider_biller", "/charges?page_size=20", *(f"/charges/{key}" for key in charges)),
            reading.api("representative", "/me/fundings"),
        ],
        "search": [reading.page("worker", *(f"/tt/asiakkaat?haku={text}" for text in (*own, "an", "in")))],
        "print": [reading.page("worker", *cards), reading.page("provider_biller", "/t/kirjaukset")],
        "export": [reading.page("auditor", "/tarkastus/tilikirja.csv", "/tarkastus/loki.csv?words=koe")],
    }


def _send_charges(instance: Instance) -> list[int]:
    """Send a charge for each voucher that the first biller may know; return their ids."""
    biller, found = instance.api("provider_biller"), []
    for number, funding in enumerate(instance.seed_report["fundings"]):
        charge: Json = {
            "reference": f"LOOK-{number}",
            "voucher": funding["voucher"],
            "service": funding["services"][0],
            "service_day": "2026-11-16",
            "quantity": "1.00",
            "unit": "hour",
            "unit_price": "36.00",
        }
        checked = biller.send("POST", "/charges?check=true", charge)
        if "voucher_unknown" not in checked.codes:
            found.append(
                int(biller.send("POST", "/charges", charge, idempotency_key=charge["reference"]).body["id"])
            )
    require(found, "the biller may know no voucher")
    return found


def _check_client_pages(instance: Instance, book: Book) -> None:
    """Read what some clients see of the looks: each reader's name, and how often."""
    people = [person for person in instance.seed_report["people"] if person["role"] == "client"]
    for person in people[:CLIENTS_ASKED]:
        client_id = book.names[person["client"]]
        browser = PageReader(instance.url(), person)
        shown, page = "", 1
        while page <= 20 and (text := browser.read(f"/katsojat?page={page}")) not in shown:
            shown, page = shown + text, page + 1
            if f"page={page}" not in text:
                break
        readers = {name for seen, name in book.seen if seen == client_id}
        missing = {name for name in readers if name not in shown}
        require(not missing, f"{person['client']} does not see {missing}")
