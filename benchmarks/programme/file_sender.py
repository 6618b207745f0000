"""A provider that sends files of charges and price lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from http.client import HTTPConnection
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from benchmarks.programme.api_client import ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import TODAY, Instance
from benchmarks.programme.page_reader import PageReader
from benchmarks.programme.vouchers import SERVICE, business_id

SECONDS = 600.0
LOOK_EVERY_SECONDS = 0.1
BUSY_SECONDS = 0.5
_PRICES = "/t/palvelut/tuo"


class FileSender:
    """One provider: its biller by API, and its owner in a browser."""

    def __init__(self, instance: Instance, index: int) -> None:
        provider = business_id(instance, index)
        self.instance = instance
        self.api: ApiClient = instance.api("provider_biller", provider=provider)
        self.browser = PageReader(instance.url(), instance.person("provider_owner", provider=provider))
        self.files: list[int] = []

    def send_few(self, data: bytes) -> list[Json]:
        """Send a short file, and return its accepted charges as they are read back."""
        sent = self._post(data)
        require(sent["accepted"] == sent["rows"], f"a short file: {sent}")
        ids = [result["id"] for result in sent["results"]]
        return [self.api.get(f"/charges/{charge_id}") for charge_id in ids[:1]]

    def send_at_once(self, data: bytes) -> float:
        """Send a file and wait for its answer; return the seconds."""
        begun = monotonic()
        sent = self._post(data)
        if sent["state"] != "done":
            self.files.append(sent["id"])
            self.wait_until_done()
        return monotonic() - begun

    def send_queued(self, data: bytes) -> float:
        """Send a file for the queue and wait until it is done; return the seconds."""
        begun = monotonic()
        self.queue(data)
        self.wait_until_done()
        return monotonic() - begun

    def queue(self, data: bytes) -> None:
        """Send a file for the queue."""
        self.files.append(self._post(data, Prefer="respond-async")["id"])

    def wait_until_done(self) -> None:
        """Wait until every queued file is done."""
        api, begun = self.api.twin(), monotonic()
        while self.files and monotonic() - begun < SECONDS:
            state = api.get(f"/charge-files/{self.files[0]}?page_size=1")["state"]
            require(state != "failed", "a file failed")
            if state == "done":
                self.files.pop(0)
            else:
                sleep(LOOK_EVERY_SECONDS)
        require(not self.files, "a file was not taken in")

    def dry_run(self, data: bytes) -> float:
        """Send a dry run until it is answered, and return the seconds."""
        begun = monotonic()
        self._post(data, path="/charge-files?dry_run=true")
        return monotonic() - begun

    def check_prices(self, data: bytes) -> float:
        """Have a price list checked by the page, and return the seconds."""
        fields = {"county": "12", "only_try": "1", "csrf_token": self.browser.token(_PRICES)}
        fields["county"] = self._county()
        begun = monotonic()
        status, page = self.browser.upload(_PRICES, fields, data, "hinnat.csv")
        require(status == 200, f"a price list: {status} {page[-600:]}")
        return monotonic() - begun

    def _county(self) -> str:
        with self.instance.connect() as connection:
            row = connection.execute("SELECT id FROM county WHERE code = '12'").fetchone()
        return str(row[0]) if row else ""

    def _post(self, data: bytes, path: str = "/charge-files", **headers: str) -> Any:
        begun = monotonic()
        while monotonic() - begun < SECONDS:
            connection = HTTPConnection(urlsplit(self.instance.url()).netloc, timeout=SECONDS)
            sent = {"Authorization": f"Bearer {self.api.key}", "Content-Type": "text/csv", **headers}
            connection.request("POST", f"/api/v1{path}", data, sent)
            answer = connection.getresponse()
            body, status, retry = answer.read(), answer.status, answer.headers.get("Retry-After")
            connection.close()
            if status != 503:
                require(status in (200, 201, 202), f"POST {path}: {status} {body[:600]!r}")
                return json.loads(body)
            require(retry is not None, "a 503 without Retry-After")
            sleep(BUSY_SECONDS)
        raise TimeoutError(f"POST {path} was not answered")


def charge_file(rows: Sequence[Json]) -> bytes:
    """Return a charge file with Omatori's own columns."""
    lines = [";".join(rows[0]), *(";".join(map(str, row.values())) for row in rows), ""]
    return "\n".join(lines).encode()


def price_list(rows: int) -> bytes:
    """Return a price list of one service, a new price on every day."""
    first = date.fromisoformat(TODAY) + timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(rows)]
    lines = [f"{SERVICE};hour;any;{30 + number % 9}.00;{day}" for number, day in enumerate(days)]
    return "\n".join(["service;unit;time_class;unit_price;from", *lines, ""]).encode()
