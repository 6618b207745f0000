"""Security headers of every response: a strict content security policy with a nonce, and the usual others."""

import secrets

from flask import Flask, Response, g, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

NONE, SELF = "'none'", "'self'"
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'"
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
"""The policy of a service worker, which its own response sets: our own scripts and addresses alone."""
TWO_YEARS = 2 * 365 * 24 * 3600


def csp_nonce() -> str:
    """Return the nonce of this response's inline script; new for every request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _policy(nonce: str) -> str:
    policy = (
        ContentSecurityPolicy()
        .default_src(NONE)
        .script_src(SELF, ContentSecurityPolicy.nonce(nonce))
        .style_src(SELF, ContentSecurityPolicy.nonce(nonce))
        .img_src(SELF, "data:")
        .font_src(SELF)
        .connect_src(SELF)
        .manifest_src(SELF)
        .worker_src(SELF)
        .form_action(SELF)
        .base_uri(NONE)
        .frame_ancestors(NONE)
    )
    return policy.header_value


_PLACE = "NONCE"
_POLICY = _policy(_PLACE)


def page_policy(nonce: str) -> str:
    """Return the policy of pages: no other hosts, no frames, no inline style or script without the nonce."""
    return _POLICY.replace(_PLACE, nonce)


def _fixed_headers(*, https: bool) -> Secure:
    return Secure(
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera("self").geolocation("self").microphone(),
        referrer=ReferrerPolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(TWO_YEARS).include_subdomains() if https else None,
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


def install_headers(app: Flask) -> None:
    """Set the headers on every response, including errors."""
    fixed = _fixed_headers(https=app.extensions["omatori"].settings.is_production)

    def set_headers(response: Response) -> Response:
        fixed.set_headers(response)
        policy = response.headers.get("Content-Security-Policy")
        if response.mimetype == "text/html":
            policy = page_policy(csp_nonce())
        elif policy != WORKER_POLICY:
            policy = CLOSED_POLICY
        response.headers["Content-Security-Policy"] = policy
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if _is_personal() else "no-cache"
        return response

    app.after_request(set_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _is_personal() -> bool:
    """Return whether a shared computer must not cache the response."""
    return g.get("actor") is not None or request.path.startswith("/api/v1/") or request.method != "GET"
