"""One service of OpenID Connect: its settings, its keys, and what its tokens prove.

Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 7523 (`private_key_jwt`), RFC 9207
(issuer of the answer), OpenID Connect Back-Channel Logout 1.0.
"""

from __future__ import annotations

import hmac
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

from foundation.vocabulary.log_in_services import LogInService, is_safe_address
from foundation.web.identity.openid.faults import SKEW, LogInFault
from foundation.web.identity.openid.fetching import MOST_SECONDS, fetch_json

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
"""Signatures by a key pair. A shared secret, or no signature at all, is no proof."""

SETTINGS_LAST_SECONDS = 3600
FAILURE_LASTS_SECONDS = 5
MOST_REFETCHES, REFETCH_SECONDS = 6, 60
"""How often unknown keys may make this process fetch the keys again."""

LOG_OUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OpenIdProvider:
    """A service, with its settings and public keys as fetched by this process."""

    def __init__(self, service: LogInService) -> None:
        self.service = service
        kind = ECKey if service.algorithm == "ES256" else RSAKey
        self._own_keys = [kind.import_key(text) for text in service.keys]
        self._lock = Lock()
        self._settings: tuple[float, Mapping[str, Any]] | None = None
        self._failed_at: float | None = None
        self._keys: KeySet | None = None
        self._refetches: deque[float] = deque(maxlen=MOST_REFETCHES)

    def public_keys(self) -> dict[str, Any]:
        """Return our own public keys as a JSON Web Key Set, for the service to read."""
        signing = {"use": "sig", "alg": self.service.algorithm}
        keys = [key.as_dict(private=False) | signing | {"kid": key.thumbprint()} for key in self._own_keys]
        return {"keys": keys}

    def address_to_log_in(self, redirect_uri: str, secrets: Mapping[str, str], **more: str) -> str:
        """Return the address at which the person logs in.

        Args:
            redirect_uri: Where the service sends the person back to.
            secrets: `state`, `nonce` and `verifier`, new for each log-in.
            more: Further parameters of the request, such as `prompt`.
        """
        if self.service.acr_values:
            more["acr_values"] = " ".join(self.service.acr_values)
        address, _state = self._client(redirect_uri).create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=secrets["state"],
            nonce=secrets["nonce"],
            code_verifier=secrets["verifier"],
            **more,
        )
        return str(address)

    def address_to_log_out(self, return_to: str) -> str | None:
        """Return the address at which the person logs out; None if the service has none or is away."""
        try:
            address = self.settings().get("end_session_endpoint")
        except LogInFault:
            return None
        if not isinstance(address, str) or not is_safe_address(address):
            return None
        query = {"client_id": self.service.client_id, "post_logout_redirect_uri": return_to}
        return str(requests.Request("GET", address, params=query).prepare().url)

    def check_issuer(self, stated: str | None) -> None:
        """Refuse an answer that names another issuer, or none although the service always names it."""
        always = self.settings().get("authorization_response_iss_parameter_supported") is True
        if stated != self.service.issuer and (stated is not None or always):
            raise LogInFault("issuer")

    def claims_of_code(
        self, code: str, redirect_uri: str, secrets: Mapping[str, str], now: datetime
    ) -> dict[str, Any]:
        """Exchange a code for an ID token, and return its claims once they are verified."""
        client = self._client(redirect_uri)
        try:
            answer = client.fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets["verifier"],
                timeout=MOST_SECONDS,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise LogInFault("code_used" if error.error == "invalid_grant" else "refused") from error
        except (requests.RequestException, ValueError) as error:
            raise LogInFault("unavailable") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise LogInFault("token")
        return self._id_claims(token, secrets["nonce"], answer.get("access_token"), now)

    def _id_claims(self, text: str, nonce: str, access_token: object, now: datetime) -> dict[str, Any]:
        token = self._verified(text)
        claims = token.claims
        if claims.get("iss") != self.service.issuer:
            raise LogInFault("issuer")
        if not hmac.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise LogInFault("nonce")
        options: Any = {"aud": {"essential": True, "value": self.service.client_id}}
        params = {"client_id": self.service.client_id, "access_token": access_token}
        try:
            checked = CodeIDToken(claims, token.header, options, params)
            checked.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
        except (JoseError, TypeError, ValueError) as error:
            raise LogInFault("token") from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise LogInFault("token")
        return dict(claims)

    def ended_session(self, text: str, now: datetime) -> tuple[str | None, str | None]:
        """Return the session and the subject that a log-out token of the service names.

        Raises:
            LogInFault: The token is not one of this service for us, now.
        """
        claims = self._verified(text).claims
        audience = claims.get("aud")
        named = (claims.get("sid"), claims.get("sub"))
        events = claims.get("events")
        age = now.timestamp() - claims["iat"] if isinstance(claims.get("iat"), int) else None
        is_right = (
            claims.get("iss") == self.service.issuer
            and self.service.client_id in (audience if isinstance(audience, list) else [audience])
            and isinstance(events, dict)
            and isinstance(events.get(LOG_OUT_EVENT), dict)
            and "nonce" not in claims
            and age is not None
            and abs(age) <= 2 * SKEW.total_seconds()
            and any(isinstance(name, str) and name for name in named)
        )
        if not is_right:
            raise LogInFault("token")
        sid, subject = (name if isinstance(name, str) and name else None for name in named)
        return sid, subject

    def settings(self) -> Mapping[str, Any]:
        """Return the settings that the service publishes, at most an hour old.

        Raises:
            LogInFault: The service does not respond (which is remembered for some seconds), or names another
                issuer.
        """
        with self._lock:
            moment = time.monotonic()
            if self._settings is not None and moment - self._settings[0] < SETTINGS_LAST_SECONDS:
                return self._settings[1]
            if self._failed_at is not None and moment - self._failed_at < FAILURE_LASTS_SECONDS:
                raise LogInFault("unavailable")
            self._failed_at = time.monotonic()
            found = fetch_json(self.service.issuer.rstrip("/") + DISCOVERY)
            if found.get("issuer") != self.service.issuer:
                raise LogInFault("issuer")
            if not all(is_safe_address(str(found.get(name))) for name in NEEDED):
                raise LogInFault("unavailable")
            self._settings, self._failed_at = (moment, found), None
            return found

    def _endpoint(self, name: str) -> str:
        return str(self.settings()[name])

    def _client(self, redirect_uri: str) -> Any:
        own = self._own_keys[0]
        client = OAuth2Session(
            self.service.client_id,
            own,
            token_endpoint_auth_method="private_key_jwt",  # noqa: S106 - the name of a method
            scope=self.service.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        header = {"kid": own.thumbprint()}
        client.register_client_auth_method(PrivateKeyJWT(headers=header, alg=self.service.algorithm))
        return client

    def _verified(self, text: str) -> jwt.Token:
        """Return a token whose signature is right. Unknown keys are fetched again, once."""
        with self._lock:
            known = self._keys
        if known is not None:
            try:
                return jwt.decode(text, known, algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError):
                self._count_refetch()
        try:
            return jwt.decode(text, self._fetch_keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as error:
            raise LogInFault("signature") from error

    def _count_refetch(self) -> None:
        with self._lock:
            moment = time.monotonic()
            if len(self._refetches) == MOST_REFETCHES and moment - self._refetches[0] < REFETCH_SECONDS:
                raise LogInFault("signature")
            self._refetches.append(moment)

    def _fetch_keys(self) -> KeySet:
        found = fetch_json(self._endpoint("jwks_uri")).get("keys")
        keys: list[Key] = []
        for entry in found if isinstance(found, list) else []:
            if isinstance(entry, dict) and entry.get("use", "sig") == "sig":
                try:
                    keys.append(import_key(entry))
                except (JoseError, ValueError, TypeError):
                    continue  # one malformed key must not hide the others
        with self._lock:
            self._keys = KeySet(keys)
            return self._keys
