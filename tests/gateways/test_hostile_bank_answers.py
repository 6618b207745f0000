"""No file of a bank can hurt."""

from __future__ import annotations

import resource

import pytest

from clearing.payments.gateways.bank_answer import BankAnswerError, read

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


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


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
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
    "a tag with thousands of attributes": (
        b"<Document " + b"".join(b'a%d="" ' % at for at in range(3_000)) + b"/>",
        "not_a_bank_answer",
    ),
    "doctype": (b"<!DOCTYPE a><a/>", "document_type_forbidden"),
    "doctype after the declaration": (b'<?xml version="1.0"?>\n<!DOCTYPE Document SYSTEM "a.dtd"><a/>', None),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', None),
    "external parameter": (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><a/>', None),
    "billion laughs": (f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l11;</a>'.encode(), None),
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
    "many empty payments": (statement(entry("<TxDtls/>" * MANY)), "too_many_records"),
    "many empty entries": (statement("<Ntry/>" * MANY), "too_many_records"),
    "many payments of nothing": (statement(entry("<TxDtls><a/></TxDtls>" * MANY)), "too_many_records"),
    "many entries of nothing": (statement("<Ntry><a/></Ntry>" * MANY), "too_many_records"),
    "too large": (statement("") + b" " * 70_000_000, "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory(name: str) -> None:
    content, code = HOSTILE[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BankAnswerError) as refused:
        read(content)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert refused.value.fault == code or code is None
    assert grown_mib <= 50
