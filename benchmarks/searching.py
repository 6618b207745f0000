"""S4: a search by words, place and price with a voucher, by what the client pays, among many offerings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.county import NOW, SERVICE, BenchCounty
from benchmarks.figures import Figure, within
from benchmarks.load import Request, make_request, run_load
from benchmarks.served import BARE_PATH, served
from clearing.grants.facts.funding import ANY_CLASS
from foundation.vocabulary.money import Money
from marketplace.load.search import page_statement
from marketplace.load.vocabulary import load_vocabulary
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Purse, Search, Wishes

MOST_API_MS, MOST_PAGE_MS = 50, 150
WORKER_KEY = "omk_bench_search_worker"
SERVICES = 12
OFFERINGS_OF_A_PROVIDER = 10

_MARKET = """
INSERT INTO municipality
  SELECT 'B' || n, 12, 'Kunta' || n, 'Kommun' || n, 61.0 + n * 0.06, 26.5 + n * 0.09
  FROM generate_series(1, 20) n;
INSERT INTO service (id, code, unit, vat_kind, free_of_charge, name_fi, name_sv, name_en, about_fi, about_sv,
about_en, about_selko) SELECT n, 'SERVICE_' || n, 'hour', 'exempt', false, 'Palvelu' || n, 'Tjänst' || n,
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


def measure(county: BenchCounty, folder: Path, *, offerings: int, reads: int) -> list[Figure]:
    """Add a market of so many offerings to the county, and return the figures of `reads` searches."""
    add_market(county, offerings)
    with served(county.url, folder) as server:
        bare = run_load(server.port, [[make_request("GET", f"{BARE_PATH}1")] * reads], warm=5)
        api = run_load(server.port, [list(_api_reads(reads))], warm=5)
        pages = run_load(server.port, [list(_page_reads(reads))], warm=5)
    name, limit = f"S4 search among {offerings:,} offerings", f"bare {bare.at(0.95):.0f} ms"
    api_ms, page_ms = api.at(0.95), pages.at(0.95)
    return [
        within(f"{name}, API p95", f"{api_ms:.0f} ms", api_ms / MOST_API_MS, 1, f"≤ {MOST_API_MS} ms", limit),
        within(
            f"{name}, page p95", f"{page_ms:.0f} ms", page_ms / MOST_PAGE_MS, 1, f"≤ {MOST_PAGE_MS} ms", limit
        ),
    ]


def explained(county: BenchCounty) -> str:
    """Return how the database runs the search of the API, with the time and the buffers of each step."""
    place = Place(61.3, 26.95)
    wishes = Wishes(q="avustaja", municipality="B6", near=place, within_km=30, max_price=Money(4500))
    purse = Purse({SERVICE: {ANY_CLASS: Money(3600)}})
    with Session(county.engine) as session:
        understood = wishes.understood(load_vocabulary(session))
        search = Search(understood, NOW.date(), Sort.OWN_SHARE, "weekday", purse=purse)
        statement = page_statement(session, search, 0, 50, [Wishes(language="sv"), Wishes(time="evening")])
        compiled = statement.compile(county.engine, compile_kwargs={"render_postcompile": True})
        explain = f"EXPLAIN (ANALYZE, BUFFERS) {compiled}"
        connection = session.connection()
        connection.exec_driver_sql(explain, compiled.params)  # the second time finds every page in memory
        lines = connection.exec_driver_sql(explain, compiled.params).scalars().all()
    return "\n".join(lines)


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
