"""XML that comes from outside, read as hostile.

No document type, no entities, only encodings that cannot hide markup, no tag with thousands of attributes,
and never more than one child of the root in memory. lxml bounds the depth and the length of names and texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from lxml import etree

MOST_PARTS = 20_000
"""Elements and attributes of one child of the root."""
MOST_ATTRIBUTES = 2_000
"""Equals signs of a tag and the text after it. A parser holds all attributes of a tag at once."""
_LONG_TAG = 4 * MOST_ATTRIBUTES
_PIECE = 64 * 1024
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15"})
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class XmlFault(StrEnum):
    """Why XML from outside is not read."""

    DOCUMENT_TYPE = "document_type"
    ENCODING = "encoding"
    BROKEN = "broken"
    TOO_LARGE = "too_large"


class OutsideXmlError(ValueError):
    """The XML cannot be read."""

    def __init__(self, fault: XmlFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def refuse_hostile(content: bytes) -> None:
    """Check the bytes before a parser sees them.

    Raises:
        OutsideXmlError: They have a document type or an entity, an encoding that could hide one, or a tag
            with too many attributes.
    """
    declared = _DECLARED.match(content[:200].removeprefix(b"\xef\xbb\xbf"))
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content:
        raise OutsideXmlError(XmlFault.ENCODING)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise OutsideXmlError(XmlFault.DOCUMENT_TYPE)
    if _has_full_tag(content):
        raise OutsideXmlError(XmlFault.TOO_LARGE)


def _has_full_tag(content: bytes) -> bool:
    """Return whether a tag has too many attributes. Neither tags nor texts have a `<` inside.

    Each step passes the last `<` that is near, or all up to the next one if none is, so the content is read
    twice at most.
    """
    start = 0
    while start < len(content):
        near = content.rfind(b"<", start + 1, start + _LONG_TAG)
        if near < 0:
            near = content.find(b"<", start + 1)
            near = len(content) if near < 0 else near
            if content.count(b"=", start, near) > MOST_ATTRIBUTES:
                return True
        start = near
    return False


def children_of_root(content: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the root's name, as `{namespace}name`, with each of its children when it ends.

    A child is emptied before the next one is read. A root without children yields nothing.

    Raises:
        OutsideXmlError: The content is hostile, not XML, or has a child with too many parts.
    """
    refuse_hostile(content)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    reader = _Children()
    try:
        for start in range(0, len(content), _PIECE):
            parser.feed(content[start : start + _PIECE])
            yield from reader.ended(parser)
        parser.close()
        yield from reader.ended(parser)
    except etree.XMLSyntaxError as error:
        raise OutsideXmlError(XmlFault.BROKEN) from error


class _Children:
    """Follows the depth of the parser, so that no element but a child of the root is looked at."""

    def __init__(self) -> None:
        self.depth = 0
        self.parts = 0
        self.root = ""

    def ended(self, parser: Any) -> Iterator[tuple[str, Any]]:
        for event, element in parser.read_events():
            if event == "start":
                self._start(element)
                continue
            self.depth -= 1
            if self.depth == 1:
                yield self.root, element
                self._forget(element)

    def _start(self, element: Any) -> None:
        if self.depth == 0:
            self.root = str(element.tag)
        self.depth += 1
        self.parts += 1 + len(element.attrib)
        if self.parts > MOST_PARTS:
            raise OutsideXmlError(XmlFault.TOO_LARGE)

    def _forget(self, element: Any) -> None:
        """Remove the children that came before; this one is still needed by the parser for its tail."""
        self.parts = 0
        element.clear(keep_tail=False)
        before = element.getprevious()
        if before is not None:
            element.getparent().remove(before)
