"""Reading the bank's answers; hostile files are refused."""

from __future__ import annotations

import resource
import time
from datetime import date

import pytest

from clearing.payments.gateways.bank_answer import BankAnswerError, read
from clearing.payments.rules.matching import Answer, Scope, Status

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
        "<CreDtTm>2026-11-24T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>"
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
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


def test_a_booked_debit_confirms() -> None:
    message = read(statement(entry(detail("OMA12R1P1"))))
    assert (message.kind, message.answers) == ("camt.053", (answer(),))


def test_a_booked_credit_under_our_identifier_is_a_return_with_its_reason() -> None:
    returned = detail("OMA12R1P1", extra="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    (result,) = read(statement(entry(returned, "CRDT"))).answers
    assert result == answer(status=Status.RETURNED, reason="AC04")


def test_the_newer_version_is_read_the_same_way() -> None:
    newer = (
        '<Ntry><Amt Ccy="EUR">104.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt>'
        "<DtTm>2026-11-24T10:00:00+02:00</DtTm></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>T1</AcctSvcrRef>"
        '<EndToEndId>OMA12R1P1</EndToEndId></Refs><Amt Ccy="EUR">104.50</Amt></TxDtls></NtryDtls></Ntry>'
    )
    message = read(statement(newer, CAMT_8))
    assert (message.kind, message.answers) == ("camt.054", (answer(kind="camt.054"),))


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
    "line", [entry(detail("X"), status="PDNG"), entry(detail("NOTPROVIDED")), entry(detail(""))]
)
def test_an_entry_not_booked_or_without_an_identifier_is_no_answer(line: str) -> None:
    assert read(statement(line)).answers == ()


@pytest.mark.parametrize("amount", ["", "abc", "-1.00", "1e3", "1.001", "1,00", "٣.00", "9" * 20, " NaN "])
def test_an_amount_that_is_not_in_whole_cents_is_none(amount: str) -> None:
    (result,) = read(statement(entry(detail("OMA12R1P1", amount)))).answers
    assert result.amount_cents is None


@pytest.mark.parametrize(
    ("status", "expected_status"),
    [("RJCT", Status.RETURNED), ("ACSC", Status.CONFIRMED), ("ACTC", None), ("PDNG", None)],
)
def test_a_status_report(status: str, expected_status: Status | None) -> None:
    line = (
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>OMA12R1B1</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>OMA12R1P1</OrgnlEndToEndId><TxSts>{status}</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn>"
        '</StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">104.50</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        "</OrgnlPmtInfAndSts>"
    )
    expected = (
        ()
        if expected_status is None
        else (answer(kind="pain.002", status=expected_status, bank_reference="", reason="AC01"),)
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


BILLION_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
MANY = 3_000_000
HOSTILE = {
    "empty": (b"", "not_xml"),
    "not xml": (b"PK\x03\x04 hello", "not_xml"),
    "binary": (bytes(range(256)) * 10, "encoding_unknown"),
    "text": (b"hello", "not_xml"),
    "cut": (statement(entry(detail("A")))[:-30], "not_xml"),
    "two roots": (statement("") + b"<a/>", "not_xml"),
    "unknown entity": (statement("&xxe;"), "not_xml"),
    "not well formed": (statement("<a></b>"), "not_xml"),
    "doctype": (b"<!DOCTYPE a><a/>", "document_type_forbidden"),
    "doctype after the declaration": (b'<?xml version="1.0"?>\n<!DOCTYPE Document SYSTEM "a.dtd"><a/>', None),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', None),
    "external parameter": (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><a/>', None),
    "billion laughs": (f'<!DOCTYPE a [<!ENTITY l0 "ha">{BILLION_LAUGHS}]><a>&l11;</a>'.encode(), None),
    "quadratic blow-up": (
        f'<!DOCTYPE a [<!ENTITY x "{"A" * 100_000}">]><a>{"&x;" * 10_000}</a>'.encode(),
        None,
    ),
    "default attributes": (b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>', "document_type_forbidden"),
    "utf-16 hides a doctype": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        None,
    ),
    "utf-16 without a mark": ("<!DOCTYPE a><a/>".encode("utf-16-le"), "encoding_unknown"),
    "utf-32": ("<!DOCTYPE a><a/>".encode("utf-32"), "encoding_unknown"),
    "utf-7": (b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-', "encoding_unknown"),
    "ebcdic": (b'<?xml version="1.0" encoding="cp037"?><a/>', "encoding_unknown"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "encoding_unknown"),
    "declared in single quotes": (b"<?xml version='1.0' encoding='utf-16'?><a/>", "encoding_unknown"),
    "broken utf-8": (statement("<a>\xff</a>").replace("ÿ".encode(), b"\xff"), "not_xml"),
    "null byte": (statement("<a>\x00</a>"), "encoding_unknown"),
    "another message": (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>',
        "not_a_bank_answer",
    ),
    "no namespace": (statement("").replace(f' xmlns="{CAMT}"'.encode(), b""), "not_a_bank_answer"),
    "another root": (f'<a xmlns="{CAMT}"><Ntry/></a>'.encode(), "not_a_bank_answer"),
    "html": (b"<html><body>Log in</body></html>", "not_a_bank_answer"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "not_a_bank_answer"),
    "soap": (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>', "not_a_bank_answer"),
    "deep": (statement("<a>" * 100_000), "not_xml"),
    "deep and closed": (statement("<a>" * 5_000 + "</a>" * 5_000), "not_xml"),
    "wide": (statement("<a/>" * MANY), "not_a_bank_answer"),
    "wide in an entry": (statement(entry("<a/>" * MANY)), "not_a_bank_answer"),
    "wide in a payment": (statement(entry(detail("A", extra="<a/>" * MANY))), "not_a_bank_answer"),
    "long text": (statement(f"<a>{'x' * 20_000_000}</a>"), "not_a_bank_answer"),
    "long attribute": (statement(f'<a b="{"x" * 20_000_000}"/>'), None),
    "long name": (statement(f"<{'x' * 20_000_000}/>"), None),
    "many attributes": (statement("<a " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>"), None),
    "many namespaces": (
        statement("<a " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(500_000)) + "/>"),
        None,
    ),
    "long comment": (statement(f"<!--{'x' * 20_000_000}-->"), "not_a_bank_answer"),
    "unended comment": (statement("<!--" + "- -" * 7_000_000), None),
    "long instruction": (statement(f"<?x {'x' * 20_000_000}?>"), None),
    "long cdata": (statement(f"<a><![CDATA[{'x' * 20_000_000}]]></a>"), None),
    "many empty payments": (statement(entry("<TxDtls/>" * MANY)), "not_a_bank_answer"),
    "many empty entries": (statement("<Ntry/>" * MANY), "not_a_bank_answer"),
    "many payments of nothing": (statement(entry("<TxDtls><a/></TxDtls>" * MANY)), "too_many_records"),
    "many entries of nothing": (statement("<Ntry><a/></Ntry>" * MANY), "too_many_records"),
    "too large": (statement("") + b" " * 70_000_000, "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_time_and_memory(name: str) -> None:
    content, code = HOSTILE[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(BankAnswerError) as refused:
        read(content)
    took = time.process_time() - began
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert refused.value.fault == code or code is None
    assert took < 1.0
    assert grown_mib <= 50


def test_an_xinclude_is_ignored() -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    (result,) = read(statement(entry(detail("OMA12R1P1", extra=include)))).answers
    assert result == answer()


def test_twenty_thousand_answers() -> None:
    details = "".join(detail(f"OMA12R1P{number}") for number in range(20_000))
    began = time.process_time()
    assert len(read(statement(entry(details))).answers) == 20_000
    assert time.process_time() - began < 10
