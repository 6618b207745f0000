"""The pages that people see at Stripe: a button for each thing that may happen. They say what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from worlds.stripe_loopback import objects
from worlds.stripe_loopback.returns import RETURN_EVENTS, returned_object

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


PAID = {
    "pay": ("checkout.session.completed", "complete", True),
    "promise": ("checkout.session.completed", "complete", False),
    "arrive": ("checkout.session.async_payment_succeeded", "complete", True),
    "refuse": ("checkout.session.async_payment_failed", "complete", False),
}
"""What the buttons of Checkout do: the event, the status of the session, and whether it is paid."""
AFTER_PAYMENT = {
    "refund": ("refund", "succeeded", "Let the company give it back"),
    "dispute": ("dispute", "needs_response", "Let the payer's bank ask it back"),
    "win": ("dispute", "won", "Let the company win the dispute"),
    "lose": ("dispute", "lost", "Let the company lose the dispute"),
}
"""What the buttons after a payment do: what its event is about, its status, and the words."""


def pages(request: Request, loopback: Loopback) -> Response:
    """Answer the pages of Checkout and of onboarding."""
    return (checkout if request.path.startswith("/checkout/") else onboarding)(request, loopback)


def checkout(request: Request, loopback: Loopback) -> Response:
    """Answer `/checkout/SESSION`: the sum, and how it is paid."""
    session = loopback.books.held.get(request.path.rpartition("/")[2])
    if session is None:
        return Response("Not found", 404)
    what = request.form.get("do", "")
    if request.method == "POST" and what in PAID:
        event, status, paid = PAID[what]
        with loopback.lock:
            loopback.books.end_session(session["id"], event, status, paid=paid)
        return redirect(session["success_url"], 303)
    if request.method == "POST":
        if session["payment_status"] == "paid" and what in AFTER_PAYMENT:
            _after_payment(loopback, session, what)
        return redirect(session["cancel_url"], 303)
    if session["status"] == "open":
        buttons = BUTTON % ("pay", "Pay by card") + BUTTON % ("promise", "Pay by bank, which takes days")
        buttons += BUTTON % ("cancel", "Cancel")
    elif session["payment_status"] == "unpaid" and session["status"] == "complete":
        buttons = BUTTON % ("arrive", "Let the bank pay") + BUTTON % ("refuse", "Let the bank refuse")
    else:
        later = AFTER_PAYMENT if session["payment_status"] == "paid" else {}
        buttons = "".join(BUTTON % (name, words) for name, (*_, words) in later.items())
        buttons += BUTTON % ("cancel", "Go back")
    body = f"<p>{session['amount_total'] / 100:.2f} {escape(session['currency'].upper())}</p>{buttons}"
    return Response(PAGE % {"title": "Pay", "body": body}, content_type="text/html")


def _after_payment(loopback: Loopback, session: objects.Body, what: str) -> None:
    kind, status, _words = AFTER_PAYMENT[what]
    name = f"{kind[:2]}_{session['id'][3:]}"
    body = returned_object(kind, name, session, session["amount_total"], status)
    with loopback.lock:
        loopback.books.held[name] = {**body, "account": session["account"]}
        loopback.books.tell(body, RETURN_EVENTS[kind], session["account"])


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
