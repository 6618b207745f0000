"""The county world, for measurements: the providers, clients and charges of a real county.

Everything is written by the program's actions, in large batches. Only the first clients have log-ins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select, text

from clearing.grants.actions.receive_decision import DecisionReceived, receive_decisions
from clearing.grants.facts.decision import DecidedClient, DecisionDocument
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Role
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.rules.wishes import Wish
from worlds.county_operations import BANK_ANSWERS_AFTER, CountyOperations
from worlds.demo_providers import SINCE_DAYS, write_demo_providers
from worlds.grant_plans import Terms, by_class, funding, units
from worlds.grants import LEGAL_BASIS, SeedError
from worlds.log_ins import Scope, write_log_in
from worlds.municipalities import SOUTH_SAVO, Place, write_county, write_time_classes
from worlds.names import FIRST_NAMES, SURNAMES
from worlds.providers import WrittenProvider
from worlds.services import BY_CODE, write_services, write_values
from worlds.staff import write_staff
from worlds.visits import Routine, visits_of
from worlds.world import World

LATE_DAYS = 60
MONTHS = 12
LOG_INS = 200
PROVIDERS_BETWEEN_ANALYZE = 50
BATCH = 1_000
CLASSES = frozenset(time_class for *_, time_class in SOUTH_SAVO.hours)
GRANTED_SERVICES = (
    *(("HOME_CARE", 2.0),) * 6,
    *(("PERSONAL_ASSISTANCE", 2.5),) * 5,
    *(("TRANSPORT", 30.0),) * 2,
    *(("REMOTE_SUPPORT", 1.0),) * 3,
    *(("SPORT_AND_CULTURE", 1.0),) * 2,
    *(("HOUSING_SUPPORT", 2.0),) * 2,
)
"""Services that clients are granted, with the units per week; frequent services occur several times."""

ACTIVE_SHARE = 0.6
"""The share of clients who have chosen and use their voucher every week; the others have not chosen."""


@dataclass(frozen=True, slots=True)
class ClientGrant:
    """A client and its grant, before they are stored."""

    number: str
    name: str
    home: Place
    service: str
    weekly: float
    provider: WrittenProvider


class CountyBuilder:
    """Writes the world of one county in large batches."""

    def __init__(self, world: World, provider_count: int, client_count: int) -> None:
        self.world = world
        self.client_count = client_count
        months = world.today.year * 12 + world.today.month - 1
        self.months = [_month(months - back) for back in range(MONTHS, -1, -1)]
        self.window = DateWindow(self.months[0], _month(months + MONTHS) - timedelta(days=1))
        world.on_progress(f"{provider_count} providers …")
        self.providers = write_demo_providers(world, provider_count)
        self.providers_by_service = self._providers_by_service()

    def _providers_by_service(self) -> dict[str, list[WrittenProvider]]:
        """Return the providers that are approved during the full year, by service."""
        found: defaultdict[str, list[WrittenProvider]] = defaultdict(list)
        for provider in self.providers:
            for offering in provider.plan.offerings:
                states = [state for state, first in offering.approval if first <= self.window.first]
                if states[-1:] == ["approved"] and offering.approval[-1][0] == "approved":
                    found[offering.service].append(provider)
        return found

    def run(self) -> None:
        """Write the grants and choices, then simulate the year month by month."""
        routines = list(self._routines())
        by_provider: defaultdict[int, list[Routine]] = defaultdict(list)
        for routine in routines:
            by_provider[routine.provider.id].append(routine)
        operations = CountyOperations(self.world, SOUTH_SAVO)
        for month, following in zip(self.months, self.months[1:], strict=False):
            self.world.on_progress(f"charges of {month:%Y-%m} …")
            window = DateWindow(month, following - timedelta(days=1))
            for index, provider in enumerate(self.providers):
                if index % PROVIDERS_BETWEEN_ANALYZE == 0:
                    self._analyze_tables()
                done = [
                    visit.sent
                    for routine in by_provider[provider.id]
                    for visit in visits_of(replace(routine, window=window), window.last, self.world.random)
                ]
                operations.take_in(provider, done, following)
            self._settle(operations, following)

    def _analyze_tables(self) -> None:
        """Update the planner's statistics; before the commit no other process can do that."""
        self.world.session.execute(text("ANALYZE client, funding, choice, balance, charge, posting"))

    def _settle(self, operations: CountyOperations, month: date) -> None:
        paying_day = month + timedelta(days=4)
        answered = paying_day + BANK_ANSWERS_AFTER
        if answered <= self.world.today:
            operations.decide_held(paying_day)
            operations.pay(paying_day)
            operations.receive_bank_answer(answered)

    def _routines(self) -> Iterator[Routine]:
        """Write the grants and choices batch by batch, and yield the routines of active clients."""
        random = self.world.random
        for first in range(0, self.client_count, BATCH):
            self.world.on_progress(f"decisions and choices from client {first + 1} …")
            last = min(first + BATCH, self.client_count)
            grants = [self._client_grant(index) for index in range(first + 1, last + 1)]
            for grant, voucher in zip(grants, self._grant(grants), strict=True):
                if random.random() < ACTIVE_SHARE:
                    self._choose(grant, voucher)
                    yield Routine(
                        voucher=voucher,
                        client=grant.number,
                        provider=grant.provider,
                        service=grant.service,
                        weekly=grant.weekly,
                        window=self.window,
                        worker=f"Työntekijä {random.randint(1, 40)}",
                        weekday=random.randint(0, 4),
                        hour=random.randint(8, 15),
                    )
        self._log_ins()

    def _client_grant(self, index: int) -> ClientGrant:
        random = self.world.random
        home = random.choice(SOUTH_SAVO.places)
        service, weekly = random.choice(GRANTED_SERVICES)
        approved = self.providers_by_service[service]
        near = [provider for provider in approved if _serves(provider, service, home)]
        return ClientGrant(
            number=f"C-{index:06d}",
            name=f"{random.choice(FIRST_NAMES)} {random.choice(SURNAMES)}",
            home=home,
            service=service,
            weekly=weekly,
            provider=random.choice(near or approved),
        )

    def _grant(self, grants: list[ClientGrant]) -> list[str]:
        worker = self.world.actor_of(Role.WORKER)
        answers = receive_decisions(
            self.world.session,
            [self._document(grant, worker.name) for grant in grants],
            actor=worker,
            now=self.world.at(self.window.first),
            random_bits=self.world.random.getrandbits,
        )
        vouchers = [answer.vouchers["1"] for answer in answers if isinstance(answer, DecisionReceived)]
        if len(vouchers) < len(grants):
            refused = next(answer for answer in answers if not isinstance(answer, DecisionReceived))
            raise SeedError(str(refused))
        return vouchers

    def _document(self, grant: ClientGrant, worker: str) -> DecisionDocument:
        service = BY_CODE[grant.service]
        value = max(service.values.values())
        weeks = self.window.days() / 7
        terms = Terms(
            amount=round(grant.weekly * weeks * value / 100, -1),
            values=by_class(grant.service, CLASSES),
            free_of_charge=service.free_of_charge,
        )
        return DecisionDocument(
            number=f"HVA{SOUTH_SAVO.code}/{self.window.first.year}/{grant.number}",
            county=SOUTH_SAVO.code,
            decided_on=self.window.first,
            decided_by=worker,
            legal_basis=LEGAL_BASIS,
            cost_centre="4410",
            client=DecidedClient(grant.number, grant.name, grant.home.code),
            fundings=(funding("1", (grant.service,), self.window, terms),),
        )

    def _choose(self, grant: ClientGrant, voucher: str) -> None:
        session, worker = self.world.session, self.world.actor_of(Role.WORKER)
        funding_id = session.scalars(select(Funding.id).where(Funding.voucher == voucher)).one()
        answer = choose_offering(
            session,
            funding_id=funding_id,
            offering_id=grant.provider.offerings[SOUTH_SAVO.id, grant.service],
            wish=Wish(self.window.first, None, None, units(grant.weekly)),
            actor=worker,
            now=self.world.at(self.window.first),
        )
        if isinstance(answer, Chosen):
            return
        if [reason.code for reason in answer.reasons] != ["municipality_not_served"]:
            raise SeedError(f"{grant}: {answer}")

    def _log_ins(self) -> None:
        rows = self.world.session.execute(select(Client).order_by(Client.id).limit(LOG_INS)).scalars().all()
        for client in rows:
            scope = Scope(SOUTH_SAVO.id, SOUTH_SAVO.code, client.id, client.number)
            write_log_in(self.world, Role.CLIENT, scope, name=client.name)


def write_county_world(world: World, provider_count: int = 300, client_count: int = 20_000) -> None:
    """Write the world."""
    write_time_classes(world.session)
    write_services(world.session)
    write_county(world.session, SOUTH_SAVO, LATE_DAYS, appropriation_percent=10_000)
    write_values(world.session, SOUTH_SAVO.id, CLASSES | {"any"}, world.day(-SINCE_DAYS))
    write_staff(world, SOUTH_SAVO)
    CountyBuilder(world, provider_count, client_count).run()


def _serves(provider: WrittenProvider, service: str, home: Place) -> bool:
    offering = next(offering for offering in provider.plan.offerings if offering.service == service)
    return not offering.municipalities or home.code in offering.municipalities


def _month(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
