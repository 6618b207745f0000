"""The certified OpenID provider of npm, started on loopback for one test."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import playwright
import pytest
from joserfc.jwk import RSAKey

FOLDER = Path(__file__).parents[1] / "openid"
NODE = Path(playwright.__file__).parent / "driver" / "node"
"""The Node.js of the browser tests is new enough for the provider."""


def new_keys() -> dict[str, Any]:
    """Return new signing keys of a provider."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
    return {"keys": [key.as_dict(private=True) | {"kid": key.thumbprint()}]}


@contextmanager
def certified_provider(port: int, client: dict[str, Any], jwks: dict[str, Any]) -> Iterator[str]:
    """Run the provider; yield its issuer. Without the npm package the test is skipped."""
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the npm package oidc-provider is not there: `python3 dev.py test` fetches it")
    words = [str(NODE), "provider.mjs", str(port), json.dumps({"client": client, "jwks": jwks})]
    process = subprocess.Popen(words, cwd=FOLDER, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        assert any("listening" in line for line in lines), "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
