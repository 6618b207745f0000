"""Finding every page of a person: links are followed, one address for each kind of page."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlparse

from lxml import html
from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter


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


def pages_of(asks: APIRequestContext, site: Site, first: Iterable[str]) -> dict[str, str]:
    """The endpoint of each address found: all the first ones, then one for each page that links lead to.

    Asked with the cookies of a browser, but not painted."""
    beginnings = [urljoin(site.url, path) for path in first]
    waiting = list(beginnings)
    found: dict[str, str] = {}
    while waiting:
        address = urldefrag(waiting.pop(0)).url
        endpoint = site.endpoint(address)
        if endpoint is None or address in found or (address not in beginnings and endpoint in found.values()):
            continue
        answer = asks.get(address)
        landed = site.endpoint(answer.url)  # some addresses only lead on to another page
        if answer.status != 200 or landed is None or answer.url in found:
            continue
        if landed == endpoint or landed not in found.values():
            found[answer.url] = landed
            waiting += links_of(answer.text(), answer.url)
    return found


def links_of(text: str, address: str) -> list[str]:
    """Where the links of a page lead, as whole addresses."""
    return [urljoin(address, str(link)) for link in html.document_fromstring(text).xpath("//a/@href")]
