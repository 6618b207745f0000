"""A stretch of the demo county's life: half-monthly batches of charges, and a payment run each month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from worlds.municipalities import CountyPlan
from worlds.office import Office
from worlds.providers import WrittenProvider
from worlds.visits import Visit
from worlds.world import World

SENDING_DAYS = (1, 16)
PAYING_DAY = 5
CORRECTED_BEFORE = timedelta(days=9)
OLD = timedelta(days=50)


class Life:
    """Lives the days one by one, so that every step meets what the earlier ones left."""

    def __init__(self, world: World, county: CountyPlan, visits: Iterable[Visit]) -> None:
        self.world = world
        self.office = Office(world, county)
        self.waiting: defaultdict[int, list[Visit]] = defaultdict(list)
        self.providers: dict[int, WrittenProvider] = {}
        self.accepted: list[tuple[date, int, str, WrittenProvider]] = []
        for visit in sorted(
            visits, key=lambda one: (one.day, one.sent.get("start", ""), one.sent["voucher"])
        ):
            provider = visit.routine.provider
            self.providers[provider.id] = provider
            self.waiting[provider.id].append(visit)

    def live(self, first: date, last: date) -> None:
        """Live from the first to the last day; the last one leaves a payment run for somebody to approve."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day.day in SENDING_DAYS:
                self.world.on_progress(f"charges sent on {day} …")
                self._send(day)
            self.office.judge(day)
            if day.day == PAYING_DAY:
                self.office.pay(day)
            self.office.hear_from_bank(day)
            if day == last - CORRECTED_BEFORE:
                old = [(key, provider) for sent_on, key, _, provider in self.accepted if sent_on <= day - OLD]
                self.office.correct(old, day)
        self._send(last)
        self.office.prepare(last, last - timedelta(days=5))

    def _send(self, day: date) -> None:
        """Every provider sends what it has done before this day."""
        for provider_id in sorted(self.providers):
            provider = self.providers[provider_id]
            done = [visit.sent for visit in self.waiting[provider_id] if visit.day < day]
            self.waiting[provider_id] = [visit for visit in self.waiting[provider_id] if visit.day >= day]
            accepted = self.office.take_in(provider, done, day)
            self.accepted += [(day, key, client, provider) for key, client in accepted]
