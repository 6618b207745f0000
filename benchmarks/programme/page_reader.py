"""A person who reads the program's pages: logs in, reads pages and sends forms."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

from benchmarks.programme.api_client import Json
from benchmarks.programme.failure import require

SECONDS = 300.0
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class PageReader:
    """One person's browser. Each request has a connection of its own."""

    def __init__(self, url: str, person: Json | None = None) -> None:
        """Log in as a person of the seed report; None is a visitor."""
        self.host = urlsplit(url).netloc
        self.cookies: dict[str, str] = {}
        if person is not None:
            self._log_in(person)

    def _log_in(self, person: Json) -> None:
        form = {"email": person["log_in"], "password": person["password"]}
        form["csrf_token"] = self.token("/kirjaudu")
        body = urlencode(form).encode()
        status, _ = self._send("POST", "/kirjaudu", body, "application/x-www-form-urlencoded")
        require(status in (302, 303), f"the log-in answered {status}")

    def read(self, path: str) -> str:
        """Return a page."""
        status, page = self._send("GET", path)
        require(status == 200, f"GET {path}: {status}")
        return page

    def token(self, path: str) -> str:
        """Return the token that the forms of a page are sent with."""
        found = _TOKEN.search(self.read(path))
        require(found is not None, f"{path} has no form")
        assert found is not None
        return found[1]

    def post(self, path: str, fields: dict[str, str], *, form: str = "") -> None:
        """Send the form of a page, by default of the page at `path`."""
        body = urlencode(fields | {"csrf_token": self.token(form or path)}).encode()
        status, _ = self._send("POST", path, body, "application/x-www-form-urlencoded")
        require(status in (200, 302, 303), f"POST {path}: {status}")

    def upload(self, path: str, fields: dict[str, str], data: bytes, name: str) -> tuple[int, str]:
        """Send a form with one file, and return the status and the page."""
        mark = "neighbours-form-boundary"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [f"{head}Content-Type: text/csv\r\n\r\n".encode(), data, f"\r\n--{mark}--\r\n".encode()]
        return self._send("POST", path, b"".join(parts), f"multipart/form-data; boundary={mark}")

    def _send(
        self, method: str, path: str, body: bytes | None = None, content_type: str = ""
    ) -> tuple[int, str]:
        connection = HTTPConnection(self.host, timeout=SECONDS)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie, "Accept-Language": "fi", "Referer": f"http://{self.host}{path}"}
        if content_type:
            headers["Content-Type"] = content_type
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode(errors="replace")
        self._keep_cookies(answer)
        connection.close()
        return answer.status, page

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
