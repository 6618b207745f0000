"""The page on which a company answers Stripe's questions, as a button each. It says that it is not Stripe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from worlds.stripe_loopback import objects

if TYPE_CHECKING:
    from worlds.stripe_loopback.server import Loopback

PAGE = """<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>%(title)s</title>
<body style="font: 1.1rem sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem">
<h1>%(title)s</h1>
<p>This is not Stripe. It plays Stripe for tests and the demo. No money moves.</p>
%(body)s
</body></html>"""
BUTTON = """<form method="post"><p>
<button name="do" value="%s" style="font: inherit; padding: .6rem 1rem">%s</button>
</p></form>"""


def onboarding(request: Request, loopback: Loopback) -> Response:
    """Answer `/onboarding/ACCOUNT`: what the account asks, and what the company may do about it."""
    key = request.path.rpartition("/")[2]
    account, link = loopback.books.held.get(key), loopback.books.links.get(key)
    if not request.path.startswith("/onboarding/") or account is None or link is None:
        return Response("Not found", 404)
    if request.method == "POST":
        with loopback.lock:
            _do(loopback, account, request.form.get("do", ""))
        return redirect(link["return_url"], 303)
    asks = account["requirements"]["currently_due"]
    listed = "".join(f"<li>{escape(one)}</li>" for one in asks) or "<li>Nothing</li>"
    buttons = BUTTON % ("answer", "Answer everything") + BUTTON % ("part", "Answer a part")
    buttons += BUTTON % ("restrict", "Let Stripe restrict the account") + BUTTON % (
        "bank",
        "Change the bank account",
    )
    body = f"<p>Still needed:</p><ul>{listed}</ul>{buttons}"
    return Response(PAGE % {"title": "Account " + str(escape(key)), "body": body}, content_type="text/html")


def _do(loopback: Loopback, account: objects.Body, what: str) -> None:
    books, key = loopback.books, account["id"]
    if what == "answer":
        books.put(objects.answered(account), "account.updated", key)
    elif what == "restrict":
        asks = ["external_account", "representative.verification.document"]
        books.put(objects.restricted(account, "requirements.past_due", asks), "account.updated", key)
    elif what == "bank":
        books.tell({"id": "ba_loopback", "object": "bank_account"}, "account.external_account.updated", key)
    else:
        asks = account["requirements"]["currently_due"][1:]
        changed = {**account, "requirements": objects.requirements(asks, "requirements.past_due")}
        books.put(changed, "account.updated", key)
