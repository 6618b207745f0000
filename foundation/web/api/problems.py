"""Errors of the API as problem+json (RFC 9457), in the language of Accept-Language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import Response

from foundation.database.stored_answers import HttpAnswer
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate
from foundation.web.languages import current_language

MEDIA_TYPE = "application/problem+json"

STATUS_CODES: dict[int, tuple[str, str]] = {
    400: ("bad_request", N_("The request could not be read")),
    401: ("key_unknown", N_("The key is missing or not known")),
    403: ("not_allowed", N_("You do not have the right to do this")),
    404: ("not_found", N_("Nothing was found here")),
    405: ("method_not_allowed", N_("This address does not accept this method")),
    406: ("not_acceptable", N_("The answer is not available in a form that you accept")),
    408: ("too_slow", N_("The request took too long to arrive")),
    409: ("conflict", N_("Something has changed in the meantime")),
    412: ("stale", N_("Somebody has changed this since you read it")),
    413: ("too_large", N_("The request is too large")),
    414: ("address_too_long", N_("The address is too long")),
    415: ("media_type_unknown", N_("This kind of content is not accepted here")),
    422: ("invalid", N_("Something in the request must be corrected")),
    428: ("if_match_missing", N_("Send If-Match with the ETag that you read")),
    429: ("too_many_requests", N_("There were too many attempts. Wait a while")),
    500: ("server_error", N_("The program failed. Nothing was stored")),
    503: ("unavailable", N_("The service is not available at the moment")),
}

FIELD_TITLES: dict[str, str] = {
    "field_required": N_("This is required"),
    "field_null": N_("This must not be null"),
    "field_malformed": N_("This is not in the right format"),
    "field_unknown": N_("There is no such field"),
    "field_too_short": N_("This is too short"),
    "field_too_long": N_("This is too long"),
    "field_too_small": N_("This is too small"),
    "field_too_large": N_("This is too large"),
    "field_not_a_choice": N_("This is not one of the choices"),
    "field_duplicated": N_("This is given twice"),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error of one field, for example `fundings.0.window`. `title` is a msgid."""

    field: str
    code: str
    title: str = ""

    def as_json(self, language: Language) -> dict[str, str]:
        """Return the item of `errors[]`."""
        title = self.title or FIELD_TITLES.get(self.code, FIELD_TITLES["field_malformed"])
        return {"field": self.field, "code": self.code, "title": translate(title, language)}


class Problem(Exception):
    """A refused request; raising it rolls back. `title` and `detail` are msgids, filled with `values`."""

    def __init__(
        self,
        status: int,
        code: str = "",
        title: str = "",
        *,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        usual_code, usual_title = STATUS_CODES.get(status, STATUS_CODES[500 if status >= 500 else 400])
        self.status, self.code, self.title = status, code or usual_code, title or usual_title
        self.detail, self.errors, self.values = detail, tuple(errors), values
        self.extra, self.headers = dict(extra or {}), dict(headers or {})
        super().__init__(f"{status} {self.code}")

    def body(self, language: Language) -> dict[str, Any]:
        """Return the document; without a `detail` of its own it lists what is wrong with each field."""
        errors = [error.as_json(language) for error in self.errors]
        listed = "; ".join(
            f"{error['field']}: {error['title']}" if error["field"] else error["title"] for error in errors
        )
        return {
            "type": "about:blank",
            "status": self.status,
            "code": self.code,
            "title": translate(self.title, language, **self.values),
            "detail": translate(self.detail, language, **self.values) if self.detail else listed,
            "errors": errors,
            **self.extra,
        }

    def answer(self, language: Language) -> HttpAnswer:
        """Return the answer in a language."""
        document = json.dumps(self.body(language), ensure_ascii=False)
        return HttpAnswer(self.status, {**self.headers, "Content-Type": MEDIA_TYPE}, document.encode())

    def response(self) -> Response:
        """Return the answer in the language of this request."""
        answer = self.answer(current_language())
        return Response(answer.body, answer.status, headers=dict(answer.headers))


def problem_answer(status: int, code: str, title: str = "", **options: Any) -> Response:
    """Return a problem response and **commit** what was written: a refused charge is stored as refused."""
    return Problem(status, code, title, **options).response()


def not_there() -> NoReturn:
    """Raise 404, for what does not exist and for what belongs to somebody else alike."""
    raise Problem(404)
