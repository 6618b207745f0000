"""Parts of an XML document written out again as text, with some of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from foundation.documents.elements import first, name_of


def start_tag(root: Any) -> str:
    """Return the start of a document: the tag of its root, with the namespaces and attributes."""
    empty = etree.Element(root.tag, dict(root.attrib), nsmap=root.nsmap)
    return str(etree.tostring(empty, encoding="unicode")).removesuffix("/>") + ">"


def end_tag(root: Any) -> str:
    """Return the end of a document."""
    name = name_of(root)
    return f"</{root.prefix}:{name}>" if root.prefix else f"</{name}>"


def text_of_element(element: Any, root: Any) -> str:
    """Return the element without the namespaces that its root has declared."""
    text = str(etree.tostring(element, encoding="unicode", with_tail=False))
    start, end, rest = text.partition(">")
    for prefix, uri in root.nsmap.items():
        start = start.replace(f' xmlns{f":{prefix}" if prefix else ""}="{uri}"', "", 1)
    return start + end + rest


def new_element(tag: str, root: Any) -> Any:
    """Return an empty element for the document of a root, with its namespaces."""
    return etree.Element(tag, nsmap=root.nsmap)


def add_child(
    parent: Any, tag: str, text: str | None = None, attributes: Mapping[str, str] | None = None
) -> Any:
    """Return a new last child with a text."""
    child = etree.SubElement(parent, tag, dict(attributes or {}))
    child.text = text
    return child


def add_after(parent: Any, names: tuple[str, ...], name: str) -> Any:
    """Return a new child, put after the first of the named children that is there, else before all."""
    child = etree.Element(parent.tag.replace(name_of(parent), name))
    before = next((found for other in names if (found := first(parent, other)) is not None), None)
    parent.insert(0 if before is None else parent.index(before) + 1, child)
    return child
