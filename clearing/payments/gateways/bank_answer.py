"""What the bank says of our payments: pain.002 reports, camt.053 statements, camt.054 notifications.

Read by names of elements, not by generated classes: banks send several versions of these messages, and the
few elements we need are called the same in all of them. The file comes from outside, so it is read as
hostile: no document type, no entities, only encodings that cannot hide markup, a bounded size, and never
more than 256 KiB of tree in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lxml import etree

from clearing.payments.rules.matching import Answer, Scope, Status

LARGEST_BYTES = 64 * 1024 * 1024
MOST_RECORDS = 100_000
"""Records in one file; five times the largest run that we expect."""
MOST_SILENT_RECORDS = 20_000
"""Records that say nothing of our payments, such as other entries of the same account."""

_LONGEST_TEXT = 140
_PIECE = 64 * 1024
_LARGEST_RECORD = 256 * 1024
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15"})
_KIND = re.compile(r"^\{urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053|camt\.054)\.001\.\d\d\}Document$")
_AMOUNT = re.compile(r"^([0-9]{1,13})(?:\.([0-9]{1,2})0{0,3})?$")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class AnswerFault(StrEnum):
    """Why a file of the bank cannot be read. The codes are public."""

    TOO_LARGE = "too_large"
    DOCUMENT_TYPE = "document_type_forbidden"
    ENCODING = "encoding_unknown"
    NOT_XML = "not_xml"
    NOT_AN_ANSWER = "not_a_bank_answer"
    TOO_MANY_RECORDS = "too_many_records"


class BankAnswerError(ValueError):
    """The file cannot be read."""

    def __init__(self, fault: AnswerFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True, slots=True)
class BankMessage:
    """A file read: its kind (`pain.002`, `camt.053`, `camt.054`) and its answers in the bank's order."""

    kind: str
    answers: tuple[Answer, ...]


_REPORT = {
    "TxInfAndSts": (Scope.PAYMENT, "OrgnlEndToEndId", "TxSts"),
    "OrgnlPmtInfAndSts": (Scope.BATCH, "OrgnlPmtInfId", "PmtInfSts"),
    "OrgnlGrpInfAndSts": (Scope.MESSAGE, "OrgnlMsgId", "GrpSts"),
}
_FINAL = {"RJCT": Status.RETURNED, "ACSC": Status.CONFIRMED}
_DIRECTION = {"DBIT": Status.CONFIRMED, "CRDT": Status.RETURNED}
_TAGS = ["{*}" + name for name in (*_REPORT, "Document", "GrpHdr", "TxDtls", "Ntry")]


def read(content: bytes) -> BankMessage:
    """Read a file of the bank.

    Raises:
        BankAnswerError: The file cannot be read.
    """
    _refuse_hostile(content)
    answers: list[Answer] = []
    kind = ""
    try:
        for number, (kind, made_on, element) in enumerate(_records(content)):
            if number >= MOST_RECORDS or number - len(answers) >= MOST_SILENT_RECORDS:
                raise BankAnswerError(AnswerFault.TOO_MANY_RECORDS)
            answer = (_status_report if kind == "pain.002" else _statement_line)(element, made_on)
            if answer is not None:
                answers.append(answer)
    except etree.XMLSyntaxError as fault:
        raise BankAnswerError(AnswerFault.NOT_XML) from fault
    return BankMessage(kind, tuple(answers))


def _refuse_hostile(content: bytes) -> None:
    if len(content) > LARGEST_BYTES:
        raise BankAnswerError(AnswerFault.TOO_LARGE)
    declared = _DECLARED.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content:
        raise BankAnswerError(AnswerFault.ENCODING)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BankAnswerError(AnswerFault.DOCUMENT_TYPE)


def _records(content: bytes) -> Iterator[tuple[str, date | None, Any]]:
    """Yield the file's kind and day with each record; a record is emptied before the next is read."""
    parser = etree.XMLPullParser(
        events=("end",), tag=_TAGS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    kind, made_on, unread = "", None, 0
    for start in range(0, len(content), _PIECE):
        parser.feed(content[start : start + _PIECE])
        unread += _PIECE
        for _event, element in parser.read_events():
            unread = 0
            kind = kind or _kind(element)
            if _name(element) == "GrpHdr":
                made_on = _day(_text(element, "CreDtTm"))
            elif _name(element) != "Document":
                if len(element) == 0:
                    raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
                yield kind, made_on, element
            element.clear(keep_tail=False)
        if unread > _LARGEST_RECORD:
            raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
    parser.close()
    if not kind:
        raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)


def _kind(element: Any) -> str:
    """What message this is, by its namespace. Raises BankAnswerError for anything else."""
    found = _KIND.match(element.getroottree().getroot().tag)
    if not found:
        raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
    return found.group(1)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _status_report(element: Any, made_on: date | None) -> Answer | None:
    """A line of pain.002. Only a refusal (RJCT) and a completed settlement (ACSC) are final."""
    scope, id_tag, status_tag = _REPORT[_name(element)]
    status = _FINAL.get(_text(element, status_tag))
    if status is None or (scope is not Scope.PAYMENT and status is Status.CONFIRMED):
        return None  # a completed batch is reported payment by payment
    amount = _at(element, "OrgnlTxRef/Amt/InstdAmt")
    return Answer(
        kind="pain.002",
        scope=scope,
        identifier=_text(element, id_tag),
        status=status,
        amount_cents=_cents(amount),
        currency="" if amount is None else amount.get("Ccy", ""),
        day=made_on,
        bank_reference=_text(element, "AcctSvcrRef"),
        reason=_reason(element, "StsRsnInf"),
    )


def _statement_line(element: Any, _made_on: date | None) -> Answer | None:
    """A booked payment of camt.053 or camt.054, or a batch booked as one sum."""
    if _name(element) == "TxDtls":
        entry = next(element.iterancestors("{*}Ntry"), None)
        return (
            None
            if entry is None
            else _booked(entry, element, Scope.PAYMENT, _text(element, "Refs/EndToEndId"))
        )
    if _name(element) != "Ntry" or _at(element, "NtryDtls/TxDtls") is not None:
        return None
    batch = _at(element, "NtryDtls/Btch")
    return None if batch is None else _booked(element, batch, Scope.BATCH, _text(batch, "PmtInfId"))


def _booked(entry: Any, detail: Any, scope: Scope, identifier: str) -> Answer | None:
    """Money out under our identifier is a confirmation; money in under it is a return."""
    booked = _text(entry, "Sts/Cd", "Sts")
    direction = _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    if booked != "BOOK" or identifier in ("", "NOTPROVIDED") or direction not in _DIRECTION:
        return None
    amount = _at(detail, "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", "TtlAmt")
    amount = _at(entry, "Amt") if amount is None else amount
    return Answer(
        kind=_kind(entry),
        scope=scope,
        identifier=identifier,
        status=_DIRECTION[direction],
        amount_cents=_cents(amount),
        currency="" if amount is None else amount.get("Ccy", ""),
        day=_day(_text(entry, "BookgDt/Dt", "BookgDt/DtTm")),
        bank_reference=_text(detail, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef"),
        reason=_reason(detail, "RtrInf"),
    )


def _at(element: Any, *paths: str) -> Any:
    """The first element at any of the paths, or None. Steps of our own: `find` of lxml is far slower."""
    for path in paths:
        found = element
        for step in path.split("/"):
            found = next(found.iterchildren("{*}" + step), None)
            if found is None:
                break
        else:
            return found
    return None


def _text(element: Any, *paths: str) -> str:
    found = _at(element, *paths)
    return "" if found is None else (found.text or "").strip()[:_LONGEST_TEXT]


def _reason(element: Any, tag: str) -> str:
    """The ISO reason code (AC04 is a closed account), or the bank's own."""
    return _text(element, f"{tag}/Rsn/Cd", f"{tag}/Rsn/Prtry")


def _cents(amount: Any) -> int | None:
    """Return whole cents; None: the bank gives no amount, or an amount that is not in whole cents."""
    found = None if amount is None else _AMOUNT.match((amount.text or "").strip())
    return None if found is None else int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
