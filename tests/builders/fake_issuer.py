"""A small issuer of OpenID Connect on loopback, whose answers a test can forge."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from foundation.vocabulary.log_in_services import Audience, LogInService
from tests.builders.county import NOW

SECONDS = int(NOW.timestamp())


@cache
def signing_key(name: str, version: int = 1) -> RSAKey:
    """Return a key of an issuer; another one for each version, with the same name."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": name})


@dataclass
class FakeIssuer:
    """What the issuer answers, and what it was sent. `claims` are added to the next ID token."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: signing_key("first"))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    own_public_keys: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def answer_to(self, address: str, **changes: str) -> dict[str, str]:
        """Return the query with which the person comes back, as after a log-in at this address."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        assert query["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.address} | changes

    def token(self, query: dict[str, str]) -> str:
        """Return an ID token for a request, with the claims that the test set."""
        claims = {
            "iss": self.address,
            "sub": "subject-1",
            "aud": query["client_id"],
            "exp": SECONDS + 300,
            "iat": SECONDS,
            "auth_time": SECONDS,
            "nonce": query["nonce"],
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.signed(claims)

    def signed(self, claims: dict[str, Any]) -> str:
        """Return claims as a signed token."""
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key)

    def exchanged(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a request for tokens: the client proves itself by its key, the browser by its verifier."""
        query = self.codes.pop(form.get("code", ""), None)
        if query is None:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        assert challenge.decode() == query["code_challenge"]
        keys = KeySet.import_key_set(self.own_public_keys)  # type: ignore[arg-type]
        proof = jwt.decode(form["client_assertion"], keys, algorithms=["RS256"]).claims
        assert proof["iss"] == proof["sub"] == query["client_id"]
        assert proof["aud"] == f"{self.address}/token"
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(query)}

    def document(self, path: str) -> dict[str, Any] | None:
        """Return what is published at a path."""
        self.fetched.append(path)
        if path == "/jwks":
            return {"keys": [key.as_dict(private=False) for key in self.published or [self.key]]}
        if path != "/.well-known/openid-configuration":
            return None
        named = ("authorization", "token", "end_session")
        settings: dict[str, Any] = {f"{name}_endpoint": f"{self.address}/{name}" for name in named}
        return settings | {"issuer": self.address, "jwks_uri": f"{self.address}/jwks"} | self.settings


class _Handler(BaseHTTPRequestHandler):
    issuer: FakeIssuer

    def do_GET(self) -> None:
        found = self.issuer.document(urlsplit(self.path).path)
        self._answer(404 if found is None else 200, found or {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(*self.issuer.exchanged({name: values[0] for name, values in parse_qs(body).items()}))

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Write nothing to the terminal."""


@contextmanager
def fake_issuer() -> Iterator[FakeIssuer]:
    """Serve an issuer on a free port."""
    issuer = FakeIssuer()
    handler = type("Handler", (_Handler,), {"issuer": issuer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def own_key() -> str:
    """Return a new private key in PEM, as an operator makes it."""
    return RSAKey.generate_key(2048).as_pem(private=True).decode()


def a_service(issuer: str, key: str, **changes: Any) -> LogInService:
    """Return a directory of a county's staff, with other settings if some are given."""
    titles = {"fi": "Työtunnus", "sv": "Arbetskonto", "en": "Work account"}
    values: dict[str, Any] = {
        "name": "directory",
        "audience": Audience.STAFF,
        "county": None,
        "titles": titles,
        "issuer": issuer,
        "client_id": "omatori",
        "keys": (key,),
    }
    return LogInService(**values | changes)
