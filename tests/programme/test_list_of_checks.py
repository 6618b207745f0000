"""The command that plays the programme's checks lists them."""

from click.testing import CliRunner

from benchmarks.programme.__main__ import CHECKS, main


def test_the_command_lists_what_each_check_holds() -> None:
    output = CliRunner().invoke(main, ["--list"]).output
    assert [line.split()[0] for line in output.splitlines()] == list(CHECKS)
