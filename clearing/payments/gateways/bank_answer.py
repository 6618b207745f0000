"""What the bank says of our payments: pain.002 reports, camt.053 statements, camt.054 notifications.

Read by names of elements, not by generated classes: banks send several versions of these messages, and the
few elements we need are called the same in all of them. The file comes from outside, so it is read as
hostile: no document type, no entities, only encodings that cannot hide markup, a bounded size, and never
more than 256 KiB of tree in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from lxml import etree

from clearing.payments.gateways.bank_answer_parts import cents_of, day_of, reason_of, text_of
from clearing.payments.rules.answers import NOT_DECIDED, STATUSES, Answer, Scope, Status
from foundation.documents.elements import first, name_of
from foundation.documents.outside_xml import OutsideXmlError, XmlFault, refuse_hostile

LARGEST_BYTES = 64 * 1024 * 1024
MOST_RECORDS = 250_000
"""Entries and details in one file; a day of a large payer has 90,000 entries with a detail each."""
MOST_BARE_RECORDS = 30_000
"""Records that say nothing and have fewer elements than an entry must have: only hostile files have more."""

_FEWEST_ELEMENTS = 3
_PIECE = 64 * 1024
_LARGEST_RECORD = 256 * 1024
_KIND = re.compile(r"^\{urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053|camt\.054)\.001\.\d\d\}Document$")


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
    """A file read: its kind (`pain.002`, `camt.053`, `camt.054`) and its answers in the bank's order.

    `credits` are the incoming payments with a reference; those that name a payment are among the answers too.
    """

    kind: str
    answers: tuple[Answer, ...]
    credits: tuple[Answer, ...] = ()


_REPORT = {
    "TxInfAndSts": (Scope.PAYMENT, ("OrgnlEndToEndId", "OrgnlInstrId"), "TxSts"),
    "OrgnlPmtInfAndSts": (Scope.BATCH, ("OrgnlPmtInfId",), "PmtInfSts"),
    "OrgnlGrpInfAndSts": (Scope.MESSAGE, ("OrgnlMsgId",), "GrpSts"),
}
_DIRECTION = {"DBIT": Status.CONFIRMED, "CRDT": Status.RETURNED}
_STATEMENTS = ("Stmt", "Ntfctn", "Rpt")
_OTHER = ("Document", "GrpHdr", "Acct", *_STATEMENTS)
_HOSTILE = {
    XmlFault.ENCODING: AnswerFault.ENCODING,
    XmlFault.DOCUMENT_TYPE: AnswerFault.DOCUMENT_TYPE,
    XmlFault.TOO_LARGE: AnswerFault.NOT_AN_ANSWER,
}
_TAGS = ["{*}" + name for name in (*_REPORT, "TxDtls", "Ntry", *_OTHER)]
_BATCH_NAMES = ((Scope.BATCH, "PmtInfId"), (Scope.MESSAGE, "MsgId"))


def read(content: bytes) -> BankMessage:
    """Read a file of the bank. A record that says nothing of our payments is passed over.

    Raises:
        BankAnswerError: The file cannot be read.
    """
    _refuse_hostile(content)
    reader = _Reader()
    try:
        for element in _elements(content):
            reader.take(element)
    except etree.XMLSyntaxError as fault:
        raise BankAnswerError(AnswerFault.NOT_XML) from fault
    if not reader.kind:
        raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
    return BankMessage(reader.kind, tuple(reader.answers), tuple(reader.credits))


def _refuse_hostile(content: bytes) -> None:
    if len(content) > LARGEST_BYTES:
        raise BankAnswerError(AnswerFault.TOO_LARGE)
    try:
        refuse_hostile(content)
    except OutsideXmlError as error:
        raise BankAnswerError(_HOSTILE[error.fault]) from error


def _elements(content: bytes) -> Iterator[Any]:
    """Yield the elements that are read, each when it ends; it is emptied before the next is read."""
    parser = etree.XMLPullParser(
        events=("end",), tag=_TAGS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    unread = 0
    for start in range(0, len(content), _PIECE):
        parser.feed(content[start : start + _PIECE])
        unread += _PIECE
        for _event, element in parser.read_events():
            unread = 0
            yield element
            element.clear(keep_tail=False)
            before = element.getprevious()
            if before is not None and before.tag == element.tag:
                element.getparent().remove(before)
        if unread > _LARGEST_RECORD:
            raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
    parser.close()


@dataclass(slots=True)
class _Reader:
    """The answers read until now, and what the elements around the next record say."""

    kind: str = ""
    answers: list[Answer] = field(default_factory=list)
    credits: list[Answer] = field(default_factory=list)
    made_on: date | None = None
    account: str = ""
    records: int = 0
    bare_records: int = 0
    named_details: int = 0
    batch_of_details: tuple[Scope, str] | None = None

    def take(self, element: Any) -> None:
        """Read one element that has ended."""
        self.kind = self.kind or _kind(element)
        name = name_of(element)
        if name in _OTHER:
            self._take_surroundings(name, element)
            return
        is_bare, answers = len(element) < _FEWEST_ELEMENTS, len(self.answers)
        if name in _REPORT:
            self._add(_status_report(element, self.made_on))
        elif name == "TxDtls":
            self._take_detail(element)
        else:
            self._take_entry(element)
        self._count(is_bare=is_bare and len(self.answers) == answers)

    def _take_surroundings(self, name: str, element: Any) -> None:
        if name == "GrpHdr":
            self.made_on = day_of(text_of(element, "CreDtTm"))
        elif name == "Acct" and name_of(element.getparent()) in _STATEMENTS:
            self.account = text_of(element, "Id/IBAN").replace(" ", "").upper()
        elif name in _STATEMENTS:
            self.account = ""

    def _count(self, *, is_bare: bool) -> None:
        self.records += 1
        self.bare_records += is_bare
        if self.records > MOST_RECORDS or self.bare_records > MOST_BARE_RECORDS:
            raise BankAnswerError(AnswerFault.TOO_MANY_RECORDS)

    def _take_detail(self, detail: Any) -> None:
        entry = next(detail.iterancestors("{*}Ntry"), None)
        if entry is None:
            return
        identifier = text_of(detail, "Refs/EndToEndId")
        if identifier in ("", "NOTPROVIDED"):
            identifier = text_of(detail, "Refs/InstrId")
        is_named = identifier not in ("", "NOTPROVIDED")
        booked = _booked(entry, detail, Scope.PAYMENT, identifier if is_named else "", self.account)
        if booked is not None and booked.status is Status.RETURNED and booked.creditor_reference:
            self.credits.append(booked)
        if is_named:
            self.named_details += 1
            self._add(booked)
        else:
            self.batch_of_details = self.batch_of_details or _batch_name(first(detail, "Refs"))

    def _take_entry(self, entry: Any) -> None:
        """Add the entry as a batch, unless its details name their payments."""
        batch = first(entry, "NtryDtls/Btch")
        named = self.batch_of_details or (None if self.named_details else _batch_name(batch))
        if named is not None or not self.named_details:
            scope, identifier = named or (Scope.UNNAMED, "")
            self._add(_booked(entry, entry if batch is None else batch, scope, identifier, self.account))
        self.named_details, self.batch_of_details = 0, None

    def _add(self, answer: Answer | None) -> None:
        if answer is not None:
            self.answers.append(answer)


def _kind(element: Any) -> str:
    """What message this is, by its namespace. Raises BankAnswerError for anything else."""
    found = _KIND.match(element.getroottree().getroot().tag)
    if not found:
        raise BankAnswerError(AnswerFault.NOT_AN_ANSWER)
    return found.group(1)


def _status_report(element: Any, made_on: date | None) -> Answer | None:
    """A line of pain.002; None if it decides nothing. A completed batch is reported payment by payment."""
    scope, id_tags, status_tag = _REPORT[name_of(element)]
    code = text_of(element, status_tag)
    status = STATUSES.get(code, Status.UNCLEAR)
    if code in NOT_DECIDED or (scope is not Scope.PAYMENT and status is Status.CONFIRMED):
        return None
    amount = first(element, "OrgnlTxRef/Amt/InstdAmt")
    reason, text = reason_of(element, "StsRsnInf")
    return Answer(
        kind="pain.002",
        scope=scope,
        identifier=text_of(element, *id_tags),
        status=status,
        amount_cents=cents_of(amount),
        currency="" if amount is None else amount.get("Ccy", ""),
        day=made_on,
        bank_reference=text_of(element, "AcctSvcrRef"),
        reason=reason,
        text=text,
        code=code,
    )


def _batch_name(element: Any) -> tuple[Scope, str] | None:
    """The batch or the file that `Btch` or `Refs` names."""
    for scope, tag in () if element is None else _BATCH_NAMES:
        if name := text_of(element, tag):
            return scope, name
    return None


def _booked(entry: Any, detail: Any, scope: Scope, identifier: str, account: str) -> Answer | None:
    """Return what a booked entry says: money out under our identifier confirms, money in returns."""
    direction = text_of(entry, "CdtDbtInd")
    if text_of(entry, "Sts/Cd", "Sts") != "BOOK" or direction not in _DIRECTION:
        return None
    amount = first(detail, "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", "TtlAmt")
    amount = first(entry, "Amt") if amount is None else amount
    count = text_of(detail, "NbOfTxs")
    reason, text = reason_of(detail, "RtrInf")
    return Answer(
        kind=_kind(entry),
        scope=scope,
        identifier=identifier,
        status=_DIRECTION[direction],
        amount_cents=cents_of(amount),
        currency="" if amount is None else amount.get("Ccy", ""),
        day=day_of(text_of(entry, "BookgDt/Dt", "BookgDt/DtTm")),
        bank_reference=text_of(detail, "Refs/AcctSvcrRef") or text_of(entry, "AcctSvcrRef"),
        reason=reason,
        text=text,
        code=direction,
        account=account,
        entry_reference=text_of(entry, "AcctSvcrRef"),
        count=int(count) if count.isdecimal() and count.isascii() else None,
        is_reversal=text_of(entry, "RvslInd") in ("true", "1"),
        creditor_reference=_reference_of(detail),
        directions_differ=text_of(detail, "CdtDbtInd") not in ("", direction),
    )


def _reference_of(detail: Any) -> str:
    """Return the creditor reference that the payer gave, without spaces."""
    return "".join(text_of(detail, "RmtInf/Strd/CdtrRefInf/Ref").split()).upper()
