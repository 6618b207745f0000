"""Reading the bank's answers; hostile files are refused."""

from __future__ import annotations

import resource
from datetime import date

import pytest

from clearing.payments.gateways.bank_answer import read
from clearing.payments.rules.answers import Answer, Scope, Status

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
CAMT_8 = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def report(body: str, namespace: str = PAIN) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{namespace}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-24T08:00:00</CreDtTm></GrpHdr>"
        f"{body}</CstmrPmtStsRpt></Document>"
    ).encode()


def statement(entries: str, namespace: str = CAMT) -> bytes:
    return (
        f'<Document xmlns="{namespace}"><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId>'
        "<CreDtTm>2026-11-24T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>FI2112345600000785</IBAN></Id></Acct>"
        f"{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(details: str, direction: str = "DBIT", status: str = "BOOK", amount: str = "104.50") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>ENTRY1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(end_to_end_id: str, amount: str = "104.50", extra: str = "") -> str:
    return (
        f"<TxDtls><Refs><AcctSvcrRef>T1</AcctSvcrRef><EndToEndId>{end_to_end_id}</EndToEndId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>{extra}</TxDtls>'
    )


def answer(**changes: object) -> Answer:
    values: dict[str, object] = {
        "kind": "camt.053",
        "scope": Scope.PAYMENT,
        "identifier": "OMA12R1P1",
        "status": Status.CONFIRMED,
        "amount_cents": 10_450,
        "currency": "EUR",
        "day": date(2026, 11, 24),
        "bank_reference": "T1",
        "reason": "",
        "code": "DBIT",
        "account": "FI2112345600000785",
        "entry_reference": "ENTRY1",
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


def test_a_booked_debit_confirms() -> None:
    message = read(statement(entry(detail("OMA12R1P1"))))
    assert (message.kind, message.answers) == ("camt.053", (answer(),))


def test_a_booked_credit_under_our_identifier_is_a_return_with_its_reason() -> None:
    returned = detail("OMA12R1P1", extra="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    (found,) = read(statement(entry(returned, "CRDT"))).answers
    assert found == answer(status=Status.RETURNED, reason="AC04", code="CRDT")


def test_the_newer_version_is_read_the_same_way() -> None:
    newer = (
        '<Ntry><Amt Ccy="EUR">104.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt>'
        "<DtTm>2026-11-24T10:00:00+02:00</DtTm></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>T1</AcctSvcrRef>"
        '<EndToEndId>OMA12R1P1</EndToEndId></Refs><Amt Ccy="EUR">104.50</Amt></TxDtls></NtryDtls></Ntry>'
    )
    message = read(statement(newer, CAMT_8))
    assert (message.kind, message.answers) == ("camt.054", (answer(kind="camt.054", entry_reference=""),))


def test_several_payments_of_one_entry() -> None:
    both = detail("OMA12R1P1", "1.00") + detail("OMA12R1P2", "103.5")
    assert [(item.identifier, item.amount_cents) for item in read(statement(entry(both))).answers] == [
        ("OMA12R1P1", 100),
        ("OMA12R1P2", 10_350),
    ]


def test_a_batch_booked_as_one_sum() -> None:
    batch = '<Btch><PmtInfId>OMA12R1B1</PmtInfId><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="EUR">9.00</TtlAmt></Btch>'
    (result,) = read(statement(entry(batch, amount="9.00"))).answers
    assert (result.scope, result.identifier, result.amount_cents) == (Scope.BATCH, "OMA12R1B1", 900)


def test_a_batch_listed_payment_by_payment_is_not_counted_twice() -> None:
    batch = "<Btch><PmtInfId>OMA12R1B1</PmtInfId></Btch>" + detail("OMA12R1P1")
    assert [item.scope for item in read(statement(entry(batch))).answers] == [Scope.PAYMENT]


@pytest.mark.parametrize(
    ("line", "scopes"),
    [
        (entry(detail("X"), status="PDNG"), []),
        (entry(detail("NOTPROVIDED")), [Scope.UNNAMED]),
        (entry(detail("")), [Scope.UNNAMED]),
        (entry("<TxDtls/>"), [Scope.UNNAMED]),
        (entry("<TxDtls> </TxDtls>"), [Scope.UNNAMED]),
        ("<Ntry/>", []),
    ],
)
def test_what_is_not_booked_or_names_nothing_is_no_answer_about_a_payment(
    line: str, scopes: list[Scope]
) -> None:
    message = read(statement(line + entry(detail("OMA12R1P1"))))
    assert [one.scope for one in message.answers] == [*scopes, Scope.PAYMENT]
    assert message.answers[-1] == answer()


@pytest.mark.parametrize("amount", ["", "abc", "-1.00", "1e3", "1.001", "1,00", "٣.00", "9" * 20, " NaN "])
def test_an_amount_that_is_not_in_whole_cents_is_none(amount: str) -> None:
    (result,) = read(statement(entry(detail("OMA12R1P1", amount)))).answers
    assert result.amount_cents is None


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("000000000000034.56", 3_456),
        ("+45.00", 4_500),
        ("54.0000000", 5_400),
        ("108.", 10_800),
        (".50", 50),
        ("+0.5", 50),
        ("0", 0),
        (".", None),
        ("+", None),
        ("34.565", None),
        ("++1.00", None),
        ("+-1.00", None),
        ("1.00.", None),
    ],
)
def test_amounts_are_read_as_xml_decimals(amount: str, cents: int | None) -> None:
    (said,) = read(statement(entry(detail("OMA12R1P1", amount)))).answers
    assert said.amount_cents == cents


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<Dt>2026-11-24</Dt>", date(2026, 11, 24)),
        ("<Dt>2026-11-24Z</Dt>", date(2026, 11, 24)),
        ("<Dt>2026-11-24+02:00</Dt>", date(2026, 11, 24)),
        ("<DtTm>2026-11-24T23:30:00</DtTm>", date(2026, 11, 24)),
        ("<DtTm>2026-11-24T23:30:00Z</DtTm>", date(2026, 11, 25)),
        ("<DtTm>2026-11-24T21:59:59.999Z</DtTm>", date(2026, 11, 24)),
        ("<DtTm>2026-11-24T22:00:00Z</DtTm>", date(2026, 11, 25)),
        ("<DtTm>2026-11-25T00:30:00+03:00</DtTm>", date(2026, 11, 24)),
        ("<DtTm>2026-11-24T23:00:00+01:00</DtTm>", date(2026, 11, 25)),
        ("<Dt>soon</Dt>", None),
    ],
)
def test_a_moment_in_another_zone_is_a_day_in_helsinki(written: str, day: date | None) -> None:
    line = entry(detail("OMA12R1P1")).replace("<Dt>2026-11-24</Dt>", written)
    assert [one.day for one in read(statement(line)).answers] == [day]


def test_each_statement_of_a_file_has_its_own_account() -> None:
    other = (
        "</Stmt><Stmt><Id>2</Id><Acct><Id><IBAN>FI42 9900 0000 0000 28</IBAN></Id></Acct>"
        f"{entry(detail('OMA12R1P1'), 'CRDT')}</Stmt><Stmt><Id>3</Id>{entry(detail('OMA12R1P1'))}"
    )
    message = read(statement(entry(detail("OMA12R1P1")) + other))
    accounts = ["FI2112345600000785", "FI4299000000000028", ""]
    assert [one.account for one in message.answers] == accounts


@pytest.mark.parametrize(
    ("details", "scope", "identifier"),
    [
        (
            "<Btch><PmtInfId>OMA12R1B1   </PmtInfId></Btch><TxDtls><Purp><Cd>SUPP</Cd></Purp></TxDtls>",
            "batch",
            "B1",
        ),
        ("<Btch><MsgId>OMA12R1</MsgId></Btch>", "message", ""),
        ("<TxDtls><Refs><MsgId>OMA12R1</MsgId><PmtInfId>OMA12R1B1</PmtInfId></Refs></TxDtls>", "batch", "B1"),
        ("<TxDtls><Refs><MsgId>OMA12R1</MsgId></Refs></TxDtls>", "message", ""),
        (
            "<TxDtls><Refs><PmtInfId>OMA12R1B1</PmtInfId><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>",
            "batch",
            "B1",
        ),
        (
            "<Btch><MsgId>OMA12R1</MsgId><PmtInfId>OMA12R1B1</PmtInfId><NbOfTxs>8</NbOfTxs></Btch><TxDtls/>",
            "batch",
            "B1",
        ),
    ],
)
def test_a_batch_is_named_in_several_places(details: str, scope: str, identifier: str) -> None:
    (said,) = read(statement(entry(details))).answers
    assert (said.scope, said.identifier, said.amount_cents) == (scope, f"OMA12R1{identifier}", 10_450)


@pytest.mark.long
def test_a_day_with_many_foreign_entries_is_read_in_little_memory() -> None:
    foreign = entry("<TxDtls><Refs><TxId>F</TxId></Refs></TxDtls>")
    ours = "".join(entry(detail(f"OMA12R1P{number}")) for number in range(90_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(read(statement(foreign * 25_000)).answers) == 25_000
    assert len(read(statement(ours)).answers) == 90_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024 < 300


@pytest.mark.parametrize(
    ("status", "expected_status"),
    [
        ("RJCT", Status.RETURNED),
        ("ACSC", Status.CONFIRMED),
        ("ACCC", Status.CONFIRMED),
        ("ACTC", Status.ACCEPTED),
        ("ACSP", Status.ACCEPTED),
        ("CANC", Status.UNCLEAR),
        ("BLCK", Status.UNCLEAR),
        ("RVNM", Status.UNCLEAR),
        ("XXXX", Status.UNCLEAR),
        ("PDNG", None),
    ],
)
def test_a_status_report(status: str, expected_status: Status | None) -> None:
    line = (
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>OMA12R1B1</OrgnlPmtInfId><TxInfAndSts/><TxInfAndSts>"
        f"<OrgnlEndToEndId>OMA12R1P1</OrgnlEndToEndId><TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn>"
        "<AddtlInf>no such</AddtlInf><AddtlInf> account </AddtlInf>"
        '</StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">104.50</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        "</OrgnlPmtInfAndSts>"
    )
    expected = (
        ()
        if expected_status is None
        else (
            answer(
                kind="pain.002",
                status=expected_status,
                bank_reference="",
                reason="AC01",
                text="no such account",
                code=status,
                account="",
                entry_reference="",
            ),
        )
    )
    assert read(report(line)).answers == expected


def test_a_refused_file_or_batch() -> None:
    body = (
        "<OrgnlGrpInfAndSts><OrgnlMsgId>OMA12R1</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>OMA12R1B1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>"
    )
    assert [(item.scope, item.identifier) for item in read(report(body)).answers] == [
        (Scope.MESSAGE, "OMA12R1"),
        (Scope.BATCH, "OMA12R1B1"),
    ]


def test_an_include_is_left_alone() -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    (result,) = read(statement(entry(detail("OMA12R1P1", extra=include)))).answers
    assert result == answer()


def test_twenty_thousand_answers() -> None:
    details = "".join(detail(f"OMA12R1P{number}") for number in range(20_000))
    assert len(read(statement(entry(details))).answers) == 20_000
