"""A county with providers to be paid, the two people who pay them, and the bank's answers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.ledger.rules.postings import Account
from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.decide_open_answer import decide_open_answer
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.ingest_bank_answer import AnswerReport, ingest_bank_answer
from clearing.payments.actions.prepare_payment_run import prepare_payment_run
from clearing.payments.load.payers import PayingCounty, paying_county
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.verdicts import Decision
from foundation.database.tables import counties, grants, ledger, payments, providers
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders.county import NOW, TODAY, a_county
from tests.builders.funding import a_charge, a_choice, a_client, a_funding
from tests.builders.people import a_person
from tests.builders.provider import a_confirmer, a_provider, an_offering, approve

BUSINESS_IDS = ("1234567-1", "2345678-0", "3456789-0", "4567890-5", "5678901-9")


@dataclass
class SettlementScenario:
    """Actors and ids; every step takes the session, so that tests may commit and continue in another one."""

    county: PayingCounty
    officer: Actor
    approver: Actor
    biller: Actor
    provider_ids: list[int] = field(default_factory=list)
    fundings: list[grants.Funding] = field(default_factory=list)
    _days: itertools.count[int] = field(default_factory=itertools.count)

    def charge(self, session: Session, index: int, *, hours: int = 2, now: datetime = NOW) -> int:
        """Store an accepted charge of the provider, 36 € an hour; return its id."""
        day = TODAY - timedelta(days=1 + next(self._days) % 50)
        sent = a_charge(self.fundings[index], quantity=f"{hours}.00", service_day=day.isoformat())
        [answer] = take_in_charges(
            session, provider_id=self.provider_ids[index], sent=[sent], actor=self.biller, now=now
        )
        assert answer.outcome == "accepted"
        assert answer.id is not None
        return answer.id

    def prepare(self, session: Session, *, until: date = TODAY, now: datetime = NOW) -> RunContents:
        """Prepare a run as the officer."""
        prepared = prepare_payment_run(session, county=self.county, until=until, actor=self.officer, now=now)
        return not_refused(prepared)

    def approve(self, session: Session, contents: RunContents, *, now: datetime = NOW) -> RunContents:
        """Approve a run as the approver."""
        run_hash, run_id = contents.hash(), contents.run.id
        return not_refused(approve_payment_run(session, run_id, run_hash, actor=self.approver, now=now))

    def export(self, session: Session, contents: RunContents, *, now: datetime = NOW) -> bytes:
        """Return the bank file, exported by the officer."""
        return not_refused(export_bank_file(session, contents.run.id, actor=self.officer, now=now))

    def ingest(self, session: Session, content: bytes, *, now: datetime = NOW) -> AnswerReport:
        """Upload the bank's answer as the officer."""
        return not_refused(ingest_bank_answer(session, content, actor=self.officer, now=now))

    def decide(self, session: Session, decision: Decision = Decision.HOLDS, *, now: datetime = NOW) -> int:
        """Decide all open answers as the approver; return how many there were."""
        session.flush()
        query = select(payments.Payment.id).where(payments.Payment.open_code.is_not(None))
        found = list(session.scalars(query.order_by(payments.Payment.id)))
        for payment_id in found:
            not_refused(decide_open_answer(session, payment_id, decision, actor=self.approver, now=now))
        return len(found)

    def pay(self, session: Session, *, now: datetime = NOW) -> bytes:
        """Prepare, approve and export a run; return the bank file."""
        return self.export(session, self.approve(session, self.prepare(session, now=now), now=now), now=now)


def a_settlement_scenario(
    session: Session, *, providers_count: int = 2, code: str = "12"
) -> SettlementScenario:
    """Store a county with an officer, an approver and providers, each chosen by a client with 1 000 €."""
    county = a_county(session, code)
    payer = paying_county(session, code)
    assert payer is not None
    scenario = SettlementScenario(
        county=payer,
        officer=a_person(session, Role.SETTLEMENT_OFFICER, name="Oili Officer", county_id=county.id),
        approver=a_person(session, Role.SETTLEMENT_APPROVER, name="Arvo Approver", county_id=county.id),
        biller=a_person(session, Role.ADMIN, name="Billi Biller"),
    )
    for business_id in BUSINESS_IDS[:providers_count]:
        _add_provider(session, scenario, county, business_id)
    return scenario


def _add_provider(
    session: Session, scenario: SettlementScenario, county: counties.County, business_id: str
) -> None:
    known = session.scalar(select(providers.Provider).where(providers.Provider.business_id == business_id))
    provider = known or a_provider(
        session, county, business_id=business_id, name=f"Kotiapu Äng & Kaisla {business_id} Oy"
    )
    if known is not None:
        approve(session, county, known, "PERSONAL_ASSISTANCE", from_day=date(2025, 1, 1))
    funding = a_funding(session, county, a_client(session, county), quantity_hundredths=10_000)
    offering = an_offering(session, county, provider)
    a_choice(session, funding, offering, held_cents=20_000, held_hundredths=600)
    scenario.provider_ids.append(provider.id)
    scenario.fundings.append(funding)


def change_account(
    session: Session, provider_id: int, *, entered_at: datetime, confirmed: bool = True
) -> None:
    """The provider enters another account; a second person may have confirmed it."""
    session.add(
        providers.BankAccount(
            provider_id=provider_id,
            iban="FI3715903000000776",
            bic="OKOYFIHH",
            entered_at=entered_at,
            confirmed_at=entered_at + timedelta(hours=1) if confirmed else None,
            confirmed_by=a_confirmer(session) if confirmed else None,
        )
    )
    session.flush()


def account_sums(session: Session) -> dict[Account, int]:
    """The sum of every kind of account in whole cents, by the ledger."""
    sums = dict.fromkeys(Account, 0)
    session.flush()
    for row in session.scalars(select(ledger.Posting)):
        sums[Account(row.from_account)] -= row.amount_cents
        sums[Account(row.to_account)] += row.amount_cents
    return sums


def payments_in(bank_file: bytes) -> dict[str, int]:
    """Whole cents by end-to-end id, as the file says."""
    tree = etree.fromstring(bank_file)
    return {
        payment.findtext("{*}PmtId/{*}EndToEndId"): round(float(payment.findtext("{*}Amt/{*}InstdAmt")) * 100)
        for payment in tree.iter("{*}CdtTrfTxInf")
    }


def payer_iban_in(bank_file: bytes) -> str:
    """The account that the file pays from."""
    return str(etree.fromstring(bank_file).findtext(".//{*}DbtrAcct/{*}Id/{*}IBAN"))


PAYER_IBAN = "FI2112345600000785"


def statement_of(
    payments: dict[str, int],
    *,
    returned: bool = False,
    day: str = "2026-11-23",
    account: str = PAYER_IBAN,
    reason: str = "MS03",
    reference: str = "B",
) -> bytes:
    """A camt.053 that books these payments (whole cents by end-to-end id), out of the account or back in."""
    direction = "CRDT" if returned else "DBIT"
    reason = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if returned else ""
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{cents / 100:.2f}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}{direction[0]}-{name}</AcctSvcrRef>"
        f"<EndToEndId>{name}</EndToEndId></Refs><AmtDtls><TxAmt>"
        f'<Amt Ccy="EUR">{cents / 100:.2f}</Amt></TxAmt></AmtDtls>{reason}</TxDtls></NtryDtls></Ntry>'
        for name, cents in payments.items()
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>S</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>{entries}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()
