"""The table of the kinds of bank answers."""

from __future__ import annotations

from benchmarks.programme.answer_kinds import (
    SECOND_DAY,
    Fate,
    Kind,
    amounts_written,
    batch_booking,
    booked,
    came_back,
    entries,
    group,
    lines,
    off_by_a_cent,
    one_entry,
    strangers,
)
from benchmarks.programme.answer_xml import DEBITED, Detail, Entry, report, statement
from benchmarks.programme.vouchers import euros
from tests.builders.bank_answers import FOREIGN

PAID, REFUSED, BACK = (Fate.PAID,), (Fate.REFUSED,), (Fate.CAME_BACK,)
BOOKED, ANY = (Fate.PAID, Fate.CAME_BACK), tuple(Fate)
FOREIGN_ROWS = 25_000

TRUE = [
    Kind("entry by entry", BOOKED, entries(booked), is_true=True),
    Kind("many details in an entry", BOOKED, entries(one_entry), is_true=True),
    Kind("camt.054 of the day", BOOKED, entries(booked, message="camt.054"), is_true=True),
    Kind("camt.053 version 8", BOOKED, entries(booked, version="08"), is_true=True),
    Kind(
        "a UTC stamp of the evening before",
        BOOKED,
        entries(lambda cents: booked(cents, day="<DtTm>2026-11-22T22:30:00Z</DtTm>")),
        is_true=True,
    ),
    Kind(
        "a stamp of another zone",
        BOOKED,
        entries(lambda cents: booked(cents, day="<DtTm>2026-11-22T17:30:00-05:00</DtTm>")),
        is_true=True,
    ),
    Kind(
        "amounts with leading zeros", BOOKED, amounts_written(lambda c: euros(c).rjust(15, "0")), is_true=True
    ),
    Kind("amounts with a plus", BOOKED, amounts_written(lambda c: f"+{euros(c)}"), is_true=True),
    Kind("amounts with more zeros", BOOKED, amounts_written(lambda c: f"{euros(c)}000"), is_true=True),
    Kind("amounts between spaces", BOOKED, amounts_written(lambda c: f" {euros(c)}\n"), is_true=True),
    Kind(
        "with empty entries and details",
        BOOKED,
        entries(
            lambda cents: [Entry("", "", status=""), *booked(cents), Entry("1.00", "<TxDtls/><TxDtls/>")]
        ),
        is_true=True,
    ),
    Kind(
        "with the payees' own account in the file",
        BOOKED,
        lambda file, cents: statement(
            (file.account, booked(cents)), (FOREIGN, came_back(cents, prefix="", reason=""))
        ),
        is_true=True,
        is_listed=True,
    ),
    Kind("completed (ACSC)", PAID, lines("ACSC", day=DEBITED), is_true=True),
    Kind("credited (ACCC)", PAID, lines("ACCC", day=DEBITED), is_true=True),
    Kind("refused (RJCT)", REFUSED, lines("RJCT", "MS03"), is_true=True),
    Kind("refused in words", REFUSED, lines("RJCT", "NARR", text="Katso ilmoitus"), is_true=True),
    Kind("refused without a reason", REFUSED, lines("RJCT"), is_true=True),
    Kind(
        "booked out and back in one statement",
        BACK,
        entries(lambda cents: [*came_back(cents), *booked(cents)]),
        is_true=True,
    ),
    Kind("back by camt.054", BACK, entries(came_back, message="camt.054"), is_true=True),
    Kind("back as a reversal", BACK, entries(lambda cents: came_back(cents, is_reversal=True)), is_true=True),
]
"""Each of them, with what it says of a fate, is sent at least once for each payment."""

BATCHES = [
    Kind(f"one sum, {name}", BOOKED, batch_booking(inside), is_true=True, is_for_all=True)
    for name, inside in {
        "named by the batch": "<Btch><PmtInfId>@P@</PmtInfId></Btch>",
        "named by the message": "<Btch><MsgId>@M@</MsgId></Btch>",
        "named inside a detail": "<TxDtls><Refs><PmtInfId>@P@</PmtInfId></Refs></TxDtls>",
        "named, payments not provided": "<TxDtls><Refs><PmtInfId>@P@</PmtInfId>"
        "<EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>",
        "with its count and empty details": "<Btch><MsgId>@M@</MsgId><PmtInfId>@P@</PmtInfId>"
        "<NbOfTxs>@N@</NbOfTxs></Btch><TxDtls/><TxDtls/>",
    }.items()
]

NOISE = [
    Kind("one sum without a name", BOOKED, batch_booking(""), is_for_all=True),
    Kind("accepted (ACTC) as a file", ANY, group("ACTC"), is_for_all=True),
    Kind("accepted (ACCP) as a batch", ANY, group("", batch="ACCP"), is_for_all=True),
    Kind("accepted (ACSP) line by line", BOOKED, lines("ACSP", day=DEBITED)),
    Kind("received (RCVD)", ANY, group("RCVD"), is_for_all=True),
    Kind("pending (PDNG)", ANY, lines("PDNG")),
    Kind("partly accepted (PART)", ANY, group("PART"), is_for_all=True),
    Kind("cancelled (CANC)", ANY, lines("CANC"), is_listed=True),
    Kind("blocked (BLCK)", ANY, lines("BLCK"), is_listed=True),
    Kind("revoked (RVNM)", ANY, lines("RVNM"), is_listed=True),
    Kind("a status that nobody knows", ANY, lines("XXXX"), is_listed=True),
    Kind("a day of foreign rows", ANY, lambda file, _: statement((file.account, strangers(FOREIGN_ROWS)))),
    Kind("entries that are not booked", ANY, entries(lambda cents: booked(cents, status="PDNG"))),
    Kind("information only", ANY, entries(lambda cents: booked(cents, status="INFO"))),
    Kind("an unknown payment", ANY, entries(lambda _: booked({"OMA12R0P0": 100})), is_listed=True),
    Kind("a payment of another county", ANY, entries(lambda _: booked({"OMA13R1P1": 100})), is_listed=True),
    Kind("the account of somebody else", ANY, entries(booked, account=FOREIGN), is_listed=True),
    Kind("a cent more", ANY, entries(lambda cents: booked(off_by_a_cent(cents))), is_listed=True),
    Kind(
        "no amount",
        ANY,
        entries(lambda cents: [Entry("", Detail(name, "").xml()) for name in cents]),
        is_listed=True,
    ),
    Kind("an amount that is none", ANY, amounts_written(lambda _: "12,00"), is_listed=True),
    Kind(
        "kronor",
        ANY,
        entries(
            lambda cents: [
                Entry(euros(c), Detail(name, euros(c), currency="SEK").xml(), currency="SEK")
                for name, c in cents.items()
            ]
        ),
        is_listed=True,
    ),
    Kind(
        "before it was sent",
        ANY,
        entries(lambda cents: booked(cents, day="<Dt>2026-11-01</Dt>")),
        is_listed=True,
    ),
    Kind("next year", ANY, entries(lambda cents: booked(cents, day="<Dt>2027-11-23</Dt>")), is_listed=True),
    Kind("a reversed debit", ANY, entries(lambda cents: booked(cents, is_reversal=True)), is_listed=True),
    Kind(
        "a detail against its entry",
        ANY,
        entries(
            lambda cents: [
                Entry(euros(c), Detail(name, euros(c), f"D-{name}", direction="CRDT").xml())
                for name, c in cents.items()
            ]
        ),
        is_listed=True,
    ),
    Kind(
        "one sum that differs by a cent",
        ANY,
        batch_booking('<Btch><PmtInfId>@P@</PmtInfId><TtlAmt Ccy="EUR">0.01</TtlAmt></Btch>'),
        is_listed=True,
        is_for_all=True,
    ),
    Kind("no XML", ANY, lambda *_: b"<Document", is_refused=True),
    Kind(
        "another message",
        ANY,
        lambda *_: b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02"/>',
        is_refused=True,
    ),
    Kind(
        "a document type",
        ANY,
        lambda file, cents: b"<!DOCTYPE a>" + statement((file.account, booked(cents))),
        is_refused=True,
    ),
    Kind("cut off", ANY, lambda file, cents: statement((file.account, booked(cents)))[:-40], is_refused=True),
]

FORGED = [
    Kind("refused as a duplicate", ANY, lines("RJCT", "AM05"), is_listed=True),
    Kind("a second delivery refused", ANY, lines("RJCT", "DU02"), is_listed=True),
    Kind("a duplicate in words", ANY, lines("RJCT", "NARR", text="Duplicate message"), is_listed=True),
    Kind("a whole file refused as a duplicate", ANY, group("RJCT", "AM05"), is_listed=True, is_for_all=True),
    Kind("a hand-written refusal", PAID, lines("RJCT", "MS03")),
    Kind("a hand-written refusal of the account", PAID, lines("RJCT", "AC04")),
    Kind("an old refusal", PAID, lines("RJCT", "MS03", day="2026-11-22")),
    Kind("a whole file refused", PAID, group("RJCT", "AG01"), is_for_all=True),
    Kind(
        "a return of what was paid",
        PAID,
        entries(lambda cents: came_back(cents, prefix="F-")),
        is_after_booking=True,
    ),
    Kind(
        "a return without a reference",
        PAID,
        entries(lambda cents: came_back(cents, prefix="")),
        is_after_booking=True,
    ),
    Kind(
        "a return of a cent more", ANY, entries(lambda cents: came_back(off_by_a_cent(cents))), is_listed=True
    ),
    Kind("a return on another account", ANY, entries(came_back, account=FOREIGN), is_listed=True),
    Kind("a second debit", BOOKED, entries(lambda cents: booked(cents, day=SECOND_DAY))),
    Kind("a second return", BACK, entries(lambda cents: came_back(cents, prefix="S-", day=SECOND_DAY))),
    Kind(
        "completed and refused in one report",
        ANY,
        lambda file, cents: report(
            file.message_id,
            file.batch_id,
            [(name, status, "") for name in cents for status in ("ACSC", "RJCT")],
        ),
        is_listed=True,
    ),
]

KINDS = [*TRUE, *BATCHES, *NOISE, *FORGED]
