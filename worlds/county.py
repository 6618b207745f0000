"""The county world: as many providers, clients and charges as a whole county has, for measuring.

Everything goes through the program's actions, in wide batches. Of the clients only the first have log-ins.
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
from marketplace.rules.planning import Wish
from worlds.demo_providers import SINCE_DAYS, write_demo_providers
from worlds.grants import LEGAL_BASIS, SeedError
from worlds.log_ins import Scope, write_log_in
from worlds.municipalities import SOUTH_SAVO, Place, write_county, write_time_classes
from worlds.names import FIRST_NAMES, SURNAMES
from worlds.office import Office
from worlds.plans import Terms, by_class, funding, units
from worlds.providers import WrittenProvider
from worlds.services import BY_CODE, write_services, write_values
from worlds.staff import write_staff
from worlds.visits import Routine, visits_of
from worlds.world import World

LATE_DAYS = 60
MONTHS = 12
LOG_INS = 200
PROVIDERS_BETWEEN_LOOKS = 50
BATCH = 1_000
CLASSES = frozenset(time_class for *_, time_class in SOUTH_SAVO.hours)
USES = (
    *(("HOME_CARE", 2.0),) * 6,
    *(("PERSONAL_ASSISTANCE", 2.5),) * 5,
    *(("TRANSPORT", 30.0),) * 2,
    *(("REMOTE_SUPPORT", 1.0),) * 3,
    *(("SPORT_AND_CULTURE", 1.0),) * 2,
    *(("HOUSING_SUPPORT", 2.0),) * 2,
)
"""What clients are granted, and how much a week: the commonest things most often."""

ACTIVE_SHARE = 0.6
"""Clients who have chosen and use their voucher every week; the others have not chosen yet."""


@dataclass(frozen=True, slots=True)
class Grantee:
    """A client with what it is granted, before either is in the book."""

    number: str
    name: str
    home: Place
    service: str
    weekly: float
    provider: WrittenProvider


class WholeCounty:
    """Makes the world of one county in wide batches."""

    def __init__(self, world: World, provider_count: int, client_count: int) -> None:
        self.world = world
        self.client_count = client_count
        months = world.today.year * 12 + world.today.month - 1
        self.months = [_month(months - back) for back in range(MONTHS, -1, -1)]
        self.window = DateWindow(self.months[0], _month(months + MONTHS) - timedelta(days=1))
        world.on_progress(f"{provider_count} providers …")
        self.providers = write_demo_providers(world, provider_count)
        self.sellers = self._sellers()

    def _sellers(self) -> dict[str, list[WrittenProvider]]:
        """Providers approved during the whole year, by service."""
        found: defaultdict[str, list[WrittenProvider]] = defaultdict(list)
        for provider in self.providers:
            for offering in provider.plan.offerings:
                states = [state for state, first in offering.approval if first <= self.window.first]
                if states[-1:] == ["approved"] and offering.approval[-1][0] == "approved":
                    found[offering.service].append(provider)
        return found

    def live(self) -> None:
        """Grant, choose, and live the year month by month."""
        routines = list(self._routines())
        by_provider: defaultdict[int, list[Routine]] = defaultdict(list)
        for routine in routines:
            by_provider[routine.provider.id].append(routine)
        office = Office(self.world, SOUTH_SAVO)
        for month, following in zip(self.months, self.months[1:], strict=False):
            self.world.on_progress(f"charges of {month:%Y-%m} …")
            lived = DateWindow(month, following - timedelta(days=1))
            for place, provider in enumerate(self.providers):
                if place % PROVIDERS_BETWEEN_LOOKS == 0:
                    self._look_again()
                done = [
                    visit.sent
                    for routine in by_provider[provider.id]
                    for visit in visits_of(replace(routine, window=lived), lived.last, self.world.random)
                ]
                office.take_in(provider, done, following)
            self._settle(office, following)

    def _look_again(self) -> None:
        """Tell the planner how large the tables have grown: until the commit nobody else can."""
        self.world.session.execute(text("ANALYZE client, funding, choice, balance, charge, posting"))

    def _settle(self, office: Office, month: date) -> None:
        paying_day = month + timedelta(days=4)
        answered = paying_day + timedelta(days=4)
        if answered <= self.world.today:
            office.judge(paying_day)
            office.pay(paying_day)
            office.hear_from_bank(answered)

    def _routines(self) -> Iterator[Routine]:
        """Grant to the clients batch by batch, and let them choose."""
        random = self.world.random
        for first in range(0, self.client_count, BATCH):
            self.world.on_progress(f"decisions and choices from client {first + 1} …")
            last = min(first + BATCH, self.client_count)
            grantees = [self._grantee(place) for place in range(first + 1, last + 1)]
            for grantee, voucher in zip(grantees, self._grant(grantees), strict=True):
                if random.random() < ACTIVE_SHARE:
                    self._choose(grantee, voucher)
                    yield Routine(
                        voucher=voucher,
                        client=grantee.number,
                        provider=grantee.provider,
                        service=grantee.service,
                        weekly=grantee.weekly,
                        window=self.window,
                        worker=f"Työntekijä {random.randint(1, 40)}",
                        weekday=random.randint(0, 4),
                        hour=random.randint(8, 15),
                    )
        self._log_ins()

    def _grantee(self, place: int) -> Grantee:
        random = self.world.random
        home = random.choice(SOUTH_SAVO.places)
        service, weekly = random.choice(USES)
        near = [one for one in self.sellers[service] if _serves(one, service, home)]
        return Grantee(
            number=f"C-{place:06d}",
            name=f"{random.choice(FIRST_NAMES)} {random.choice(SURNAMES)}",
            home=home,
            service=service,
            weekly=weekly,
            provider=random.choice(near or self.sellers[service]),
        )

    def _grant(self, grantees: list[Grantee]) -> list[str]:
        worker = self.world.key_of(Role.WORKER)
        answers = receive_decisions(
            self.world.session,
            [self._document(grantee, worker.name) for grantee in grantees],
            actor=worker,
            now=self.world.at(self.window.first),
            random_bits=self.world.random.getrandbits,
        )
        vouchers = [one.vouchers["1"] for one in answers if isinstance(one, DecisionReceived)]
        if len(vouchers) < len(grantees):
            raise SeedError(next(str(one) for one in answers if not isinstance(one, DecisionReceived)))
        return vouchers

    def _document(self, grantee: Grantee, worker: str) -> DecisionDocument:
        service = BY_CODE[grantee.service]
        value = max(service.values.values())
        weeks = self.window.days() / 7
        terms = Terms(
            amount=round(grantee.weekly * weeks * value / 100, -1),
            values=by_class(grantee.service, CLASSES),
            free_of_charge=service.free_of_charge,
        )
        return DecisionDocument(
            number=f"HVA{SOUTH_SAVO.code}/{self.window.first.year}/{grantee.number}",
            county=SOUTH_SAVO.code,
            decided_on=self.window.first,
            decided_by=worker,
            legal_basis=LEGAL_BASIS,
            cost_centre="4410",
            client=DecidedClient(grantee.number, grantee.name, grantee.home.code),
            fundings=(funding("1", (grantee.service,), self.window, terms),),
        )

    def _choose(self, grantee: Grantee, voucher: str) -> None:
        session, worker = self.world.session, self.world.key_of(Role.WORKER)
        funding_id = session.scalars(select(Funding.id).where(Funding.voucher == voucher)).one()
        answer = choose_offering(
            session,
            funding_id=funding_id,
            offering_id=grantee.provider.offerings[SOUTH_SAVO.id, grantee.service],
            wish=Wish(self.window.first, None, None, units(grantee.weekly)),
            actor=worker,
            now=self.world.at(self.window.first),
        )
        outside = not isinstance(answer, Chosen) and [told.reason.code for told in answer.reasons]
        if outside and outside != ["municipality_not_served"]:
            raise SeedError(f"{grantee}: {outside}")

    def _log_ins(self) -> None:
        rows = self.world.session.execute(select(Client).order_by(Client.id).limit(LOG_INS)).scalars().all()
        for client in rows:
            scope = Scope(SOUTH_SAVO.id, SOUTH_SAVO.code, client.id, client.number)
            write_log_in(self.world, Role.CLIENT, scope, name=client.name)


def write_county_world(world: World, provider_count: int = 300, client_count: int = 20_000) -> None:
    """Write the whole world."""
    write_time_classes(world.session)
    write_services(world.session)
    write_county(world.session, SOUTH_SAVO, LATE_DAYS, appropriation_percent=10_000)
    write_values(world.session, SOUTH_SAVO.id, CLASSES | {"any"}, world.day(-SINCE_DAYS))
    write_staff(world, SOUTH_SAVO)
    WholeCounty(world, provider_count, client_count).live()


def _serves(provider: WrittenProvider, service: str, home: Place) -> bool:
    offering = next(one for one in provider.plan.offerings if one.service == service)
    return not offering.municipalities or home.code in offering.municipalities


def _month(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
