"""The loopback of `omatori serve --stripe-loopback`: it keeps what it knows in a file and sends events."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from foundation.vocabulary.stripe_keys import StripeKeys, StripeSettings
from worlds.stripe_loopback.books import Books
from worlds.stripe_loopback.contract import signature_of
from worlds.stripe_loopback.objects import account_object, answered
from worlds.stripe_loopback.pages import pages
from worlds.stripe_loopback.server import Loopback

log = logging.getLogger(__name__)
SECRET = "whsec_loopback_of_the_demo"  # noqa: S105 - it opens nothing but the demo
KEPT = ("balance_cents", "held", "events", "numbers", "links")
PAUSE_SECONDS = 1.0


class DemoStripe:
    """A loopback on a free port, with the keys by which one county reaches it."""

    def __init__(self, file: Path, county: str) -> None:
        self.file = file
        self.loopback = Loopback(Books(lambda: int(time.time())), pages)
        self.delivered = self._remember()
        keys = StripeKeys(county, "sk_test_loopback", (SECRET,))
        self.settings = StripeSettings((keys,), self.loopback.start())
        self._stopping = threading.Event()

    def know(self, accounts: Mapping[str, str]) -> None:
        """Have these accounts, by id, of the companies with these names, as answered: the seed has them."""
        books = self.loopback.books
        for account, name in accounts.items():
            if account not in books.held:
                wanted: dict[str, object] = {"transfers": {}, "card_payments": {}}
                sent = {"type": "express", "business_profile": {"name": name}, "capabilities": wanted}
                books.held[account] = answered(account_object(account, sent, int(time.time())))

    def deliver_to(self, address: str) -> None:
        """Send every event, old ones first, to the program at this address."""
        target = f"{address}/stripe/events"
        threading.Thread(target=self._deliver, args=(target,), daemon=True, name="stripe-events").start()

    def stop(self) -> None:
        """Stop, after what is known was kept."""
        self._stopping.set()
        self._keep()
        self.loopback.stop()

    def _deliver(self, target: str) -> None:
        while not self._stopping.wait(PAUSE_SECONDS):
            while self.delivered < len(self.loopback.books.events):
                if not self._sent(target, self.loopback.books.events[self.delivered]):
                    break
                self.delivered += 1
                self._keep()

    def _sent(self, target: str, event: dict[str, Any]) -> bool:
        payload = json.dumps(event)
        headers = {"Stripe-Signature": signature_of(payload, SECRET)}
        try:
            return requests.post(target, data=payload, headers=headers, timeout=10).ok
        except requests.RequestException as error:
            log.warning("an event of the loopback waits: %s", type(error).__name__)
            return False

    def _keep(self) -> None:
        with self.loopback.lock:
            books = self.loopback.books
            kept = {name: getattr(books, name) for name in KEPT} | {"delivered": self.delivered}
            self.file.write_text(json.dumps(kept), encoding="utf-8")

    def _remember(self) -> int:
        if not self.file.exists():
            return 0
        kept = json.loads(self.file.read_text(encoding="utf-8"))
        for name in KEPT:
            setattr(self.loopback.books, name, kept[name])
        return int(kept["delivered"])
