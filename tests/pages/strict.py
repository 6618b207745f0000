"""A test client that reads every page as a strict reader would, and fails the test at the first flaw.

    client = strict_client(app)          # any Flask application built by wsgi.create_app
    page = client.page("/oma")           # 200 expected; page.texts(), page.one("h1"), page.form(0)
    page = client.page("/oma", status=403, lang="sv")
    after = client.send(page, {"why": "…"})   # fills in and sends the page's main form, redirects followed

Checked on every page: a doctype, the language, one h1, a title that holds it, unique ids, labels of all
fields, references that lead somewhere, order of headings, names of links and buttons, headers of tables, a
CSRF token in every form that posts, nothing inline without the nonce, a strict policy, and no text left in
English where a translation exists.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.html import FormElement, HtmlElement
from werkzeug.test import TestResponse

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import texts_of

NONCE = re.compile(r"script-src 'self' 'nonce-([^']+)'")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
SPACES = re.compile(r"\s+")


@dataclass
class StrictPage:
    """A page that has passed every check."""

    answer: TestResponse
    root: HtmlElement
    path: str

    def one(self, selector: str) -> HtmlElement:
        """The only element of a CSS-like XPath tail such as `h1` or `p[@class="x"]`."""
        found = self.root.xpath(f"//{selector}")
        assert len(found) == 1, f"{self.path}: {len(found)} of {selector}"
        return found[0]

    def texts(self, selector: str = "body") -> str:
        """The text of all such elements, spaces made single."""
        return " ".join(words(element) for element in self.root.xpath(f"//{selector}"))

    def form(self, index: int | None = None) -> FormElement:
        """A form of the main content; without `index` the only one."""
        forms = self.root.xpath("//main//form")
        assert index is not None or len(forms) == 1, f"{self.path}: {len(forms)} forms"
        return cast(FormElement, forms[index or 0])


class StrictClient:
    """Wraps Flask's test client; see the module."""

    def __init__(self, web: FlaskClient) -> None:
        self.web = web

    def page(self, path: str, *, status: int = 200, lang: str | None = None, **options: Any) -> StrictPage:
        """GET a page and check it."""
        separator = "&" if "?" in path else "?"
        address = path if lang is None else f"{path}{separator}lang={lang}"
        return self.checked(self.web.get(address, **options), address, status)

    def send(
        self,
        page: StrictPage,
        values: Mapping[str, Any] | None = None,
        *,
        form: int | None = None,
        status: int = 200,
        button: str | None = None,
    ) -> StrictPage:
        """Send a form of the page as a browser would; redirects are followed, the last answer is checked."""
        element = page.form(form)
        fields: dict[str, Any] = {}
        for name, value in element.form_values():
            fields.setdefault(name, []).append(value)
        if button is not None:
            name, _, value = button.partition("=")
            fields[name] = value
        target = urlsplit(element.get("action") or page.path)
        address = (target.path or urlsplit(page.path).path) + (f"?{target.query}" if target.query else "")
        answer = self.web.post(address, data={**fields, **(values or {})}, follow_redirects=True)
        return self.checked(answer, answer.request.path, status)

    @staticmethod
    def checked(answer: TestResponse, path: str, status: int = 200) -> StrictPage:
        """Check an answer that somebody else fetched."""
        assert answer.status_code == status, (
            f"{path}: {answer.status_code}, not {status}\n{answer.text[:2000]}"
        )
        root = html.document_fromstring(answer.text)
        flaws = [f"{path}: {flaw}" for flaw in flaws_of(answer, root)]
        assert not flaws, "\n".join(flaws)
        return StrictPage(answer, root, path)


def strict_client(app: Flask) -> StrictClient:
    """A strict client of an application, with its own cookies."""
    return StrictClient(app.test_client())


def words(element: HtmlElement) -> str:
    """What an element says, spaces made single."""
    return SPACES.sub(" ", element.text_content()).strip()


def flaws_of(answer: TestResponse, root: HtmlElement) -> Iterator[str]:
    """Everything that is wrong with a page."""
    for check in (_frame, _ids, _labels, _headings, _names, _tables, _forms):
        yield from check(root)
    yield from _language(answer, root)
    yield from _policy(answer, root)
    if not answer.text.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype"


def _frame(root: HtmlElement) -> Iterator[str]:
    headings = [words(heading) for heading in root.xpath("//h1")]
    title = words(root.xpath("//title")[0]) if root.xpath("//title") else ""
    if len(headings) != 1 or not headings[0]:
        yield f"{len(headings)} h1: {headings}"
    elif headings[0] not in title:
        yield f"the title {title!r} does not hold the heading {headings[0]!r}"
    if len(root.xpath("//main")) != 1:
        yield "not one main"
    if root.xpath("//img[not(@alt)]"):
        yield "an image without alt"


def _ids(root: HtmlElement) -> Iterator[str]:
    counted = Counter(root.xpath("//@id"))
    yield from (f"id {name!r} {count} times" for name, count in counted.items() if count > 1)
    for attribute in REFERENCES:
        for value in root.xpath(f"//@{attribute}"):
            yield from (
                f"{attribute}={target!r} leads nowhere" for target in value.split() if target not in counted
            )
    for link in root.xpath("//a[starts-with(@href, '#')]/@href"):
        if link[1:] not in counted:
            yield f"link {link!r} leads nowhere"


def _labels(root: HtmlElement) -> Iterator[str]:
    labelled = set(root.xpath("//label/@for"))
    for field in root.xpath("//input | //select | //textarea"):
        if field.get("type") in UNLABELLED:
            continue
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        if not named and not field.xpath("ancestor::label"):
            yield f"field {field.get('name')!r} has no label"
    yield from (
        f"label of {label.get('for')!r} is empty" for label in root.xpath("//label") if not words(label)
    )


def _headings(root: HtmlElement) -> Iterator[str]:
    level = 0
    for heading in root.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]"):
        this = int(heading.tag[1])
        if level and this > level + 1:
            yield f"h{this} {words(heading)!r} follows h{level}"
        level = this


def _names(root: HtmlElement) -> Iterator[str]:
    for element in root.xpath("//a[@href] | //button"):
        if not (words(element) or element.get("aria-label") or element.xpath(".//title")):
            yield f"{element.tag} without a name: {html.tostring(element)[:120]!r}"
    for element in root.xpath("//nav | //section[@role='region'] | //*[@role='region']"):
        if not (element.get("aria-label") or element.get("aria-labelledby")):
            yield f"{element.tag} landmark without a name"


def _tables(root: HtmlElement) -> Iterator[str]:
    for table in root.xpath("//table"):
        if not table.xpath("./caption"):
            yield "a table without a caption"
        if table.xpath(".//th[not(@scope)]"):
            yield f"a header without scope in the table {words(table.xpath('./caption')[0])!r}"


def _forms(root: HtmlElement) -> Iterator[str]:
    if root.xpath("//form//form"):
        yield "a form in a form"
    for form in root.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if not form.xpath(".//input[@name='csrf_token' and @value!='']"):
            yield f"form {form.get('action')!r} has no CSRF token"


def _language(answer: TestResponse, root: HtmlElement) -> Iterator[str]:
    language = root.get("lang")
    if language != answer.headers.get("Content-Language") or language not in list(Language):
        yield f"lang={language!r}, Content-Language {answer.headers.get('Content-Language')!r}"
    elif language != Language.EN:
        known = {msgid: forms[0] for msgid, forms in texts_of(Language(language)).items()}
        for text in root.xpath(
            "//body//text()[not(ancestor::script) and not(ancestor::*[@lang!=''][1][@lang='en'])]"
        ):
            shown = SPACES.sub(" ", str(text)).strip()
            if known.get(shown, shown) != shown and len(shown) > 3 and shown not in known.values():
                yield f"left in English: {shown!r}"


def _policy(answer: TestResponse, root: HtmlElement) -> Iterator[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    found = NONCE.search(policy)
    if found is None or "unsafe" in policy or "default-src 'none'" not in policy:
        yield f"the policy is not strict: {policy!r}"
    nonce = found[1] if found else ""
    yield from (
        f"inline {element.tag}"
        for element in root.xpath("//script | //style")
        if element.get("nonce") != nonce
    )
    yield from (f"inline style: {value!r}" for value in root.xpath("//@style"))
    for name in root.xpath("//@*[starts-with(name(), 'on')]"):
        yield f"inline handler: {name!r}"
    for address in root.xpath("//script/@src | //link/@href | //img/@src"):
        if urlsplit(address).netloc:
            yield f"loads from elsewhere: {address!r}"
