"""The simulated history of the demo county: charges sent twice a month, and a payment run each month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from worlds.county_operations import CountyOperations
from worlds.municipalities import CountyPlan
from worlds.providers import WrittenProvider
from worlds.visits import Visit
from worlds.world import World

SENDING_DAYS = (1, 16)
PAYING_DAY = 5
CORRECTED_BEFORE = timedelta(days=9)
OLD = timedelta(days=50)


class CountySimulation:
    """Simulates a county day by day; each day continues from the state of the day before."""

    def __init__(self, world: World, county: CountyPlan, visits: Iterable[Visit]) -> None:
        self.world = world
        self.operations = CountyOperations(world, county)
        self.waiting: defaultdict[int, list[Visit]] = defaultdict(list)
        self.providers: dict[int, WrittenProvider] = {}
        self.accepted: list[tuple[date, int, str, WrittenProvider]] = []
        for visit in sorted(
            visits, key=lambda visit: (visit.day, visit.sent.get("start", ""), visit.sent["voucher"])
        ):
            provider = visit.routine.provider
            self.providers[provider.id] = provider
            self.waiting[provider.id].append(visit)

    def run(self, first: date, last: date) -> None:
        """Simulate from the first to the last day; a payment run is left to be approved on the last."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day.day in SENDING_DAYS:
                self.world.on_progress(f"charges sent on {day} …")
                self._send(day)
            self.operations.decide_held(day)
            if day.day == PAYING_DAY:
                self.operations.pay(day)
            self.operations.receive_bank_answer(day)
            if day == last - CORRECTED_BEFORE:
                old = [(key, provider) for sent_on, key, _, provider in self.accepted if sent_on <= day - OLD]
                self.operations.correct(old, day)
        self._send(last)
        self.operations.prepare(last, last - timedelta(days=5))

    def _send(self, day: date) -> None:
        """Let every provider send its charges for visits before this day."""
        for provider_id in sorted(self.providers):
            provider = self.providers[provider_id]
            done = [visit.sent for visit in self.waiting[provider_id] if visit.day < day]
            self.waiting[provider_id] = [visit for visit in self.waiting[provider_id] if visit.day >= day]
            accepted = self.operations.take_in(provider, done, day)
            self.accepted += [(day, key, client, provider) for key, client in accepted]
