"""`hall-platform serve`."""

from __future__ import annotations

import argparse
from pathlib import Path

from hall_platform.commands import Commands, clock_of, clock_option, store_options
from hall_platform.settings import FIGURE_ROWS_DAYS, Settings


def add(commands: Commands) -> None:
    """Serve the contract until told to stop."""
    serve = commands.add_parser(
        "serve",
        parents=[store_options(), clock_option()],
        help="serve the contract over HTTP",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8765, help="port, 0 for any free one (%(default)s)"
    )
    serve.add_argument("--ready-file", type=Path, help="written with url and pid when ready")
    serve.add_argument(
        "--stop-with-stdin", action="store_true", help="end when standard input closes"
    )
    serve.add_argument("--parent-pid", type=int, help="end when that process has ended")
    serve.add_argument(
        "--links", type=Path, help="TOML file with the addresses of province and data sources"
    )
    serve.add_argument(
        "--public-url", default="", metavar="URL", help="address callers use, with a proxy before"
    )
    serve.add_argument(
        "--text-messages", default="", metavar="URL", help="gateway that sends short messages"
    )
    serve.add_argument(
        "--factor-key",
        type=Path,
        metavar="FILE",
        help="key that secrets of authenticators are sealed with (factors.key in the data folder)",
    )
    serve.add_argument(
        "--figure-rows-days",
        type=_days,
        default=FIGURE_ROWS_DAYS,
        metavar="DAYS",
        help="how long the rows behind figures are kept; figures stay (%(default)s)",
    )
    serve.set_defaults(run=_run)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError
    return port


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 36_500:
        raise ValueError
    return days


def _run(options: argparse.Namespace) -> None:
    from hall_platform.links.settings import Links, read_links
    from hall_platform.serving import Serving, serve

    serve(
        Serving(
            settings=Settings(
                data_dir=options.data_dir,
                db=options.db,
                public_url=options.public_url.rstrip("/"),
                text_messages=options.text_messages,
                factor_key=options.factor_key,
                figure_rows_days=options.figure_rows_days,
                links=read_links(options.links) if options.links else Links(),
            ),
            host=options.host,
            port=options.port,
            ready_file=options.ready_file,
            stop_with_stdin=options.stop_with_stdin,
            parent=options.parent_pid,
            clock=clock_of(options),
        )
    )
