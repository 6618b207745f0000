"""What Stripe takes and answers, as the types of the installed SDK say."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import stripe
import typing_extensions
from stripe import params
from stripe._request_options import RequestOptions
from stripe.params import checkout

_NAMES = {"StripeContext": object, "Mapping": Mapping}
_OPTIONS = frozenset(RequestOptions.__annotations__)
TAKEN: Mapping[tuple[str, str], Any] = {
    ("POST", "accounts"): params.AccountCreateParams,
    ("GET", "accounts/*"): params.AccountRetrieveParams,
    ("POST", "account_links"): params.AccountLinkCreateParams,
    ("POST", "transfers"): params.TransferCreateParams,
    ("GET", "transfers"): params.TransferListParams,
    ("GET", "transfers/*"): params.TransferRetrieveParams,
    ("POST", "transfers/*/reversals"): params.TransferReversalCreateParams,
    ("POST", "payouts"): params.PayoutCreateParams,
    ("GET", "balance"): params.BalanceRetrieveParams,
    ("POST", "checkout/sessions"): checkout.SessionCreateParams,
    ("GET", "checkout/sessions/*"): checkout.SessionRetrieveParams,
    ("POST", "checkout/sessions/*/expire"): checkout.SessionExpireParams,
}
"""The parameters of each endpoint that this server has; `*` stands for an id."""

GIVEN: Mapping[str, Any] = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "transfer": stripe.Transfer,
    "payout": stripe.Payout,
    "checkout.session": stripe.checkout.Session,
}
"""The class of each object that it answers with."""
TOLD: Mapping[str, Any] = {"refund": stripe.Refund, "dispute": stripe.Dispute}
"""The class of each object that only its events carry."""


@dataclass
class ParameterError(Exception):
    """A parameter is not as the types say. `code` and `param` are what Stripe answers."""

    code: str
    param: str
    message: str


def check_parameters(method: str, path: str, sent: Mapping[str, Any]) -> None:
    """Refuse a request of which a parameter is unknown, missing or of another type. Raises ParameterError."""
    _check_group(TAKEN[method, path], sent, "")


def signature_of(payload: str, secret: str, at: int | None = None) -> str:
    """Return the signature header of an event that is sent at a second of Unix time; None: now."""
    return str(stripe.WebhookSignature.generate_signature_header(payload, secret, at))


def missing_fields(kind: str, answer: Mapping[str, Any]) -> set[str]:
    """Return the fields that the SDK's type promises and the answer lacks."""
    promised = {
        name
        for name, hint in {**GIVEN, **TOLD}[kind].__annotations__.items()
        if name.islower() and "Optional[" not in str(hint)
    }
    return promised - answer.keys()


@cache
def _hints(group: Any) -> dict[str, Any]:
    hints = typing_extensions.get_type_hints(group, localns=_NAMES)
    return {name: hint for name, hint in hints.items() if name not in _OPTIONS}


def _check_group(group: Any, sent: Mapping[str, Any], prefix: str) -> None:
    hints = _hints(group)
    for name in sorted(sent):
        if name not in hints:
            param = _named(prefix, name)
            raise ParameterError("parameter_unknown", param, f"Received unknown parameter: {param}")
    for name in sorted((set(group.__required_keys__) - _OPTIONS) - sent.keys()):
        param = _named(prefix, name)
        raise ParameterError("parameter_missing", param, f"Missing required param: {param}.")
    for name, value in sent.items():
        _check_value(hints[name], value, _named(prefix, name))


def _check_value(hint: Any, value: Any, param: str) -> None:
    """Check a value of the form against a type; a union takes what one of its members takes."""
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        if any(_fits(member, value, param) for member in members):
            return
    elif origin is typing.Literal:
        if isinstance(value, str) and value in {str(member) for member in members}:
            return
    elif _is_plain(hint, origin, value, param):
        return
    raise ParameterError("parameter_invalid", param, f"Invalid {param}: {value}")


def _is_plain(hint: Any, origin: Any, value: Any, param: str) -> bool:
    if hint is int:
        return isinstance(value, str) and value.lstrip("-").isdecimal()
    if hint is bool:
        return value in ("true", "false")
    if typing_extensions.is_typeddict(hint):
        if isinstance(value, Mapping):
            _check_group(hint, value, param)
        return isinstance(value, Mapping)
    if origin is list:
        if isinstance(value, Mapping):
            for place, item in value.items():
                _check_value(typing.get_args(hint)[0], item, _named(param, place))
        return isinstance(value, Mapping)
    if origin is dict:
        return isinstance(value, Mapping)
    return isinstance(value, str)


def _fits(hint: Any, value: Any, param: str) -> bool:
    try:
        _check_value(hint, value, param)
    except ParameterError:
        return False
    return True


def _named(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name
