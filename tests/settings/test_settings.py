"""config.py: what the environment may say, and what production refuses to start on."""

import hmac
from datetime import timedelta
from pathlib import Path

import pytest

from config import ConfigurationError, Settings
from foundation.vocabulary.keys import KeyPurpose, derive_key

LONG_SECRET = "kQ7-vd0TzMw3_hXb9LrN5eYsJcA1uG6f"
AUDIT_SECRET = "u8Jt-2vWqRzXk7Y_aPdLm0sNbE5hG3cF"
IDENTITY_SECRET = "Zw4-oV9pKx1QyH_t6UjR0mBd8SeC2nLf"
PRODUCTION = {
    "OMATORI_ENV": "production",
    "MAIL_HOST": "mail.county.example",
    "AUDIT_KEYS": f"1:{AUDIT_SECRET}",
    "IDENTITY_KEYS": f"1:{IDENTITY_SECRET}",
}


def settings(tmp_path: Path, **environment: str) -> Settings:
    return Settings.from_environment({"OMATORI_VAR": str(tmp_path), **environment})


def faults(tmp_path: Path, **environment: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, **environment)
    return caught.value.faults


def test_an_empty_environment_is_development_on_the_embedded_database(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert not made.is_production
    assert made.database_url is None
    assert made.clock is None


def test_the_development_secret_is_made_once_and_kept_closed(tmp_path: Path) -> None:
    assert settings(tmp_path).secret_key == settings(tmp_path).secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_is_read(tmp_path: Path, scheme: str) -> None:
    made = settings(tmp_path, DATABASE_URL=f"{scheme}://a:b@db:5432/omatori")
    assert made.database_url == "postgresql+psycopg://a:b@db:5432/omatori"


def test_another_database_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, DATABASE_URL="sqlite:///x") == ["DATABASE_URL must begin with postgresql://"]


def test_a_clock_without_a_zone_is_helsinki_time(tmp_path: Path) -> None:
    clock = settings(tmp_path, OMATORI_CLOCK="2026-11-21T12:00").clock
    assert clock is not None
    assert clock.utcoffset() == timedelta(hours=2)


def test_production_starts_on_an_environment_of_its_own(tmp_path: Path) -> None:
    assert settings(tmp_path, SECRET_KEY=LONG_SECRET, **PRODUCTION).is_production


@pytest.mark.parametrize("secret", ["a" * 40, "x9" * 20, "abcdefgh" * 5])
def test_production_refuses_a_secret_that_repeats_itself(tmp_path: Path, secret: str) -> None:
    (fault,) = faults(tmp_path, SECRET_KEY=secret, **PRODUCTION)
    assert "can be guessed" in fault


def test_production_needs_a_mail_server(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, SECRET_KEY=LONG_SECRET, **PRODUCTION | {"MAIL_HOST": ""})
    assert "MAIL_HOST" in fault


def test_production_names_every_fault_at_once(tmp_path: Path) -> None:
    (tmp_path / "log-ins.txt").touch()
    found = faults(
        tmp_path,
        OMATORI_ENV="production",
        SECRET_KEY="demo",
        IDENTITY_KEYS=f"1:{IDENTITY_SECRET}",
        AUDIT_KEYS="2:" + LONG_SECRET + ",1:" + "ab" * 20,
        OMATORI_CLOCK="2026-11-21T12:00+02:00",
        OMATORI_FAILPOINT="settle.after_freeze:kill",
    )
    words = " ".join(found)
    assert len(found) == 7
    assert "AUDIT_KEYS 1 can be guessed" in words
    assert all(part in words for part in ("shorter", "demo secret", "OMATORI_CLOCK", "FAILPOINT", "log-ins"))


def test_production_refuses_the_secret_that_development_made(tmp_path: Path) -> None:
    made = settings(tmp_path).secret_key
    assert faults(tmp_path, SECRET_KEY=made, **PRODUCTION) == ["SECRET_KEY is a demo secret"]


def test_production_makes_no_secret_by_itself(tmp_path: Path) -> None:
    assert faults(tmp_path, **PRODUCTION) == ["SECRET_KEY is not set"]
    assert not (tmp_path / "secret-key").exists()


def test_production_refuses_folders_that_everybody_may_write(tmp_path: Path) -> None:
    (tmp_path / "anchors").mkdir(mode=0o700)
    for folder, name in ((tmp_path, "OMATORI_VAR"), (tmp_path / "anchors", "OMATORI_ANCHORS")):
        folder.chmod(0o777)
        (fault,) = faults(tmp_path, SECRET_KEY=LONG_SECRET, **PRODUCTION)
        assert fault == f"every account of this machine may write into {name}"
        folder.chmod(0o700)


def test_production_needs_a_key_for_each_purpose(tmp_path: Path) -> None:
    missing = PRODUCTION | {"AUDIT_KEYS": "", "IDENTITY_KEYS": ""}
    assert faults(tmp_path, SECRET_KEY=LONG_SECRET, **missing) == [
        "IDENTITY_KEYS is not set",
        "AUDIT_KEYS is not set",
    ]
    (fault,) = faults(tmp_path, SECRET_KEY=AUDIT_SECRET, **PRODUCTION)
    assert "the same secret" in fault


@pytest.mark.parametrize("text", ["secret", "1:", "1:a b:c", ":secret", "1:a;2:b c"])
def test_secrets_without_a_version_are_refused(tmp_path: Path, text: str) -> None:
    (fault,) = faults(tmp_path, AUDIT_KEYS=text)
    assert fault == "AUDIT_KEYS cannot be read: give VERSION:SECRET, or several with commas"


def test_a_key_of_each_purpose_is_another_one(tmp_path: Path) -> None:
    made = settings(tmp_path, SECRET_KEY=LONG_SECRET)
    keys = {made.keys(purpose).keys[1] for purpose in KeyPurpose}
    assert len(keys) == len(KeyPurpose)
    stated = settings(tmp_path, SECRET_KEY=LONG_SECRET, AUDIT_KEYS="2:new,1:old")
    assert stated.keys(KeyPurpose.AUDIT).newest == 2
    other = settings(tmp_path, SECRET_KEY=LONG_SECRET[::-1], AUDIT_KEYS="2:new,1:old")
    assert other.keys(KeyPurpose.AUDIT) == stated.keys(KeyPurpose.AUDIT)


def test_identity_hashes_outlive_a_new_secret_key(tmp_path: Path) -> None:
    """Codes were first hashed with `SECRET_KEY` itself, as version 0."""
    before = settings(tmp_path, SECRET_KEY=LONG_SECRET).keys(KeyPurpose.IDENTITY)
    assert before.keys[0] == LONG_SECRET.encode()
    stated = {"IDENTITY_KEYS": f"1:{IDENTITY_SECRET},0:{LONG_SECRET}"}
    after = settings(tmp_path, SECRET_KEY=AUDIT_SECRET, **stated).keys(KeyPurpose.IDENTITY)
    assert (after.newest, after.keys[0]) == (1, before.keys[0])


def test_a_key_is_derived_as_rfc_5869_says() -> None:
    extracted = hmac.digest(b"omatori", LONG_SECRET.encode(), "sha256")
    assert derive_key(LONG_SECRET, KeyPurpose.AUDIT) == hmac.digest(
        extracted, b"audit chain" + b"\x01", "sha256"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("OMATORI_ENV", "staging"), ("OMATORI_CLOCK", "noon"), ("OMATORI_FAILPOINT", "x:explode")],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str) -> None:
    (fault,) = faults(tmp_path, **{name: value})
    assert name in fault
    assert value in fault


def test_no_secret_shows_in_a_printed_settings(tmp_path: Path) -> None:
    made = settings(tmp_path, SECRET_KEY=LONG_SECRET, DATABASE_URL="postgresql://a:hidden@db/x")
    assert LONG_SECRET not in repr(made)
    assert AUDIT_SECRET not in repr(settings(tmp_path, AUDIT_KEYS=f"1:{AUDIT_SECRET}"))
    assert "hidden" not in repr(made)


def test_the_log_is_json_in_production_and_can_be_chosen(tmp_path: Path) -> None:
    assert settings(tmp_path).log_style == "text"
    assert settings(tmp_path, OMATORI_LOG="json").log_style == "json"
    assert settings(tmp_path, **PRODUCTION, SECRET_KEY=LONG_SECRET).log_style == "json"
    assert faults(tmp_path, OMATORI_LOG="xml") == ["OMATORI_LOG is 'xml': it must be json or text"]


def test_a_short_token_of_the_metrics_is_refused_in_production(tmp_path: Path) -> None:
    found = faults(tmp_path, **PRODUCTION, SECRET_KEY=LONG_SECRET, OMATORI_METRICS_TOKEN="short")
    assert found == ["OMATORI_METRICS_TOKEN is shorter than 32 characters"]
