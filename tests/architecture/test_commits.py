"""A transaction is committed in few places: each is named here, with why it may."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Function, name_of, program_files, tree_of

COMMITTING_CALLS = {"begin", "begin_transaction", "commit", "execute_with_commit", "set_autocommit"}
"""`begin` too: its block commits when it ends. `begin_nested` sets a savepoint and commits nothing."""

PLACES = {
    # A request over HTTP: once, after the view.
    "foundation/web/transaction.py:_committed",
    # A log-in that comes back from another service: it is used up before the network is.
    "foundation/web/identity/openid/attempts.py:take_attempt",
    # Checkouts of Stripe of which nothing was heard, read again one by one.
    "clearing/payments/actions/open_checkout.py:read_unheard",
    # Events to providers' programs: claimed before they are sent, stored after that.
    "clearing/webhooks/actions/send_webhooks.py:_claim",
    "clearing/webhooks/actions/send_webhooks.py:_store",
    # That a key for programs was used today, after the request that used it.
    "foundation/web/identity/key_use.py:note_use_of_key",
    # A limited act counts also if its request is refused.
    "foundation/web/identity/limit_window.py:DatabaseWindow.hit",
    # The same, sent in one round trip with the last statements of the request.
    "foundation/database/pipeline.py:commit",
    "foundation/database/pipeline.py:_send",
    "clearing/charges/hot/transports.py:insert",
    # Charges of several requests that were waiting, together.
    "clearing/charges/hot/waiting_charges.py:WaitingCharges._together",
    # The timetable: each job in transactions of its own. The leader's lock needs no transaction.
    "clearing/upkeep/actions/note_jobs.py:JobNotes._store",
    "clearing/jobs.py:Timetable._once",
    "clearing/jobs.py:Timetable._run_if_leader",
    "clearing/jobs.py:Timetable.verify",
    # Data whose time is over: a batch at a time, for the job and the command, so that no lock is held long.
    "clearing/upkeep/actions/apply_retention.py:_apply",
    "clearing/upkeep/actions/apply_retention.py:_remove_batch",
    # Calls to Stripe: claimed before and stored after, with no lock held meanwhile.
    "clearing/payments/actions/send_stripe_calls.py:send_next_call",
    "clearing/payments/actions/compare_with_stripe.py:compare_with_stripe",
    "clearing/payments/actions/take_account.py:read_account",
    # Long charge files: a slice at a time, with its results.
    "provider_portal/actions/queued_files.py:take_in_at_once",
    "provider_portal/actions/queued_files.py:take_in_queued",
    "provider_portal/actions/queued_files.py:_keep",
    "provider_portal/actions/queued_files.py:_finish",
    # One that was stopped, and its day is over: all of it at once.
    "provider_portal/actions/end_stopped_files.py:_end",
    # Their dry runs: how far they are, and the report.
    "provider_portal/actions/try_file.py:run_trial",
    "provider_portal/actions/try_file.py:_Kept.keep",
    "commands/file_worker.py:QueueWorker._in_own_transaction",
    # Commands: one transaction each.
    "commands/runtime.py:database_session",
    # Migrations, and what sets the embedded server up.
    "foundation/database/embedded.py:EmbeddedServer.connect",
    "foundation/database/migrate.py:_migrating",
    "foundation/database/migrate.py:_read_statistics",
    "foundation/database/migrations/env.py:run",
}


def commits_in(tree: ast.Module) -> Iterator[str]:
    """The functions that commit, each with its classes: `Timetable.seal`; empty for a statement in none."""
    yield from _commits(tree, ())


def _commits(node: ast.AST, inside: tuple[str, ...]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if _commits_itself(child):
            yield ".".join(inside)
        named = (child.name,) if isinstance(child, Function | ast.ClassDef) else ()
        yield from _commits(child, (*inside, *named))


def _commits_itself(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in COMMITTING_CALLS
    if isinstance(node, ast.keyword):
        return node.arg == "autocommit"
    return isinstance(node, ast.Constant) and node.value in ("AUTOCOMMIT", "COMMIT", b"COMMIT")


def test_only_these_places_commit() -> None:
    found = {f"{name_of(path)}:{name}" for path in program_files() for name in commits_in(tree_of(path))}
    assert found == PLACES


PLANTED = [
    "def act(session):\n    session.commit()",
    "def act(session):\n    with session.begin():\n        pass",
    "def act(engine):\n    engine.execution_options(isolation_level='AUTOCOMMIT')",
    "def act(session):\n    session.execute('COMMIT')",
    "def act():\n    connect(autocommit=True)",
    "def act(session):\n    def inner():\n        execute_with_commit(session)\n    inner()",
]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_commit_anywhere_else_is_found(planted: str) -> None:
    assert list(commits_in(ast.parse(planted))) in (["act"], ["act.inner"])


def test_a_savepoint_is_no_commit() -> None:
    assert list(commits_in(ast.parse("def act(session):\n    session.begin_nested()"))) == []
