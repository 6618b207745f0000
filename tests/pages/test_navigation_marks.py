"""Every page marks the section of the navigation that it belongs to, for every role that may see both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from config import Settings
from foundation.vocabulary.roles import CLIENT_ROLES, PEOPLE_OF_PROVIDERS, Actor, Role
from foundation.web.identity.guards import guard_of
from foundation.web.navigation import items_for
from foundation.web.state import shell
from tests.journeys.crawl import is_page
from wsgi import create_app

NUMBER = re.compile(r"<int:\w+>")
TEXT = re.compile(r"<\w+>")

# fmt: off
SECTIONS = {
    "client": {
        "People I help": {"marketplace_helping.show_helped"},
        "Money": {
            "marketplace_co_payments.list_bills", "marketplace_co_payments.show",
            "marketplace_co_payments.come_back",
            "marketplace_finding.show",
            "marketplace_home.show_home", "marketplace_home.show_voucher", "marketplace_home.ask_end",
            "marketplace_movements.show_movements", "marketplace_letters.list_letters",
            "marketplace_card.show_card", "marketplace_card.ask_renew", "marketplace_card.ask_cancel",
            "marketplace_moving.move", "marketplace_moving.check", "marketplace_moving.done",
            "marketplace_looks.show_looks", "marketplace_looks.ask", "marketplace_own_data.show",
            "marketplace_messages.list_all", "marketplace_messages.show", "marketplace_outlook.show_outlook",
            "marketplace_help_requests.without_voucher", "marketplace_help_requests.help_choosing",
            "marketplace_plan.show_plan", "marketplace_plan.ask",
            "marketplace_plan.share", "marketplace_goals.add", "marketplace_goals.answer",
            "marketplace_mandates.show_mandates", "marketplace_done.show_done",
            "marketplace_proposals.show_proposals", "marketplace_proposals.show_proposal",
            "marketplace_mandates.ask_whom", "marketplace_mandates.change", "marketplace_mandates.ask_end",
        },
        "Find": {
            "marketplace_search.search", "marketplace_search.show_results", "marketplace_comparing.compare",
            "marketplace_shortlist.show_shortlist",
            "marketplace_providers.show_provider", "marketplace_providers.show_offering",
            "marketplace_choosing.ask", "marketplace_times.ask", "marketplace_times.show_requests",
             "marketplace_choosing.check", "marketplace_choosing.done",
            "marketplace_trying.show_week", "marketplace_choosing.details",
            "marketplace_proposing.ask",
        },
        "Visits": {
            "marketplace_charges.show_charges", "marketplace_charges.dispute", "marketplace_visits.show_week",
            "marketplace_visit_changes.move", "marketplace_visit_changes.cancel", "marketplace_away.show",
            "marketplace_disputes.show", "marketplace_feedback.give",
        },
        "Help": {"marketplace_settings.show_help", "marketplace_settings.show_roles"},
    },
    "provider": {
        "Today": {
            "provider_look_questions.answer", "provider_messages.list_all", "provider_messages.show",
            "provider_today.show", "provider_alerts.show",
            "provider_visits_pages.show", "provider_visits_pages.show_unbilled",
            "provider_visits_pages.not_given", "provider_video_links.give",
            "provider_times.show_requests", "provider_times.answer",
            "provider_feedback.list_all", "provider_feedback.answer",
            "provider_calendar.show", "provider_calendar.revoke", "provider_refusals.list_all",
        },
        "My visits": {
            "provider_own_visits.show", "provider_own_visits.not_given", "provider_queue.show",
            "provider_given_visits.record",
            "provider_calendar.show", "provider_calendar.revoke",
        },
        "Charge a visit": {
            "provider_queue.show",
            "provider_charge_one.show", "provider_uploads.show", "provider_uploads.try_out",
            "provider_uploads.show_sent", "provider_mappings.show",
        },
        "Charges": {
            "provider_charges_list.list_all", "provider_charges_list.show",
            "provider_corrections_pages.correct", "provider_disputes.answer",
        },
        "Settlements": {
            "provider_settlements_pages.list_all", "provider_settlements_pages.show",
            "provider_co_payments_pages.list_all", "provider_co_payments_pages.make",
            "provider_co_payments_pages.show", "provider_co_payment_months.make_all",
        },
        "Services": {
            "provider_offerings_pages.list_all", "provider_offerings_pages.show",
            "provider_offerings_pages.edit", "provider_offerings_pages.add", "provider_price_import.show",
            "provider_free_times.show", "provider_photos.show", "provider_photos.change_words",
        },
        "Company": {
            "provider_stripe.show", "provider_stripe.come_back",
            "provider_company.show", "provider_places.list_all", "provider_places.add",
            "provider_places.change", "provider_places.close", "provider_keys.show",
            "provider_keys.revoke", "provider_keys.make", "provider_keys.rotate",
            "provider_bank_account.enter", "provider_self_billing.agree",
            "provider_webhooks.list_all",
            "provider_webhooks.add", "provider_webhooks.show", "provider_webhooks.change",
            "provider_webhooks.rotate", "provider_webhooks.remove", "provider_webhooks.ask_to_pause",
            "provider_people.list_all", "provider_people.invite", "provider_people.change",
            "provider_people.end", "provider_assigning.assign", "provider_applications.list_all",
            "provider_applications.show", "provider_applications.do", "provider_papers.list_all",
            "provider_papers.renew",
        },
    },
    "county": {
        "Work": {
            "county_worklist.show", "county_messages.list_all", "county_messages.show",
            "county_alerts.show", "county_provider_alerts.show",
            "county_help_requests.answer", "county_look_questions.answer",
            "county_feedback.list_all", "county_feedback.decide",
        },
        "Clients": {
            "county_clients.search", "county_clients.show", "county_funding_states.change",
            "county_guardians.record_guardian", "county_guardians.change_guardian",
            "county_support_plans.show", "county_cards.show", "county_own_data.show",
            "county_client_accounts.show", "county_protection.change",
        },
        "Grant": {
            "county_granting.begin", "county_granting.ask", "county_granting.check", "county_granting.done",
        },
        "On hold": {"county_held.show", "county_held.judge", "county_disputes.decide"},
        "Money": {
            "county_coordinator.show", "county_support_plans.show_goals", "county_thresholds.show",
            "county_thresholds.change",
        },
        "Audit": {"audit_desk.show", "county_retention.show"},
        "Log": {"audit_desk.search_log"},
        "Payment runs": {
            "settlement_runs.list_runs", "settlement_runs.show_run", "settlement_runs.choose_day",
            "settlement_runs.preview", "settlement_steps.hold", "settlement_steps.cancel",
            "settlement_steps.unfreeze", "county_stripe.ask_back",
        },
        "Bank accounts": {"county_bank_accounts.list_waiting"},
        "Ways of paying": {"county_payment_rails.list_all", "county_payment_rails.choose"},
        "Stripe": {"county_stripe.show", "county_stripe.close"},
        "The bank's answers": {"settlement_steps.give_answer"},
        "Claims": {
            "county_corrections.list_claims", "county_corrections.claim", "county_corrections.correct",
            "county_claims.show",
        },
        "Providers": {
            "county_providers_pages.list_all", "county_providers_pages.show_one", "county_factor_resets.ask",
            "county_photos.decide",
            "county_providers_pages.decide", "county_applications.list_all", "county_applications.show",
            "county_applications.decide", "county_papers.list_all", "county_papers.decide",
        },
        "Jobs": {"county_jobs.show", "county_retention.show"},
        "People": {
            "county_people.list_all", "county_people.invite", "county_people.change", "county_people.end",
        },
        "Keys": {
            "county_keys.show", "county_keys.make", "county_keys.rotate", "county_keys.revoke",
        },
        "County": {
            "county_settings.show", "county_settings.change_details", "county_settings.change_late_days",
            "county_settings.change_calendar", "county_settings.change_address",
            "county_cost_centres.add", "county_cost_centres.change",
            "county_cost_centres.remove", "county_offered_services.change",
            "county_pay_days.change",
            "county_payer_account.show", "county_payer_account.enter",
            "county_municipalities.list_all", "county_municipalities.add", "county_municipalities.change",
            "county_municipalities.remove",
            "county_complaint_paths.show", "county_complaint_paths.change", "county_complaint_paths.remove",
        },
        "Values": {
            "county_catalogue.show", "county_imports.show", "county_search_words.show",
            "county_openings.show", "county_openings.show_one",
        },
    },
}
"""The pages of each section, by audience and the text of the navigation."""
# fmt: on

OUTSIDE = {
    "front.front_page",
    "front.accessibility",
    "front.privacy",
    "identity.home",
    "identity.log_in",
    "identity_factor.confirm",
    "identity_factor.enrol",
    "identity.change_role",
    "identity_openid.come_back",
    "identity_ways.show",
    "marketplace_settings.show_settings",
    "marketplace_client_invitations.open_link",
    "marketplace_client_invitations.show_ready",
    "marketplace_invitations.show",
    "county_role_invitations.show",
    "provider_invitations.show",
    "provider_statements.check",
    "provider_applying.start",
    "provider_queue.show_offline",
    "provider_applying.send_link",
    "provider_applying.show",
    "provider_applying.do",
    "marketplace_passwords.forget",
    "marketplace_passwords.choose",
}
"""Pages of no section: what the footer and the header lead to."""


@pytest.fixture
def pages(tmp_path: Path) -> Flask:
    return create_app(Settings("development", "s" * 32, tmp_path), sessionmaker())


def audience_of(role: Role | None) -> str:
    if role is None or role in CLIENT_ROLES:
        return "client"
    return "provider" if role in PEOPLE_OF_PROVIDERS else "county"


def seen_and_marked(app: Flask, path: str, role: Role | None) -> tuple[list[str], list[str]]:
    """Return the texts of the navigation on the page of this address, and the marked ones among them."""
    with app.test_request_context(path):
        actor = None if role is None else Actor(1, role, "Testi Henkilö")
        items = items_for(shell().navigation, actor)
    return [item.text for item in items], [item.text for item in items if item.current]


def test_every_page_marks_its_own_section(pages: Flask) -> None:
    wrong, listed = [], set(OUTSIDE)
    for rule in pages.url_map.iter_rules():
        if not is_page(rule.rule, rule.methods):
            continue
        path = TEXT.sub("x", NUMBER.sub("1", rule.rule))
        for role in guard_of(pages.view_functions[rule.endpoint]) or (None,):
            sections = SECTIONS[audience_of(role)]
            own = [text for text, endpoints in sections.items() if rule.endpoint in endpoints]
            seen, marked = seen_and_marked(pages, path, role)
            listed |= {rule.endpoint} if own else set()
            if marked != [text for text in own if text in seen]:
                wrong.append((path, role, marked, own))
    assert wrong == []
    all_pages = {rule.endpoint for rule in pages.url_map.iter_rules() if is_page(rule.rule, rule.methods)}
    assert all_pages == listed, "each page has its line above"


def test_only_the_page_itself_is_marked_as_the_current_page(pages: Flask) -> None:
    marks = {}
    for path in ("/t/yritys", "/t/rajapinta"):
        with pages.test_request_context(path):
            items = items_for(shell().navigation, Actor(1, Role.PROVIDER_OWNER, "Testi Henkilö"))
        marks[path] = [(item.text, item.current) for item in items if item.current]
    assert marks == {"/t/yritys": [("Company", "page")], "/t/rajapinta": [("Company", "true")]}
