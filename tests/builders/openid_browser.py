"""Log-ins at a fake issuer, as a browser goes through them."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from foundation.vocabulary.log_in_services import LogInService
from foundation.web.identity.openid.provider import OpenIdProvider
from tests.builders.fake_issuer import FakeIssuer
from tests.pages.strict import StrictClient, StrictPage


def use_service(app: Flask, issuer: FakeIssuer | None, service: LogInService) -> None:
    """Let an application offer a service, and a fake issuer know the application."""
    provider = OpenIdProvider(service)
    app.extensions["omatori"].openid = {service.name: provider}
    if issuer is not None:
        issuer.own_public_keys = provider.public_keys()


def went_through(browser: StrictClient, page: StrictPage, issuer: FakeIssuer, form: int = 0) -> TestResponse:
    """Press the button of a service, log in there, and come back; redirects are followed."""
    leaving = browser.send(page, form=form)
    address = str(leaving.one("main//a[@role='button']").get("href"))
    back = address.split("redirect_uri=")[1].split("&", maxsplit=1)[0].replace("%3A", ":").replace("%2F", "/")
    return browser.web.get(back, query_string=issuer.answer_to(address), follow_redirects=True)
