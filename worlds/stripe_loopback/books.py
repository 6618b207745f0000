"""What the server knows, and what its endpoints do with it. Every change leaves an event, as at Stripe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from worlds.stripe_loopback import objects
from worlds.stripe_loopback.contract import ParameterError, check_parameters
from worlds.stripe_loopback.objects import Body, error_object

START_CENTS = 100_000_000
MOST_LISTED = 100
Answer = tuple[int, Body]


class RefusedError(Exception):
    """The request is refused with this answer. `is_kept`: a repetition with the key gets the same answer."""

    def __init__(self, status: int, body: Body, *, is_kept: bool = False) -> None:
        self.status, self.body, self.is_kept = status, body, is_kept
        super().__init__(body)


@dataclass
class Books:
    """Objects by id, events in order, and the answers kept for idempotency keys.

    `clock` gives whole seconds. `balance_cents` is what the county has at Stripe.
    """

    clock: Callable[[], int]
    balance_cents: int = START_CENTS
    held: dict[str, Body] = field(default_factory=dict)
    events: list[Body] = field(default_factory=list)
    kept: dict[tuple[str, str], tuple[str, Body, Answer]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    links: dict[str, Body] = field(default_factory=dict)

    def create(self, path: str, sent: Body, key: str, account: str) -> tuple[Answer, bool]:
        """Do a POST once for its key; return the answer, and whether it is one that was kept."""
        place = (key, account)
        if key and place in self.kept:
            earlier_path, earlier, answer = self.kept[place]
            if (earlier_path, earlier) != (path, sent):
                text = (
                    "Keys for idempotent requests can only be used with the same parameters they were "
                    f"first used with. Try using a key other than '{key}'."
                )
                return (400, error_object("idempotency_error", text)), False
            return answer, True
        try:
            answer = 200, self._done(path, sent, account)
        except RefusedError as refused:
            answer = refused.status, refused.body
            if not refused.is_kept:
                return answer, False
        if key:
            self.kept[place] = (path, sent, answer)
        return answer, False

    def _done(self, path: str, sent: Body, account: str) -> Body:
        parts = path.split("/")
        pattern = _pattern(path)
        _check("POST", pattern, sent)
        if pattern == "checkout/sessions":
            return self._session(sent, account)
        if pattern == "checkout/sessions/*/expire":
            return self.end_session(parts[2], "checkout.session.expired", "expired", account=account)
        if pattern == "transfers/*/reversals":
            return self._reverse(parts[1], sent)
        makers = {"accounts": self._account, "account_links": self._link, "transfers": self._transfer}
        return makers[path](sent) if path in makers else self._payout(sent, account)

    def find(self, path: str, sent: Mapping[str, str], account: str = "") -> Answer:
        """Answer a GET."""
        parts = path.split("/")
        try:
            if path == "balance":
                _check("GET", path, sent)
                return 200, objects.balance_object(objects.account_cents(self.held.values(), account))
            if len(parts) == 1:
                _check("GET", path, _nested(sent))
                return 200, self._listed(path, _nested(sent))
            _check("GET", _pattern(path), sent)
            return 200, self.of(parts[-1])
        except RefusedError as refused:
            return refused.status, refused.body

    def of(self, key: str) -> Body:
        """Return an object by its id. Raises RefusedError."""
        if key not in self.held:
            text = f"No such object: '{key}'"
            raise RefusedError(404, error_object("invalid_request_error", text, "resource_missing", "id"))
        return self.held[key]

    def put(self, body: Body, event: str, account: str | None = None) -> Body:
        """Keep an object as it is now and leave an event about it."""
        self.held[body["id"]] = body
        self.tell(body, event, account)
        return body

    def tell(self, body: Body, event: str, account: str | None = None) -> None:
        """Leave an event about something."""
        number = self._number("evt")
        self.events.append(
            {
                "id": number,
                "object": "event",
                "api_version": "loopback",
                "type": event,
                "created": self.clock(),
                "livemode": False,
                "pending_webhooks": 1,
                "request": None,
                "data": {"object": dict(body)},
                **({"account": account} if account else {}),
            }
        )

    def _number(self, prefix: str) -> str:
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}_{self.clock():x}L{self.numbers[prefix]}"

    def _account(self, sent: Body) -> Body:
        made = objects.account_object(self._number("acct"), sent, self.clock())
        return self.put(made, "account.updated", made["id"])

    def _link(self, sent: Body) -> Body:
        account = self.of(sent["account"])
        self.links[account["id"]] = sent
        now = self.clock()
        url = f"/onboarding/{account['id']}"
        return {"object": "account_link", "created": now, "expires_at": now + 300, "url": url}

    def _transfer(self, sent: Body) -> Body:
        account = self.held.get(sent["destination"])
        if account is None:
            text = f"No such destination: '{sent['destination']}'"
            raise RefusedError(400, _invalid(text, "resource_missing", "destination"))
        if account["capabilities"].get("transfers") != "active":
            text = "Your destination account needs to have at least one of the following capabilities enabled"
            raise RefusedError(400, _invalid(text, "insufficient_capabilities_for_transfer"))
        if int(sent["amount"]) > self.balance_cents:
            text = "You have insufficient available funds in your Stripe account."
            raise RefusedError(400, _invalid(text, "balance_insufficient"), is_kept=True)
        self.balance_cents -= int(sent["amount"])
        made = objects.transfer_object(self._number("tr"), sent, self.clock())
        return self.put(made, "transfer.created")

    def _reverse(self, key: str, sent: Body) -> Body:
        transfer = self.of(key)
        made = objects.reversal_object(self._number("trr"), transfer, sent, self.clock())
        reversed_cents = transfer["amount_reversed"] + made["amount"]
        if reversed_cents > transfer["amount"]:
            raise RefusedError(400, _invalid("Reversal amount is greater than unreversed amount", None))
        self.balance_cents += made["amount"]
        changed = {**transfer, "amount_reversed": reversed_cents}
        self.put({**changed, "reversed": reversed_cents == transfer["amount"]}, "transfer.reversed")
        self.held[made["id"]] = made
        return made

    def _payout(self, sent: Body, account: str) -> Body:
        if account not in self.held:
            raise RefusedError(400, _invalid("No such account", "account_invalid"))
        if not self.held[account]["payouts_enabled"]:
            raise RefusedError(400, _invalid("Cannot create payouts", "payouts_not_allowed"))
        made = objects.payout_object(self._number("po"), sent, self.clock())
        return self.put({**made, "account": account}, "payout.created", account)

    def _session(self, sent: Body, account: str) -> Body:
        if account not in self.held:
            raise RefusedError(400, _invalid("No such account", "account_invalid"))
        if not self.held[account]["charges_enabled"]:
            raise RefusedError(400, _invalid("Your account cannot currently make live charges.", None))
        made = objects.session_object(self._number("cs_test"), sent, self.clock())
        self.held[made["id"]] = {**made, "account": account}
        return self.held[made["id"]]

    def end_session(
        self, key: str, event: str, status: str, *, paid: bool = False, account: str | None = None
    ) -> Body:
        """Complete or close a session, and leave the event about it. Raises RefusedError."""
        session = self.of(key)
        if account not in (None, session["account"]):
            return self.of(f"{key} of {account}")
        is_pending = session["status"] == "complete" and session["payment_status"] == "unpaid"
        if session["status"] != "open" and not (is_pending and status == "complete"):
            text = f"This Session is not in an expireable state: {session['status']}"
            raise RefusedError(400, _invalid(text, None))
        return self.put(objects.ended_session(session, status, paid=paid), event, session["account"])

    def _listed(self, path: str, sent: Mapping[str, Any]) -> Body:
        rows = [one for one in reversed(self.held.values()) if f"{one['object']}s" == path]
        for name in ("destination", "transfer_group"):
            rows = [one for one in rows if name not in sent or one[name] == sent[name]]
        since = int(sent.get("created", {}).get("gte", 0))
        rows = [one for one in rows if one["created"] >= since]
        if after := sent.get("starting_after"):
            rows = rows[[one["id"] for one in rows].index(after) + 1 :]
        limit = min(int(sent.get("limit", 10)), MOST_LISTED)
        return {"object": "list", "url": f"/v1/{path}", "has_more": len(rows) > limit, "data": rows[:limit]}


def _pattern(path: str) -> str:
    """Return the path with `*` for each id; Checkout's has two nouns before it."""
    nouns = 2 if path.startswith("checkout/") else 1
    parts = path.split("/")
    return "/".join([*parts[:nouns], *(["*"] if len(parts) > nouns else []), *parts[nouns + 1 :]])


def _check(method: str, pattern: str, sent: Mapping[str, Any]) -> None:
    try:
        check_parameters(method, pattern, sent)
    except ParameterError as fault:
        body = error_object("invalid_request_error", fault.message, fault.code, fault.param)
        raise RefusedError(400, body) from fault
    except KeyError as fault:
        text = f"Unrecognized request URL ({method}: /v1/{pattern})"
        raise RefusedError(404, error_object("invalid_request_error", text)) from fault


def _invalid(message: str, code: str | None, param: str | None = None) -> Body:
    return error_object("invalid_request_error", message, code, param)


def _nested(sent: Mapping[str, str]) -> Body:
    return nested(list(sent.items()))


def nested(pairs: list[tuple[str, str]]) -> Body:
    """Return the form `a[b][c]=d` as mappings."""
    found: Body = {}
    for name, value in pairs:
        first, *more = name.replace("]", "").split("[")
        inside, last = found, first
        for part in more:
            inside = inside.setdefault(last, {})
            last = part
        inside[last] = value
    return found
