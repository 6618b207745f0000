"""Paging of lists; the totals are in the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request
from marshmallow import Schema, fields, validate

from foundation.web.api.bodies import load, takes_query
from foundation.web.api.fields import ApiSchema

View = TypeVar("View")
USUAL_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200
LAST_PAGE = 1_000_000


class PagingSchema(ApiSchema):
    """`?page=&page_size=`."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=LAST_PAGE))
    page_size = fields.Integer(
        load_default=USUAL_PAGE_SIZE, validate=validate.Range(min=1, max=LARGEST_PAGE_SIZE)
    )


@dataclass(frozen=True, slots=True)
class Paging:
    """The requested page; `total` is set once the list has been read."""

    page: int = 1
    page_size: int = USUAL_PAGE_SIZE
    total: int = 0

    @property
    def offset(self) -> int:
        """The number of items before this page."""
        return (self.page - 1) * self.page_size

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))

    def of(self, total: int) -> Paging:
        """Return a copy with the total."""
        return Paging(self.page, self.page_size, total)


def read_paging() -> Paging:
    """Return the requested page of an API list; 422 if it is not a number or too large."""
    query = {name: request.args[name] for name in ("page", "page_size") if name in request.args}
    return Paging(**load(PagingSchema(), query))


def read_page_number(page_size: int = USUAL_PAGE_SIZE) -> Paging:
    """Return the requested page of a list on an HTML page; the first if it is not a number."""
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return Paging(max(1, number), page_size)


def paged(items: Sequence[Any], paging: Paging, total: int) -> dict[str, Any]:
    """Return the body of a page of a list."""
    shown = paging.of(total)
    return {
        "items": items,
        "page": shown.page,
        "page_size": shown.page_size,
        "pages": shown.pages,
        "total": total,
    }


def paged_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of a list of `item`."""
    totals = {name: fields.Integer() for name in ("page", "page_size", "pages", "total")}
    name = item.__name__.removesuffix("Schema")
    return type(f"{name}PageSchema", (ApiSchema,), {"items": fields.List(fields.Nested(item)), **totals})


def takes_paging(view: View) -> View:
    """Document `?page=&page_size=`."""
    return takes_query(PagingSchema)(view)  # type: ignore[type-var]
