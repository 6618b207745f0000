"""M16: every address that takes files is in the table of those that are sent bombs.

The bombs are sent by `tests/programme` (some) and by `python -m benchmarks.programme bombs` (all of them).
"""

from __future__ import annotations

from collections.abc import Iterator

from wtforms.fields.core import UnboundField

from benchmarks.programme.bomb_documents import bombs
from benchmarks.programme.upload_paths import UPLOAD_PATHS
from foundation.web.fields import FileField
from foundation.web.forms import Form
from foundation.web.large_bodies import ORDINARY_BYTES, largest_body
from tests.security.conftest import SmallWorld


def forms_with_files(form: type[Form] = Form) -> Iterator[tuple[str, str]]:
    """Yield the name of each form of the program with a file, and that of its field."""
    for each in form.__subclasses__():
        for name, field in vars(each).items():
            if isinstance(field, UnboundField) and issubclass(field.field_class, FileField):
                yield f"{each.__module__}.{each.__qualname__}", name
        yield from forms_with_files(each)


def is_of_program(form: str) -> bool:
    return not form.startswith("tests.")


def test_every_form_with_a_file_is_sent_bombs(small_world: SmallWorld) -> None:
    assert list(small_world.app.url_map.iter_rules()), "every page is imported"
    found = {(form, name) for form, name in forms_with_files() if is_of_program(form)}
    assert found == {(path.form, path.file_field) for path in UPLOAD_PATHS if path.form}


def test_every_address_that_takes_large_bodies_is_sent_bombs(small_world: SmallWorld) -> None:
    rules = {rule.rule for rule in small_world.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    large = {
        rule
        for rule in rules
        if "<" not in rule and largest_body(small_world.app, "POST", rule) > ORDINARY_BYTES
    }
    sent = {path.rule for path in UPLOAD_PATHS}
    assert large <= sent <= rules
    assert {path.rule for path in UPLOAD_PATHS if not path.takes_papers} == large


def test_every_operation_whose_body_is_a_file_is_sent_bombs(small_world: SmallWorld) -> None:
    document = small_world.app.test_client().get("/api/openapi.json").get_json()
    found = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if isinstance(operation, dict)
        and set(operation.get("requestBody", {}).get("content", {})) - {"application/json"}
    }
    sent = {path.rule for path in UPLOAD_PATHS if not path.form}
    assert {path if path.startswith("/api/") else f"/api/v1{path}" for path in found} == sent


def test_there_are_as_many_bombs_as_promised() -> None:
    names = [bomb.name for bomb in bombs()]
    assert len(set(names)) == len(names) >= 25
