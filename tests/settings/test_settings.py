"""config.py: what the environment may say, and what production refuses to start on."""

from datetime import timedelta
from pathlib import Path

import pytest

from config import ConfigurationError, Settings

LONG_SECRET = "kQ7-vd0TzMw3_hXb9LrN5eYsJcA1uG6f"
PRODUCTION = {"OMATORI_ENV": "production", "MAIL_HOST": "mail.county.example"}


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
    (fault,) = faults(tmp_path, SECRET_KEY=LONG_SECRET, OMATORI_ENV="production")
    assert "MAIL_HOST" in fault


def test_production_names_every_fault_at_once(tmp_path: Path) -> None:
    (tmp_path / "log-ins.txt").touch()
    found = faults(
        tmp_path,
        OMATORI_ENV="production",
        SECRET_KEY="demo",
        OMATORI_CLOCK="2026-11-21T12:00+02:00",
        OMATORI_FAILPOINT="settle.after_freeze:kill",
    )
    words = " ".join(found)
    assert len(found) == 6
    assert all(part in words for part in ("shorter", "demo secret", "OMATORI_CLOCK", "FAILPOINT", "log-ins"))


def test_production_refuses_the_secret_that_development_made(tmp_path: Path) -> None:
    made = settings(tmp_path).secret_key
    assert faults(tmp_path, SECRET_KEY=made, **PRODUCTION) == ["SECRET_KEY is a demo secret"]


def test_production_makes_no_secret_by_itself(tmp_path: Path) -> None:
    assert faults(tmp_path, **PRODUCTION) == ["SECRET_KEY is not set"]
    assert not (tmp_path / "secret-key").exists()


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
    assert "hidden" not in repr(made)
