"""S4: a search by words, place and price with a voucher, by what the client pays, among many offerings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from benchmarks.county import NOW, SERVICE, BenchCounty
from benchmarks.figures import Figure, within
from benchmarks.http import TURNS, Seen, join_turns, measure_turn
from benchmarks.load import Request, make_request
from benchmarks.served import BARE_PATH, served
from clearing.grants.facts.funding import ANY_CLASS
from foundation.vocabulary.money import Money
from marketplace.load.search import page_statement
from marketplace.load.search_shape import Values
from marketplace.load.served_municipalities import served_groups
from marketplace.load.vocabulary import load_vocabulary
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Purse, Search, Wishes

MOST_API_MS, MOST_PAGE_MS = 50, 150
WORKER_KEY = "omk_bench_search_worker"
SERVICES = 12
OFFERINGS_OF_A_PROVIDER = 10
EXPLAINED_RUNS = 7
"""The time in the database is that of the fastest run, which other work disturbed least."""

_MARKET = """
INSERT INTO municipality
  SELECT 'B' || n, 12, 'Kunta' || n, 'Kommun' || n, 61.0 + n * 0.06, 26.5 + n * 0.09
  FROM generate_series(1, 20) n;
INSERT INTO service (id, code, unit, vat_kind, vat_exemption, free_of_charge, name_fi, name_sv, name_en,
about_fi, about_sv, about_en, about_selko)
  SELECT n, 'SERVICE_' || n, 'hour', 'exempt', 'social_welfare', false, 'Palvelu' || n, 'Tjänst' || n,
  'Service' || n, '', '', '', '' FROM generate_series(2, :services) n;
INSERT INTO county_service (county_id, service_id) SELECT 12, id FROM service;
INSERT INTO search_word (county_id, service_id, text, word)
  VALUES (12, 1, 'fi', 'avustaja'), (12, 1, 'fi', 'apulainen'), (12, 2, 'fi', 'siivous');
INSERT INTO provider (business_id, name, about, email, phone, website, first_visit)
  SELECT lpad((2000000 + n)::text, 7, '0') || '-' || n % 10, 'Tuottaja ' || n || ' Oy', '',
  'm@example.invalid', '0', '', '' FROM generate_series(1, :providers) n;
INSERT INTO provider_unit (provider_id, name, street, municipality_code, latitude, longitude, access)
  SELECT id, 'Paikka', 'Katu 1', 'B' || 1 + id % 20, 61.0 + (id % 20) * 0.06 + (id % 97) * 0.001,
  26.5 + (id % 20) * 0.09 + (id % 89) * 0.001, '{"step_free": true}' FROM provider WHERE id > 1;
INSERT INTO approval (county_id, provider_id, service_id)
  SELECT 12, id, 1 + id % :services FROM provider WHERE id > 1;
INSERT INTO approval_state (approval_id, state, from_day, why, set_at)
  SELECT id, 'approved', '2025-01-01', '', '2025-01-01' FROM approval WHERE id > 1;
INSERT INTO offering (provider_id, county_id, service_id, unit_id, title, about, unit, languages,
municipalities, remote, next_free_on, cancel_notice_hours, cancel_share_percent, published, version)
  SELECT p.id, 12, 1 + p.id % :services, u.id, 'Apua ' || k, 'Autamme arjessa ja juhlassa', 'hour',
  CASE WHEN k % 3 = 0 THEN '{fi,sv}'::text[] ELSE '{fi}'::text[] END,
  ARRAY['B' || 1 + (p.id + k) % 20, 'B' || 1 + (p.id + k + 1) % 20], false,
  '2026-11-21'::date + (k * 3)::int, 24, 0, true, 1
  FROM provider p JOIN provider_unit u ON u.provider_id = p.id CROSS JOIN generate_series(1, :each) k
  WHERE p.id > 1;
INSERT INTO price (offering_id, time_class_id, unit_price_cents, valid, version)
  SELECT o.id, c, 2000 + (o.id * 7919 % 3000)::int + c * 100, '[2026-01-01,)', 1
  FROM offering o CROSS JOIN generate_series(1, 3) c WHERE o.id > 1;
INSERT INTO person (id, name, language, about, is_demo) VALUES (2000, 'Worker', 'fi', '', false);
INSERT INTO role_grant (id, person_id, role, county_id, valid)
  VALUES (2000, 2000, 'worker', 12, '[2025-01-01,)');
INSERT INTO api_key (person_id, role_grant_id, label, key_sha256, hint, created_at)
  VALUES (2000, 2000, 'bench', encode(sha256(:key), 'hex'), 'omk_', '2026-01-01')
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the database ran a statement of a search: EXPLAIN (ANALYZE, BUFFERS), and the best of some runs."""

    name: str
    text: str
    milliseconds: float

    @property
    def figure(self) -> Figure:
        """The time in the database and the buffers read, as a row of the table."""
        buffers = re.search(r"Buffers: shared hit=(\d+)", self.text)
        read = f"{int(buffers.group(1)):,} buffers" if buffers else ""
        return Figure(f"S4 in the database, {self.name}", f"{self.milliseconds:.1f} ms", read)


def measure(county: BenchCounty, folder: Path, database: Path, *, offerings: int, reads: int) -> list[Figure]:
    """Add a market of so many offerings to the county, and return the figures of `reads` searches.

    Bare requests, searches by the API and pages take turns, so that other work on the machine affects all
    three. `database` is the database server's folder.
    """
    add_market(county, offerings)
    kinds = {
        "bare": [make_request("GET", f"{BARE_PATH}{1 + n % county.fundings}") for n in range(reads)],
        "API": list(_api_reads(reads)),
        "page": list(_page_reads(reads)),
    }
    turns: dict[str, list[Seen]] = {kind: [] for kind in kinds}
    with served(county.url, folder) as server:
        for turn in range(TURNS):
            for kind, requests in kinds.items():
                turns[kind].append(measure_turn(server, database, [requests[turn::TURNS]]))
    bare, api, page = (join_turns(turns[kind]) for kind in kinds)
    return [
        *_figures(f"S4 search among {offerings:,} offerings, API", api, bare, MOST_API_MS),
        *_figures(f"S4 search among {offerings:,} offerings, page", page, bare, MOST_PAGE_MS),
    ]


def _figures(name: str, seen: Seen, bare: Seen, most_ms: int) -> list[Figure]:
    p50, p95, cost = seen.result.at(0.5), seen.result.at(0.95), seen.server_ms + seen.database_ms
    goal, limit = f"≤ {most_ms} ms", f"bare {bare.result.at(0.95):.1f} ms"
    return [
        within(f"{name} p95", f"{p95:.0f} ms", p95 / most_ms, 1, goal, limit),
        Figure(f"{name} p50", f"{p50:.0f} ms", f"bare {bare.result.at(0.5):.1f} ms"),
        Figure(
            f"{name}, processor time (server + database)",
            seen.cost,
            f"bare {bare.cost}",
            f"{cost / (bare.server_ms + bare.database_ms):.1f} ×",
        ),
    ]


def explained(county: BenchCounty) -> list[Plan]:
    """Return how the database runs the statements of the API, of a page, and of a page's map."""
    place, narrower = Place(61.3, 26.95), [Wishes(language="sv"), Wishes(time="evening")]
    purse = Purse({SERVICE: {ANY_CLASS: Money(3600)}})
    with Session(county.engine) as session:
        words = Wishes(q="avustaja", municipality="B6", near=place).understood(load_vocabulary(session))
        page = Search(words, NOW.date(), Sort.PRICE, "weekday")
        wishes = replace(words, within_km=30.0, max_price=Money(4500))
        api = Search(wishes, NOW.date(), Sort.OWN_SHARE, "weekday", purse=purse)
        return [
            _plan(session, "list of the API", page_statement(session, api, 0, 50, [])),
            _plan(session, "list of a page", page_statement(session, page, 0, 3, narrower)),
            _plan(session, "counts of a page's map", served_groups(session, page)),
        ]


def _plan(session: Session, name: str, search: tuple[Select[Any], Values]) -> Plan:
    bind, (statement, values) = session.get_bind(), search
    run = statement.compile(bind).construct_expanded_state(values)
    connection = session.connection()
    runs = [
        connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {run.statement}", run.parameters)
        .scalars()
        .all()
        for _ in range(EXPLAINED_RUNS)
    ]
    milliseconds = min(float(lines[-1].split()[2]) for lines in runs)
    return Plan(name, "\n".join([f"-- {name}", *runs[-1]]), milliseconds)


def add_market(county: BenchCounty, offerings: int) -> None:
    """Insert providers with their offerings, approvals and prices, and a worker with an API key."""
    values = {
        "services": SERVICES,
        "providers": offerings // OFFERINGS_OF_A_PROVIDER,
        "each": OFFERINGS_OF_A_PROVIDER,
        "key": WORKER_KEY.encode(),
    }
    with county.engine.begin() as connection:
        for statement in _MARKET.split(";\n"):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement.replace('"step_free": true', '"step_free"\\: true')), used)
    with county.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _api_reads(count: int) -> Iterable[Request]:
    headers = {"Authorization": f"Bearer {WORKER_KEY}"}
    for number in range(count):
        place = number % 20
        query = {
            "q": ("avustaja", "apulaista", "avustjaa")[number % 3],
            "municipality": f"B{1 + place}",
            "near": f"{61 + place * 0.06:.3f},{26.5 + place * 0.09:.3f}",
            "within_km": 30,
            "max_price": "45.00",
            "voucher": f"V{1 + number % 100:012d}",
            "sort": "own_share",
        }
        yield make_request("GET", f"/api/v1/offerings?{urlencode(query)}", headers=headers)


def _page_reads(count: int) -> Iterable[Request]:
    for number in range(count):
        query = {"q": "avustaja", "municipality": f"B{1 + number % 20}", "language": ("fi", "sv")[number % 2]}
        yield make_request("GET", f"/etsi/tulokset?{urlencode(query)}")
