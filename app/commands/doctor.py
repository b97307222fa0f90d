"""`assay doctor`: say what is wrong with this deployment and what to do about it; exit code 1 when anything is."""

import argparse

from app.dev.embedded_postgres import database
from app.doctor.checks import examine
from app.doctor.finding import Deployment
from app.settings import Settings
from app.version import title

WRONG = 1


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--processes", type=int, default=1, help="how many API processes `serve` is to run; 1 unless given"
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """A line for each check, and the findings below it. Changes nothing, and sends no mail. Raises EmbeddedError."""
    print(title())
    count = 0
    with database(settings.database_url, settings.assay_data_dir) as url:
        for check, found in examine(Deployment(settings, url, arguments.processes)):
            if isinstance(found, str):
                print(f"{check.name}: not looked at, {found}", flush=True)
                continue
            if not found:
                print(f"{check.name}: {check.well}", flush=True)
            for finding in found:
                count += 1
                print(f"{check.name}: WRONG: {finding.wrong}\n    {finding.remedy}", flush=True)
    print("Nothing is wrong." if not count else f"Findings: {count}.")
    return WRONG if count else 0
