"""Hostile files: small or allowed in size, costly to read."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = ("reference", "voucher", "service", "service_day", "quantity", "unit", "unit_price")
_HEADER = ";".join(_NAMES).encode()
_ROW = b"R-1;V;HOME_CARE;2026-11-03;1;hour;36"
_SHEET = "xl/worksheets/sheet1.xml"
_TEXTS = "xl/sharedStrings.xml"


@dataclass(frozen=True, slots=True)
class Bomb:
    """A hostile file. One that `may_be_read` has rows that are refused one by one."""

    name: str
    data: bytes
    may_be_read: bool = False


def bombs() -> list[Bomb]:
    """Return all hostile files."""
    return [*_spreadsheets(), *_texts()]


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return out.getvalue()


def _book(rows: str, prolog: str = "", **more: bytes) -> bytes:
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in _NAMES)
    sheet = f'{prolog}<worksheet {_MAIN}><sheetData><row r="1">{cells}</row>{rows}</sheetData></worksheet>'
    relation = f'<Relationship Id="a" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    sheets = '<sheets><sheet name="a" sheetId="1" r:id="a"/></sheets>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATIONS}">{sheets}</workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>".encode(),
        _SHEET: sheet.encode(),
    }
    others = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in more.items()}
    return _archive(parts | others)


def _shared(text: str) -> dict[str, bytes]:
    return {"xl__sharedStrings_xml": f"<sst {_MAIN}><si><t>{text}</t></si></sst>".encode()}


def _cells(count: int, cell: str) -> str:
    return "".join(f'<row r="{at}">{cell}</row>' for at in range(2, count + 2))


def _spreadsheets() -> list[Bomb]:
    one, shared = "<c><v>1</v></c>", '<c t="s"><v>0</v></c>'
    entities = '<!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    zeros = {"xl/workbook.xml": b"\0" * 190_000_000, "[Content_Types].xml": b""}
    many = b"<sst>" + b"<si><t>a</t></si>" * 9_000_000
    repeated = '<table:table-row table:number-rows-repeated="1048576"/>'
    good = _book(_cells(1, one))
    return [
        Bomb("one text of 1 MB in 10,000 cells", _book(_cells(10_000, shared), "", **_shared("x" * 10**6))),
        Bomb("a text of 10,000 in 90,000 cells", _book(_cells(90_000, shared), "", **_shared("x" * 10**4))),
        Bomb("a cell in GR100000", _book('<row r="100000"><c r="GR100000"><v>1</v></c></row>'), True),
        Bomb("a cell in XFD1048576", _book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        Bomb("a row of number 99999999999", _book('<row r="99999999999"><c><v>1</v></c></row>')),
        Bomb("ODS of repeated rows", _archive({"content.xml": repeated.encode(), "mimetype": b"ods"})),
        Bomb("200 columns in many rows", _book(_cells(20_000, one * 200))),
        Bomb("empty cells", _book("<row>" + "<c/>" * 10_000_000 + "</row>")),
        Bomb("empty rows", _book("<row/>" * 10_000_000)),
        Bomb("a long tag", _book(f'<row><c r="{"A" * 60_000_000}"/></row>')),
        Bomb("a long text", _book(f'<row><c t="str"><v>{"x" * 150_000_000}</v></c></row>'), True),
        Bomb("deep elements", _book("<a>" * 5_000_000)),
        Bomb("entities", _book("", entities)),
        Bomb(
            "an archive of zeros",
            _archive(zeros),
        ),
        Bomb("media of 300 MB", _book("", xl__media__a=b"\0" * 300_000_000)),
        Bomb("many members", _archive({f"a{at}": b"" for at in range(50_000)})),
        Bomb("many shared texts", _book("", xl__sharedStrings_xml=many)),
        Bomb("half an archive", good[: len(good) // 2]),
        Bomb("an archive within an archive", _archive({"a.xlsx": good})),
        Bomb("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20_000_000),
    ]


def _texts() -> list[Bomb]:
    wide = _HEADER + b"".join(b";x%d" % at for at in range(190))
    return [
        Bomb("line ends", b"\n" * 24_900_000),
        Bomb("semicolons", b";" * 24_900_000),
        Bomb("the header again and again", (_HEADER + b"\n") * 370_000),
        Bomb("a header of 25 MB", _HEADER * 370_000),
        Bomb("line ends below the header", _HEADER + b"\n" * 24_800_000),
        Bomb("semicolons below the header", _HEADER + b"\n;" * 12_400_000 + b"\n" + _ROW),
        Bomb("190 unknown columns", wide + b"\n" + (_ROW + b";1" * 190 + b"\n") * 50_000),
        Bomb("an open quotation mark", _HEADER + b'\n"' + b"a\n" * 12_400_000),
        Bomb("quotation marks", b'"' * 24_900_000),
        Bomb("NUL bytes", b"\0" * 24_900_000),
        Bomb("combining marks", _HEADER + b"\na" + b"\xcc\x88\xcc\xa3" * 6_000_000),
        Bomb("30 MB", b"x" * 30_000_000),
    ]
