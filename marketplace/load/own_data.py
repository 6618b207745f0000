"""Everything that the service holds about one client, kind by kind, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.vocabulary.dates import ONE_DAY, DateWindow, helsinki_day
from foundation.vocabulary.labels import N_
from foundation.vocabulary.languages import Language
from marketplace.load.catalogue import service_names
from marketplace.load.names import Names
from marketplace.load.own_data_bills import BILL_KINDS, bills_to_pay
from marketplace.load.own_data_help import HELP_KINDS, OFFER_KINDS, PLAN_KINDS, PROVIDER, SERVICE
from marketplace.load.own_data_money import CHARGE_KINDS, MONEY_KINDS
from marketplace.load.own_data_person import LOOK_KINDS, PERSON_KINDS
from marketplace.load.own_data_talk import MESSAGES, TALK_KINDS
from marketplace.load.support_plans import plan_of_client
from marketplace.load.visit_list import running_visits_of_clients
from marketplace.rules.own_data import (
    DAYS_AHEAD,
    DataField,
    DataKind,
    Form,
    KindRows,
    OwnData,
)
from marketplace.rules.own_data_reading import Reading
from marketplace.rules.visit_list import VisitState

STORED_KINDS: Final = (
    *PERSON_KINDS,
    *MONEY_KINDS,
    *HELP_KINDS,
    *CHARGE_KINDS,
    *BILL_KINDS,
    *PLAN_KINDS,
    *TALK_KINDS,
    *OFFER_KINDS,
    *LOOK_KINDS,
)
VISITS: Final = DataKind(
    "visits",
    N_("Coming visits"),
    "",
    (
        DataField("day", N_("Day"), Form.DAY),
        DataField("starts_at", N_("Begins"), Form.MOMENT),
        DataField("ends_at", N_("Ends"), Form.MOMENT),
        PROVIDER,
        SERVICE,
        DataField(
            "state",
            N_("Status"),
            Form.CODE,
            {
                VisitState.PLANNED: N_("To come"),
                VisitState.CANCELLED: N_("Visit cancelled"),
                VisitState.CHARGED: N_("Visit done"),
                VisitState.UNBILLED: N_("Not charged yet"),
            },
        ),
    ),
)
AFTER: Final = "breaks"
"""The kind after which the coming visits stand: they follow from the plan, its changes and breaks."""


def own_data(session: Session, client_id: int, reading: Reading, *, now: datetime) -> OwnData:
    """Return what a reader may know of a client. The caller has recorded the reader."""
    client = session.get_one(Client, client_id)
    county = session.get_one(County, client.county_id)
    kinds: list[KindRows] = []
    for kind in STORED_KINDS:
        if kind.code not in reading.hidden:
            kinds.append(_rows(session, kind, client_id, reading))
            if kind is BILL_KINDS[-1]:
                kinds.append(bills_to_pay(session, client_id))
        if kind.code == AFTER:
            kinds.append(_coming_visits(session, client_id, now))
    return OwnData(
        number=client.number,
        name=client.name,
        county=_in_languages(Names(county.name_fi, county.name_sv, county.name_en)),
        phone=county.phone,
        made_at=now,
        kinds=tuple(kinds),
        services={code: _in_languages(names) for code, names in service_names(session).items()},
        left_out=reading.left_out,
    )


def plan_is_shared(session: Session, client_id: int, *, with_worker: bool) -> bool:
    """Return whether the client shares the support plan with the county's workers, or with helpers."""
    plan = plan_of_client(session, client_id)
    if plan is None:
        return True
    shared_at = plan.shared_with_worker_at if with_worker else plan.shared_with_helpers_at
    return shared_at is not None


def _in_languages(names: Names) -> Mapping[Language, str]:
    return {language: names.in_language(language) for language in Language}


def _rows(session: Session, kind: DataKind, client_id: int, reading: Reading) -> KindRows:
    values = {"client": client_id}
    if kind is MESSAGES:
        values["all_messages"] = reading.all_messages
    rows = session.execute(text(kind.query), values)
    return KindRows(kind, tuple(tuple(row) for row in rows))


def _coming_visits(session: Session, client_id: int, now: datetime) -> KindRows:
    day = helsinki_day(now)
    window = DateWindow(day, day + DAYS_AHEAD * ONE_DAY)
    found = running_visits_of_clients(session, [client_id], window, now)
    return KindRows(
        VISITS,
        tuple(
            (each.day, each.start, each.end, each.choice.provider, each.choice.service, each.state.value)
            for each in found
        ),
    )
