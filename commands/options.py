"""Options and file types that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT_FILE = click.Path(dir_okay=False, path_type=Path)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
mapping_option = click.option(
    "--map", "mapping", type=EXISTING_FILE, help="Column mapping: a TOML or JSON file (docs/mappings)."
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Report the result of each row and store nothing."
)
county_option = click.option("--county", "county_code", required=True, help="Code of the county, such as 12.")
county_filter_option = click.option("--county", "county_code", help="Code of a county; default: all.")
