"""The client's face and the public catalogue."""

from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.extension_points import NavigationItem
from marketplace.pages import (
    away,
    card,
    charges,
    choosing,
    client_invitations,
    co_payments,
    comparing,
    disputes,
    done_for_client,
    feedback,
    finding_another,
    help_requests,
    helping,
    home,
    invitations,
    letters,
    looks,
    mandates,
    messages,
    movements,
    moving,
    outlook,
    own_data,
    own_goals,
    passwords,
    proposals,
    proposing,
    providers,
    searching,
    settings,
    shortlist,
    support_plans,
    time_requests,
    trying,
    visit_changes,
    visits,
)
from marketplace.pages.lost_rights import keep_typed_words

blueprints = [
    home.blueprint,
    finding_another.blueprint,
    searching.blueprint,
    providers.blueprint,
    comparing.blueprint,
    shortlist.blueprint,
    choosing.blueprint,
    trying.blueprint,
    charges.blueprint,
    disputes.blueprint,
    feedback.blueprint,
    messages.blueprint,
    visits.blueprint,
    visit_changes.blueprint,
    away.blueprint,
    outlook.blueprint,
    looks.blueprint,
    moving.blueprint,
    card.blueprint,
    movements.blueprint,
    letters.blueprint,
    co_payments.blueprint,
    settings.blueprint,
    own_data.blueprint,
    helping.blueprint,
    mandates.blueprint,
    done_for_client.blueprint,
    proposals.blueprint,
    proposing.blueprint,
    invitations.blueprint,
    client_invitations.blueprint,
    passwords.blueprint,
    support_plans.blueprint,
    help_requests.blueprint,
    time_requests.blueprint,
    own_goals.blueprint,
]
for each in blueprints:
    keep_typed_words(each)
MONEY_PAGES = (
    "marketplace_outlook",
    "marketplace_looks",
    "marketplace_messages",
    "marketplace_mandates",
    "marketplace_done",
    "marketplace_proposals",
    "marketplace_card",
    "marketplace_help_requests",
    "marketplace_movements",
    "marketplace_letters",
    "marketplace_co_payments",
    "marketplace_own_data",
    "marketplace_plan",
    "marketplace_goals",
)
FIND_PAGES = (
    "marketplace_comparing",
    "marketplace_shortlist",
    "marketplace_choosing",
    "marketplace_providers",
    "marketplace_proposing",
    "marketplace_times",
    "marketplace_trying",
)
VISIT_PAGES = (
    "marketplace_visits",
    "marketplace_visit_changes",
    "marketplace_away",
    "marketplace_disputes",
    "marketplace_feedback",
)
navigation = [
    NavigationItem("marketplace_helping.show_helped", N_("People I help"), (Role.REPRESENTATIVE,)),
    NavigationItem(
        "marketplace_home.show_home", N_("Money"), CLIENT_ROLES, pages=MONEY_PAGES, needs_client=True
    ),
    NavigationItem("marketplace_search.search", N_("Find"), CLIENT_ROLES, visitors=True, pages=FIND_PAGES),
    NavigationItem(
        "marketplace_charges.show_charges", N_("Visits"), CLIENT_ROLES, pages=VISIT_PAGES, needs_client=True
    ),
    NavigationItem("marketplace_settings.show_help", N_("Help"), CLIENT_ROLES, visitors=True),
]
