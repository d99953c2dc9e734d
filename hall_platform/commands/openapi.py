"""`hall-platform openapi`."""

from __future__ import annotations

import argparse
import sys

from hall_platform.commands import Commands, as_json


def add(commands: Commands) -> None:
    """Print the contract."""
    openapi = commands.add_parser("openapi", help="print the OpenAPI document")
    openapi.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> None:
    from hall_platform.app import openapi_document

    sys.stdout.write(as_json(openapi_document()))
