"""The names that API endpoints import. See foundation/web/README.md for an example."""

from typing import Any

from foundation.database.stored_answers import HttpAnswer
from foundation.web.api.bodies import (
    read_body,
    read_document,
    read_query,
    takes_body,
    takes_header,
    takes_query,
)
from foundation.web.api.days import DaysQuery, days_of
from foundation.web.api.etags import check_if_match, with_etag
from foundation.web.api.fields import ApiSchema, ClockTime, Code, Day, FieldProblem, Id, Money, Quantity, Text
from foundation.web.api.idempotency import as_response, idempotent, take_idempotent_request
from foundation.web.api.paging import Paging, paged, paged_schema, read_page_number, read_paging, takes_paging
from foundation.web.api.problems import FieldError, Problem, not_there, problem_answer

Answer = Any
"""What an endpoint returns: something its response schema dumps, with or without a status, or a Response."""
