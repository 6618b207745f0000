"""Finding every page of a person: links are followed, one address for each kind of page."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlparse

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.href)"


class Site:
    """The program's addresses, and which of them are pages."""

    def __init__(self, url: str, addresses: Map) -> None:
        self.url = url
        self.adapter: MapAdapter = addresses.bind(urlparse(url).netloc)
        self.pages = {rule.endpoint for rule in addresses.iter_rules() if is_page(rule.rule, rule.methods)}

    def endpoint(self, address: str) -> str | None:
        """The endpoint of an address of ours that is a page; None for everything else."""
        parts = urlparse(address)
        if not address.startswith(self.url):
            return None
        try:
            endpoint, _ = self.adapter.match(parts.path, method="GET")
        except HTTPException:
            return None
        return endpoint if endpoint in self.pages else None


def is_page(rule: str, methods: Iterable[str] | None) -> bool:
    """Whether a rule is a page for people: no API, file, health or static address."""
    apart = ("/api", "/health", "/metrics", "/static")
    a_file = rule.endswith((".csv", ".json", ".pdf", ".xml", ".txt"))
    return "GET" in (methods or ()) and not rule.startswith(apart) and not a_file


def pages_of(page: Page, site: Site, first: Iterable[str]) -> dict[str, str]:
    """The endpoint of each address found: all the first ones, then one for each page that links lead to."""
    beginnings = [urljoin(site.url, path) for path in first]
    waiting = list(beginnings)
    found: dict[str, str] = {}
    while waiting:
        address = urldefrag(waiting.pop(0)).url
        endpoint = site.endpoint(address)
        if endpoint is None or address in found or (address not in beginnings and endpoint in found.values()):
            continue
        answer = page.goto(address)
        landed = site.endpoint(page.url)  # some addresses only lead on to another page
        if answer is None or answer.status != 200 or landed is None or page.url in found:
            continue
        if landed == endpoint or landed not in found.values():
            found[page.url] = landed
            waiting += page.evaluate(LINKS)
    return found
