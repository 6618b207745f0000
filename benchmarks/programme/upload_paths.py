"""Every address that takes files, and a person who sends one to each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from threading import Lock
from urllib.parse import urlencode, urlsplit

from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance
from benchmarks.programme.page_reader import PageReader

SECONDS = 120.0
_PAGES = "provider_portal.pages"
_PAPER_DAYS = {"first_day": "1.1.2026", "last_day": ""}
_BOUNDARY = "bombs-form-boundary"


@dataclass(frozen=True, slots=True)
class UploadPath:
    """An address that takes files.

    Attributes:
        rule: As the map of addresses has it.
        form: The class of the page's form; empty if the body is the file.
        role: Who sends; empty: a visitor with the link of an application.
        fields: What else the form has. COUNTY stands for the number of the small world's county, OFFERING for
            that of an offering of the provider.
        takes_papers: Any document may be attached; none is opened.
        file_field: The name of the form's field.
        address: Where it is sent, if that is neither the rule nor a task of an application.
    """

    rule: str
    form: str = ""
    role: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    takes_papers: bool = False
    content_type: str = ""
    file_field: str = "file"
    address: str = ""


COUNTY, OFFERING = "{county}", "{offering}"
_FORM = "multipart/form-data"
UPLOAD_PATHS = (
    UploadPath("/api/v1/charge-files", role="provider_biller", content_type="application/octet-stream"),
    UploadPath("/t/tuo", f"{_PAGES}.uploads.UploadForm", "provider_biller", {"columns": "own"}),
    UploadPath(
        "/t/palvelut/tuo",
        f"{_PAGES}.price_import.ImportForm",
        "provider_owner",
        {"county": COUNTY, "only_try": "1"},
    ),
    UploadPath(
        "/tt/hinnat/tuo",
        "county_desk.pages.imports.ImportForm",
        "worker",
        {"what": "decisions", "only_try": "1"},
    ),
    UploadPath(
        "/tt/hinnat/tuo",
        "county_desk.pages.imports.ImportForm",
        "worker",
        {"what": "decisions", "only_try": "1"},
        file_field="mapping",
    ),
    UploadPath(
        "/tt/alkusaldot", "county_desk.pages.openings.OpeningForm", "worker", {"opens_on": "1.12.2026"}
    ),
    UploadPath(
        "/t/kuvat",
        f"{_PAGES}.photos.PhotoForm",
        "provider_owner",
        {"of": f"offering {OFFERING}", "text_fi": "Ovi"},
    ),
    UploadPath(
        "/api/v1/my/photos",
        role="provider_owner",
        fields={"offering": OFFERING, "text_fi": "Ovi"},
        content_type=_FORM,
    ),
    UploadPath("/mt/vastaukset", "county_desk.pages.settlement_steps.AnswerForm", "settlement_officer"),
    UploadPath("/api/v1/bank-answers", role="settlement_officer", content_type="application/xml"),
    UploadPath(
        "/hakemus/<code>/<task>", f"{_PAGES}.application_forms.PaperForm", "", _PAPER_DAYS, takes_papers=True
    ),
    UploadPath(
        "/t/hakemukset/<int:application_id>/<task>",
        f"{_PAGES}.application_forms.PaperForm",
        "provider_owner",
        _PAPER_DAYS,
        takes_papers=True,
    ),
    UploadPath(
        "/t/yritys/paperit/<slug>",
        f"{_PAGES}.application_forms.PaperForm",
        "provider_owner",
        _PAPER_DAYS,
        takes_papers=True,
        address="/t/yritys/paperit/vakuutus",
    ),
    UploadPath(
        "/api/v1/my/papers",
        role="provider_owner",
        takes_papers=True,
        content_type="application/octet-stream",
        address="/api/v1/my/papers?kind=insurance&from=2026-01-01",
    ),
)


class Uploader:
    """Sends files to the addresses of an instance, as people of its small world. Threads may share it."""

    def __init__(self, instance: Instance) -> None:
        """Log in as everybody who sends, and begin an application as a visitor and as an owner."""
        self.instance = instance
        self.host = urlsplit(instance.url()).netloc
        roles = {each.role for each in UPLOAD_PATHS if each.form and each.role}
        self.readers = {
            role: PageReader(instance.url(), instance.person(role, **_of(role))) for role in roles
        }
        self.readers[""] = PageReader(instance.url())
        self.county, self.offering = self._county(), self._offering()
        self.papers = {"": self._begun_by_visitor(), "provider_owner": self._begun_by_owner()}
        self.tokens = {each.rule: self._token(each) for each in UPLOAD_PATHS if each.form}
        self._number, self._lock = 0, Lock()

    def send(self, path: UploadPath, data: bytes) -> int:
        """Send a file and follow the answer to the page that reads it; return the last status.

        The server closes the connection on a body that is too large: that is 413.
        """
        status, location = self._posted(path, data)
        while location and status in (302, 303):
            status, location = self._get(path, location)
        return status

    def _posted(self, path: UploadPath, data: bytes) -> tuple[int, str]:
        body, headers = self._request(path, data)
        connection = HTTPConnection(self.host, timeout=SECONDS)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request("POST", self._address(path), body, headers)
            try:
                answer = connection.getresponse()
                answer.read()
            except ConnectionResetError:
                return 413, ""
            return answer.status, _location(answer)
        finally:
            connection.close()

    def _get(self, path: UploadPath, location: str) -> tuple[int, str]:
        connection = HTTPConnection(self.host, timeout=SECONDS)
        parts = urlsplit(location)
        connection.request("GET", f"{parts.path}?{parts.query}", headers=self._cookies(path))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, _location(answer)

    def _request(self, path: UploadPath, data: bytes) -> tuple[bytes, dict[str, str]]:
        places = {COUNTY: self.county, OFFERING: self.offering}
        values = dict(path.fields)
        for place, number in places.items():
            values = {name: value.replace(place, number) for name, value in values.items()}
        if path.content_type == _FORM:
            return _multipart(values, {"file": data}), self._by_key(path, f"{_FORM}; boundary={_BOUNDARY}")
        if path.content_type:
            return data, self._by_key(path, path.content_type)
        files = {path.file_field: data}
        if path.file_field != "file":
            files["file"] = b"number;decided_on\n1;2026-11-21\n"
        body = _multipart(values | {"csrf_token": self.tokens[path.rule]}, files)
        return body, {"Content-Type": f"{_FORM}; boundary={_BOUNDARY}"} | self._cookies(path)

    def _by_key(self, path: UploadPath, content_type: str) -> dict[str, str]:
        with self._lock:
            self._number += 1
        key = str(self.instance.person(path.role, **_of(path.role))["api_key"])
        number = f"bomb-{self._number}"
        return {"Authorization": f"Bearer {key}", "Content-Type": content_type, "Idempotency-Key": number}

    def _cookies(self, path: UploadPath) -> dict[str, str]:
        cookies = self.readers[path.role].cookies
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def _address(self, path: UploadPath) -> str:
        if path.address:
            return path.address
        return f"{self.papers[path.role]}/vakuutus" if path.takes_papers else path.rule

    def _token(self, path: UploadPath) -> str:
        return self.readers[path.role].token(self._address(path))

    def _county(self) -> str:
        with self.instance.connect() as connection:
            row = connection.execute("SELECT id FROM county WHERE code = '12'").fetchone()
        require(row is not None, "the small world has a county")
        return str(row[0]) if row else ""

    def _offering(self) -> str:
        owner = self.instance.person("provider_owner")
        query = (
            "SELECT offering.id FROM offering JOIN provider ON provider.id = offering.provider_id"
            " WHERE business_id = %s"
        )
        with self.instance.connect() as connection:
            row = connection.execute(query, [owner["provider"]]).fetchone()
        require(row is not None, "the provider offers something")
        return str(row[0]) if row else ""

    def _begun_by_visitor(self) -> str:
        """Return the address of an application, which the program has mailed."""
        path = "/hae/palveluntuottajaksi"
        self.readers[""].post(path, {"county": self.county, "email": "hakija@example.fi"})
        with self.instance.connect() as connection:
            rows = connection.execute("SELECT body::text FROM outbox ORDER BY id DESC").fetchall()
        links = [found[0] for row in rows if (found := re.search(r"/hakemus/[\w-]+", row[0]))]
        require(bool(links), "a link to the application was mailed")
        return links[0]

    def _begun_by_owner(self) -> str:
        owner = self.readers["provider_owner"]
        body = urlencode({"county": self.county, "csrf_token": owner.token("/t/hakemukset")}).encode()
        connection = HTTPConnection(self.host, timeout=SECONDS)
        cookies = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/t/hakemukset", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        require(answer.status == 303, f"an application of an owner: {answer.status}")
        return urlsplit(_location(answer)).path


def _of(role: str) -> dict[str, str]:
    """Return of which county a member of staff is."""
    return {} if role.startswith("provider") else {"county": "12"}


def _location(answer: HTTPResponse) -> str:
    return answer.headers.get("Location") or ""


def _multipart(values: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    for name, data in files.items():
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="bomb"\r\n'
        parts += [f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(), data, b"\r\n"]
    return b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode()])
