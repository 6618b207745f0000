"""Each class of bad file has its own code, the field named and the next step, in each language."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from foundation.database.tables.charges import Charge
from foundation.vocabulary.labels import CHARGE_FIELDS
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from tests.bad_input.file_classes import BAD_FILES, BAD_ROWS, HEADER, LINE, BadFile, BadRow
from tests.bad_input.texts import LANGUAGES, are_told_apart, raw_names
from tests.builders.provider_api import ProviderApi


@pytest.mark.parametrize("case", BAD_FILES, ids=[case.name for case in BAD_FILES])
def test_a_bad_file_is_named(own_api: ProviderApi, case: BadFile) -> None:
    query = {"dry_run": "true"} | ({"mapping": case.query} if case.query else {})
    texts = {}
    for language in LANGUAGES:
        answer = own_api.send_file(
            case.data, f"?{urlencode(query)}", case.kind, **{"Accept-Language": language}
        )
        problem = answer.get_json()
        assert (answer.status_code, problem["code"]) == (case.status, case.code), problem
        error = problem["errors"][0]
        assert (error["field"], error["code"]) == (case.field, case.code)
        texts[language] = error["title"]
        assert case.code not in error["title"]
        assert not raw_names(error["title"], {"service_day", "unit_price"})
    assert are_told_apart(texts), texts


@pytest.mark.parametrize("case", BAD_ROWS, ids=[f"{case.code} {case.field}" for case in BAD_ROWS])
def test_a_bad_row_is_named(own_api: ProviderApi, case: BadRow) -> None:
    cells = dict(zip(HEADER.split(";"), LINE.format(voucher=own_api.voucher).split(";"), strict=True))
    cells |= case.cells
    data = "\n".join([";".join(cells), ";".join(cells.values())]).encode()
    told: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        answer = own_api.send_file(data, "?dry_run=true", **{"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        result = answer.get_json()["results"][0]
        assert result["outcome"] != "accepted"
        found = [reason for reason in result["reasons"] if reason["code"] == case.code]
        (reason,) = [reason for reason in found if (reason["field"] or "") == case.field]
        told[language] = {name: reason[name] for name in ("title", "detail", "fix", "who")}
        if case.code in ("field_missing", "field_malformed"):
            assert translate(CHARGE_FIELDS[case.field], Language(language)) in reason["detail"]
        for text in told[language].values():
            assert not raw_names(text, set()), text
    for name in ("title", "detail", "fix", "who"):
        assert are_told_apart({language: told[language][name] for language in LANGUAGES}), told


def test_there_are_as_many_classes_as_promised(own_api: ProviderApi) -> None:
    files = {(case.code, case.field, case.name) for case in BAD_FILES}
    rows = {(case.code, case.field) for case in BAD_ROWS}
    assert len(files) + len(rows) == len(BAD_FILES) + len(BAD_ROWS) >= 60
    assert own_api.count(Charge) == 0, "no class left a charge"
