"""S7: the size of a client's pages on the first visit, and their response time when ten people read."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.exceptions import HTTPException

from benchmarks.county import NOW
from benchmarks.figures import Figure, within
from benchmarks.http import measure_turn
from benchmarks.load import Request, make_request
from benchmarks.served import BARE_PATH, served, settings_of
from foundation.database.session import make_sessions
from foundation.web.identity.sessions import store_session
from worlds.writing import write_world
from wsgi import create_app

USERS = 10
MOST_KB, MOST_MS = 150, 100
NAMED = 3
"""So many of the heaviest pages are named."""

PAUSE_SECONDS = 1.0
"""A reader looks at a page for this time at least, and for half as much again at most."""

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"|src="(/kuvat/[^"]+)"|url\(["\']?([^)"\']+\.woff2)')
_CLIENTS = """
SELECT person_id, id FROM role_grant g
WHERE g.role = 'client' ORDER BY g.id LIMIT :users
"""


def measure(engine: Engine, url: str, folder: Path, database: Path, *, each: int) -> list[Figure]:
    """Seed the demo county into an empty migrated database, and return the figures.

    Args:
        engine: The database.
        url: Its address, for the served program.
        folder: Where the program stores its files.
        database: The folder of the database server.
        each: How many pages each user reads.
    """
    with make_sessions(engine).begin() as session:
        write_world(session, "demo", 1, NOW, lambda _message: None)
    app = create_app(settings_of(url, folder), make_sessions(engine))
    cookies = client_cookies(app, engine)
    pages = [readable_pages(app, cookie) for cookie in cookies]
    weights = {path: weight(app, cookies[0], path) for path in pages[0]}
    figures = [_heaviest(weights)]
    for pause, how in ((PAUSE_SECONDS, f"{PAUSE_SECONDS:.0f} s a page"), (0.0, "without a pause")):
        parts = [_visits(cookie, paths, each) for cookie, paths in zip(cookies, pages, strict=True)]
        figures += _read_by_ten(url, folder, database, parts, pause, how)
    return figures


def _heaviest(weights: dict[str, float]) -> Figure:
    """Return the weight of the heaviest page, with the heaviest pages named."""
    first = sorted(weights, key=lambda path: -weights[path])[:NAMED]
    kilobytes = weights[first[0]]
    return within(
        f"S7 heaviest of {len(weights)} client pages, first visit",
        f"{kilobytes:.0f} kB",
        kilobytes / MOST_KB,
        1,
        f"≤ {MOST_KB} kB",
        ", ".join(f"{path} {weights[path]:.0f}" for path in first),
    )


def _read_by_ten(
    url: str, folder: Path, database: Path, parts: list[list[Request]], pause: float, how: str
) -> list[Figure]:
    """Return the figures of ten readers, and of as many bare requests by ten before them."""
    bare_parts = [[make_request("GET", f"{BARE_PATH}1")] * len(part) for part in parts]
    with served(url, folder) as server:
        bare = measure_turn(server, database, bare_parts, pause=pause)
        seen = measure_turn(server, database, parts, pause=pause)
    p95, limit = seen.result.at(0.95), f"bare {bare.result.at(0.95):.0f} ms"
    name = f"S7 p95 of client pages, {USERS} users, {how}"
    cost, bare_cost = (each.server_ms + each.database_ms for each in (seen, bare))
    return [
        within(name, f"{p95:.0f} ms", p95 / MOST_MS, 1, f"≤ {MOST_MS} ms", limit)
        if pause > 0
        else Figure(name, f"{p95:.0f} ms", limit),
        Figure(
            f"S7 processor time of a page (server + database), {how}",
            seen.cost,
            f"bare {bare.cost}",
            f"{cost / bare_cost:.1f} ×",
        ),
    ]


def _visits(cookie: str, paths: list[str], count: int) -> list[Request]:
    headers = {"Cookie": cookie, "Accept-Language": "fi"}
    return [make_request("GET", paths[n % len(paths)], headers=headers) for n in range(count)]


def client_cookies(app: Flask, engine: Engine) -> list[str]:
    """Return the session cookies of ten clients who have logged in."""
    with make_sessions(engine).begin() as session:
        found = session.execute(text(_CLIENTS), {"users": USERS}).all()
        tokens = [store_session(session, person, grant, NOW) for person, grant in found]
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    sessions = [{"token": token} for token in tokens]
    return [f"omatori={signer.dumps(session)}" for session in (sessions * USERS)[:USERS]]


def readable_pages(app: Flask, cookie: str) -> list[str]:
    """Return one address for each page that links lead a client to, the first page first."""
    reader = app.test_client(use_cookies=False)
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        endpoint = _endpoint(app, path)
        if endpoint is None or endpoint in found:
            continue
        answer = _get(reader, path, cookie)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[endpoint] = path
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
        elif answer.status_code in (302, 303):
            waiting.insert(0, answer.headers["Location"])
    return list(found.values())


def _endpoint(app: Flask, path: str) -> str | None:
    try:
        endpoint, _ = app.url_map.bind("bench").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def weight(app: Flask, cookie: str, path: str) -> float:
    """Return the kilobytes of a page with everything that it loads into an empty browser cache."""
    reader = app.test_client(use_cookies=False)
    page = _get(reader, path, cookie)
    waiting, sizes = _assets(page.text), {path: len(page.data)}
    while waiting:
        asset = waiting.pop()
        if asset in sizes:
            continue
        answer = _get(reader, asset, cookie)
        sizes[asset] = len(answer.data)
        if answer.mimetype == "text/css":
            sheet = _get(reader, asset, cookie, encoding="identity").text
            waiting += [f"{asset.rpartition('/')[0]}/{name}" for name in _assets(sheet)]
    return sum(sizes.values()) / 1000


def _assets(text: str) -> list[str]:
    return [linked or photo or font for linked, photo, font in ASSET.findall(text)]


def _get(reader: FlaskClient, path: str, cookie: str, encoding: str = "gzip"):  # type: ignore[no-untyped-def]
    headers = {"Cookie": cookie, "Accept-Language": "fi", "Accept-Encoding": encoding}
    return reader.get(path, headers=headers)
