"""Clients' data reaches pages, endpoints and commands through the disclosure rooms alone.

A function of a `load` room reads clients' data if it selects from a table in `PERSONAL`, or calls such a
function. Pages, endpoints and commands import none of these functions: they call a function of a
`disclosure` room, which calls `disclose`, and so each read is recorded.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import foundation.database.tables  # noqa: F401 - completes the metadata
from foundation.database.columns import Base, table_of
from tests.architecture.sources import ROOT, program_files, tree_of

PERSONAL = {
    "alert", "audit_event", "balance", "card", "charge", "charge_answer", "charge_reason", "choice",
    "client", "client_absence", "client_invitation", "client_wish", "co_payment_checkout",
    "co_payment_return", "co_payment_return_choice",
    "co_payment_invoice", "co_payment_line", "co_payment_receipt", "conversation", "dispute",
    "dispute_entry", "feedback", "funding", "funding_document", "funding_service", "funding_state",
    "funding_terms", "grant_decision", "help_request", "invitation_funding", "judged_course",
    "look_question", "mandate", "mandate_funding", "mandate_invitation", "message", "offered_time",
    "own_goal", "personal_budget", "plan_change", "plan_pattern", "plan_pause", "posting", "proposal",
    "proposal_comment", "proposed_offering", "settlement_charge", "shortlist_entry", "support_plan",
    "support_plan_answer", "time_request", "visit_link",
}  # fmt: skip
"""The tables whose rows are about one client each."""

OUTSIDE = {"pages", "api", "commands"}
"""Where people and programs are answered."""

NO_CLIENT_DATA = {
    "clearing.charges.load.charge_sums.sums_by_state": "sums",
    "clearing.ledger.load.audit_chain.anchors_against_chain": "digests",
    "clearing.ledger.load.audit_chain.chain_end": "a digest",
    "clearing.payments.load.pay_day_tasks.pay_day_tasks": "days and runs",
    "clearing.payments.load.pay_days.pay_day_to_prepare": "a day",
    "clearing.payments.load.pay_days.run_to_prepare": "a day",
    "clearing.payments.load.run_pay_days.pay_days_of_run": "days, counts and sums",
    "clearing.payments.load.payment_runs.run_contents": "payees, sums and references of charges",
    "clearing.upkeep.load.key_versions.key_versions": "counts",
    "clearing.upkeep.load.provider_alerts.late_reports_of": "numbers of a provider",
    "clearing.upkeep.load.provider_alerts.providers_at_risk": "the same",
    "county_desk.load.appropriations.county_money": "sums of a county",
    "county_desk.load.charges.is_charge_of": "yes or no",
    "county_desk.load.charges.is_on_hold": "yes or no",
    "county_desk.load.clients.is_client_of": "yes or no, before the reason is given",
    "county_desk.load.fundings.keys_of_voucher": "ids, before the reason is given",
    "county_desk.load.goals.goal_counts": "counts, the small ones hidden",
    "county_desk.load.settings_versions.concerned": "counts of a county",
    "county_desk.load.reasons.reason_given": "what the worker has said",
    "marketplace.load.charges.answers_of": "the answers to charges that the page has disclosed",
    "marketplace.load.feedback.count_feedback": "a count",
    "marketplace.load.finding_another.count_tasks": "counts",
    "marketplace.load.feedback.count_waiting_feedback": "a count",
    "marketplace.load.feedback.published_by_id": "published words, without who wrote them",
    "marketplace.load.feedback.published_feedback": "the same",
    "marketplace.load.feedback.voices_of": "counts",
    "marketplace.load.mandates.may_manage_card": "yes or no",
    "marketplace.load.messages.count_unread": "counts",
    "marketplace.load.price_effects.price_context": "values of vouchers, not whose they are; shown as counts",
    "provider_portal.load.charge_files.names_sent": "names of columns",
    "provider_portal.load.co_payments.client_with_number": "an id, which says nothing by itself",
    "provider_portal.load.co_payments.is_own_invoice": "yes or no",
    "provider_portal.load.charge_files.refused_rows": "`omatori charges submit` returns what it was given",
    "provider_portal.load.own_charges.is_own_charge": "yes or no",
    "provider_portal.load.expected_payments.expected_payments": "counts and sums",
    "provider_portal.load.expected_payments.held_payments": "counts and sums",
    "provider_portal.load.settlements.months_charged": "sums of a provider",
    "provider_portal.load.settlements.own_settlement": "sums of a provider",
    "provider_portal.load.settlements.own_settlements": "sums of a provider",
    "provider_portal.load.settlements.money_to_come": "counts and sums",
    "provider_portal.load.settlements.unsettled": "a count and a sum",
    "provider_portal.load.refusals.is_closed": "yes or no",
    "provider_portal.load.today.charge_counts": "counts",
}  # fmt: skip
"""Functions that read these tables and return no client's data, and what they return instead."""

ACTS = {
    "county_desk.disclosure.fundings.changed_funding",
    "marketplace.disclosure.cards.card_to_act_on",
    "marketplace.disclosure.cards.client_to_act_for",
    "marketplace.disclosure.feedback.may_give_feedback",
    "marketplace.disclosure.fundings.charge_to_answer",
    "marketplace.disclosure.fundings.choice_after_act",
    "marketplace.disclosure.fundings.choice_to_end",
    "marketplace.disclosure.fundings.movements_of_disclosed",
    "marketplace.disclosure.fundings.view_of_disclosed",
    "marketplace.disclosure.fundings.visible_funding",
    "marketplace.disclosure.messages.message_of_disclosed",
    "marketplace.disclosure.messages.messages_of_disclosed",
    "marketplace.disclosure.visits.cancelling",
    "marketplace.disclosure.visits.pause_to_end",
    "marketplace.disclosure.visits.pausing_client",
    "marketplace.disclosure.visits.visit_to_change",
    "provider_portal.disclosure.charges.sent_before",
    "provider_portal.disclosure.fundings.funding_being_charged",
    "provider_portal.disclosure.fundings.may_check",
    "provider_portal.disclosure.own_clients.last_time",
    "provider_portal.disclosure.visit_workers.visit_of_worker",
    "provider_portal.disclosure.visits.visit_to_charge",
}
"""Functions of disclosure rooms that record no look: the act that follows has its own audit row."""

SQL = re.compile(rf"\b(?:FROM|JOIN)\s+(?:{'|'.join(sorted(PERSONAL))})\b")
MODELS = {
    mapper.class_.__name__ for mapper in Base.registry.mappers if table_of(mapper.class_).name in PERSONAL
}
Key = tuple[str, str]
"""A module and a name in it."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def rooms_of(path: Path) -> set[str]:
    """The folders of a file below the checkout, whose own name may be that of a room."""
    return set(path.relative_to(ROOT).parts)


def imports_of(tree: ast.AST) -> Iterator[tuple[str, Key]]:
    """The names that a file imports from modules, by the name that it uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, (node.module, alias.name)) for alias in node.names)


def words_of(node: ast.AST) -> Iterator[str]:
    """Every name that a piece of code uses; `SQL` for a statement on a personal table."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and SQL.search(each.value):
            yield "SQL"


def parts_of(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The functions, classes and constants of a module."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node) for target in targets if isinstance(target, ast.Name))


def is_model(key: Key, module: str) -> bool:
    """Whether a name is a class of a personal table: imported as such, or an attribute of its module."""
    source, name = key
    return name in MODELS and (source == module or source.startswith("foundation.database.tables"))


def readers(trees: dict[str, ast.Module]) -> set[Key]:
    """Every part of the modules that reads personal tables, by itself or through another."""
    uses: dict[Key, set[Key]] = {}
    found: set[Key] = set()
    for module, tree in trees.items():
        imported = dict(imports_of(tree))
        for name, node in parts_of(tree):
            words = set(words_of(node))
            own = {imported.get(word, (module, word)) for word in words}
            uses[module, name] = own - {(module, name)}
            if "SQL" in words or any(is_model(key, module) for key in own):
                found.add((module, name))
    while more := {key for key, used in uses.items() if key not in found and used & found}:
        found |= more
    return found


def load_modules(paths: Iterable[Path]) -> dict[str, ast.Module]:
    return {module_of(path): tree_of(path) for path in paths if "load" in rooms_of(path)}


def undisclosed(outside: dict[str, ast.Module], known: set[Key]) -> set[tuple[str, str]]:
    """Imports of readers by pages, endpoints and commands: the module, and the function."""
    return {
        (module, f"{source}.{name}")
        for module, tree in outside.items()
        for _, (source, name) in imports_of(tree)
        if (source, name) in known and f"{source}.{name}" not in NO_CLIENT_DATA
    }


@pytest.fixture(scope="module")
def known() -> set[Key]:
    found = readers(load_modules(program_files()))
    functions = {
        (module, node.name)
        for module, tree in load_modules(program_files()).items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    return found & functions


def outside_modules() -> dict[str, ast.Module]:
    return {module_of(path): tree_of(path) for path in program_files() if OUTSIDE & rooms_of(path)}


def test_the_readers_are_found(known: set[Key]) -> None:
    assert ("clearing.charges.load.charge_register", "find_charges") in known
    assert ("marketplace.load.funding_views", "funding_view") in known
    assert ("clearing.ledger.load.ledger", "ledger_rows") in known
    assert ("marketplace.load.catalogue", "service_names") not in known
    assert len(known) > 60


def test_no_page_endpoint_or_command_reads_clients_itself(known: set[Key]) -> None:
    assert undisclosed(outside_modules(), known) == set()


def test_a_planted_read_is_found(known: set[Key]) -> None:
    planted = ast.parse(
        "def export():\n    from county_desk.load.clients import search_clients\n    return search_clients\n"
    )
    assert undisclosed({"commands.planted": planted}, known) == {
        ("commands.planted", "county_desk.load.clients.search_clients")
    }


@pytest.mark.parametrize(
    "source",
    [
        "from foundation.database.tables.clients import Client\ndef names(s):\n    return s.get(Client, 1)\n",
        "from sqlalchemy import text\ndef names(s):\n    return s.execute(text('SELECT name FROM client'))\n",
        "from foundation.database.tables import grants\ndef names(s):\n    return s.get(grants.Funding, 1)\n",
    ],
    ids=["model", "sql", "module"],
)
def test_a_planted_query_is_a_reader(source: str) -> None:
    assert ("marketplace.load.planted", "names") in readers({"marketplace.load.planted": ast.parse(source)})


def test_what_returns_no_client_data_exists_and_is_needed(known: set[Key]) -> None:
    imported = {
        f"{source}.{name}" for tree in outside_modules().values() for _, (source, name) in imports_of(tree)
    }
    assert {key for key in NO_CLIENT_DATA if key not in imported} == set()


def rooms() -> dict[str, ast.Module]:
    paths = [path for path in program_files() if path.parent.name == "disclosure"]
    return {module_of(path): tree_of(path) for path in paths if (path.parents[1] / "pages").exists()}


def records(tree: ast.Module, function: ast.FunctionDef) -> bool:
    """Whether a function calls `disclose`, itself or through another function of the rooms."""
    names = set(words_of(function))
    local = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if any(name.startswith("disclose") for name in names):
        return True
    return any(records(tree, local[name]) for name in names & set(local) - {function.name})


def test_every_function_of_a_disclosure_room_records_the_look() -> None:
    silent = {
        f"{module}.{node.name}"
        for module, tree in rooms().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not records(tree, node)
    }
    assert silent == ACTS


def test_there_are_disclosure_rooms_in_every_face() -> None:
    faces = {module.split(".")[0] for module in rooms()}
    assert faces == {"county_desk", "marketplace", "provider_portal"}
