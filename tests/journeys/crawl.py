"""Find every kind of page that a person reaches by following links."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlparse

from lxml import html
from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

BY_OWN_TESTS = {
    "county_keys.rotate",
    "identity_openid.come_back",
    "marketplace_client_invitations.open_link",
    "provider_assigning.assign",
    "provider_calendar.revoke",
    "provider_given_visits.record",
    "provider_own_visits.not_given",
}
"""Pages that need the answer of a log-in service, a code of a letter, the address of a calendar, a key that
was made on its page, or a worker of the provider with visits of this week: their own tests open them."""


class Site:
    """The program's addresses, and which of them are pages."""

    def __init__(self, url: str, addresses: Map) -> None:
        self.url = url
        self.adapter: MapAdapter = addresses.bind(urlparse(url).netloc)
        self.pages = {rule.endpoint for rule in addresses.iter_rules() if is_page(rule.rule, rule.methods)}

    def endpoint(self, address: str) -> str | None:
        """Return the endpoint of one of our addresses if it is a page, else None."""
        parts = urlparse(address)
        if not address.startswith(self.url):
            return None
        try:
            endpoint, _ = self.adapter.match(parts.path, method="GET")
        except HTTPException:
            return None
        return endpoint if endpoint in self.pages else None


FILES = (".csv", ".json", ".pdf", ".xml", ".xlsx", ".txt", ".ics", ".js", ".webp", "/tila", ".tiedosto")


def is_page(rule: str, methods: Iterable[str] | None) -> bool:
    """Return whether a rule is a page for people: no API, file, health or static address."""
    apart = ("/api", "/health", "/metrics", "/static")
    a_file = "/liite/" in rule or rule.endswith(FILES)
    return "GET" in (methods or ()) and not rule.startswith(apart) and not a_file


def pages_of(requests: APIRequestContext, site: Site, first: Iterable[str]) -> dict[str, str]:
    """Return the endpoint by address: of each first path, then one address for each page that links lead to.

    The pages are fetched with the cookies of a browser, but not rendered.
    """
    beginnings = [urljoin(site.url, path) for path in first]
    waiting = list(beginnings)
    found: dict[str, str] = {}
    while waiting:
        address = urldefrag(waiting.pop(0)).url
        endpoint = site.endpoint(address)
        if endpoint is None or address in found or (address not in beginnings and endpoint in found.values()):
            continue
        answer = requests.get(address)
        landed = site.endpoint(answer.url)  # some addresses redirect to another page
        if answer.status != 200 or landed is None or answer.url in found:
            continue
        if landed == endpoint or landed not in found.values():
            found[answer.url] = landed
            waiting += links_of(answer.text(), answer.url)
    return found


def links_of(text: str, address: str) -> list[str]:
    """Return the absolute addresses to which the links of a page lead."""
    return [urljoin(address, str(link)) for link in html.document_fromstring(text).xpath("//a/@href")]
