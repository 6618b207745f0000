"""A tiny face: one page with a form of every field, and a few endpoints, to test the shell with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template_string, url_for
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import fields, validate
from sqlalchemy import text

from foundation.vocabulary.roles import Role
from foundation.web.api import (
    ApiSchema,
    Day,
    Money,
    Quantity,
    Text,
    check_if_match,
    idempotent,
    not_there,
    paged,
    paged_schema,
    problem_answer,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
    with_etag,
)
from foundation.web.extension_points import NavigationItem
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    FileField,
    Form,
    MoneyField,
    QuantityField,
    TextAreaField,
    TextField,
    TimeField,
    WholeNumberField,
    YesField,
    needed,
)
from foundation.web.identity import actor_or_none, allow, public
from foundation.web.limits import limit_guesses
from foundation.web.pages import Result
from foundation.web.transaction import db

TEMPLATE = """
{% extends "shell/page.html" %}
{% from "shell/fields.html" import field, submit %}
{% from "shell/macros.html" import table, summary_list, balance_bar, reason, tag %}
{% from "shell/macros.html" import plot_bars, plot_lines, card, notice %}
{% set title = _("Log in") %}
{% set back = "/" %}
{% block content %}
<form method="post" novalidate>{{ form.csrf_token }}
{% for one in form if one.kind is defined %}{{ field(one) }}{% endfor %}
{{ submit(_("Send")) }}</form>
{{ balance_bar(124000, 30000, 12000, 82000, visits=31, lasts_until=today()) }}
{{ table(_("Period"), [_("Period"), _("Value")], [["a", "1"]], numeric=[1]) }}
{{ summary_list([(_("Used"), "1", "/", _("Used"))]) }}
{{ plot_bars("b", _("Plan"), _("Plan"), ["1", "2"], [1000, 2500], plan=2000) }}
{{ plot_lines("l", _("Plan"), _("Plan"), ["1", "2"], [(_("Plan"), [1000, 2500]), (_("Used"), [900, none])]) }}
{{ reason("R-1", _("Note"), _("Note"), _("Note"), _("Client")) }}
{% call card(_("For clients"), "/") %}<p>{{ tag("x", "good") }}</p>{% endcall %}
{% call notice(_("Note")) %}<p>x</p>{% endcall %}
{% endblock %}
"""

pages = Blueprint("sample", __name__)
api = ApiBlueprint("things", __name__, url_prefix="/api/v1", description="Things")
navigation = [NavigationItem("sample.form", "For clients", (Role.WORKER,))]
effects: list[str] = []
failures: list[Callable[[], None]] = []


class SampleForm(Form):
    """One field of every kind."""

    name = TextField("Client", [needed("Enter your e-mail address")], hint="Note")
    sum_cents = MoneyField("Value")
    hours = QuantityField("Plan")
    count = WholeNumberField("Period")
    day = DayField("Booked")
    start = TimeField("Used")
    kind = ChoiceField("Free", choices=[("a", "A"), ("b", "B")])
    town = ChoiceField("Granted", choices=[("", "–"), ("m", "M")], dropdown=True)
    many = ChoicesField("Code", choices=[("x", "X"), ("y", "Y")])
    yes = YesField("Done")
    paper = FileField("Send")
    why = TextAreaField("Note")


@pages.route("/lomake", methods=["GET", "POST"])
@allow(Role.WORKER)
def form() -> Result:
    """The page."""
    sample = SampleForm()
    if sample.validate_on_submit():
        effects.append(str(sample.sum_cents.data))
        flash("Tallennettu", "success")
        return redirect(url_for("sample.form"))
    return render_template_string(TEMPLATE, form=sample)


class PartSchema(ApiSchema):
    """A part of a thing."""

    size = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=9))


class ThingSchema(ApiSchema):
    """A thing."""

    name = Text(required=True, least=1, most=20)
    price = Money(least=1)
    quantity = Quantity()
    day = Day()
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    parts = fields.List(fields.Nested(PartSchema))


@api.post("/things")
@allow(Role.WORKER)
@idempotent
@takes_body(ThingSchema)
@api.response(201, ThingSchema)
def make_thing() -> Any:
    """Make a thing"""
    sent = read_body(ThingSchema)
    effects.append(sent["name"])
    if failures:
        failures.pop()()
    if sent["name"] == "refused":
        return problem_answer(422, "thing_refused", "Something must be corrected", extra={"kept": True})
    return sent


@api.get("/things")
@allow(Role.WORKER)
@takes_paging
@api.response(200, paged_schema(ThingSchema))
def list_things() -> Any:
    """List things"""
    paging = read_paging()
    every = [{"name": f"thing {number}", "price": number} for number in range(1, 121)]
    return paged(every[paging.offset : paging.offset + paging.page_size], paging, len(every))


@api.get("/things/<int:thing_id>")
@public
@api.response(200, ThingSchema)
def show_thing(thing_id: int) -> Any:
    """Show a thing"""
    actor_or_none()
    guess = limit_guesses("thing", wrong=3)
    if thing_id != 7:
        guess.was_wrong()
        not_there()
    return with_etag({"name": "seven"}, version=3)


@api.patch("/things/<int:thing_id>")
@allow(Role.WORKER)
@api.response(200, ThingSchema)
def change_thing(thing_id: int) -> Any:
    """Change a thing"""
    check_if_match(3, required=thing_id == 8)
    return read_body(ThingSchema)


@pages.get("/rikki")
@public
def broken() -> Result:
    """Fail in the database."""
    db().execute(text("SELECT 1 / 0"))
    return ""
