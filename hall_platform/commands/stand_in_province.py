"""`hall-platform stand-in-province`."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import date
from pathlib import Path

from hall_platform.clock import SystemClock, day_of
from hall_platform.commands import Commands, write_private

LINKS = """[province]
url = "{url}"
app_mark = "{mark}"
app_word = "{word}"
signature = "ed25519"
key_file = "province.pem"

[sources.province]
url = "{url}"
app_mark = "{mark}"
app_word = "{word}"
signature = "ed25519"
key_file = "province.pem"
"""


def add(commands: Commands) -> None:
    """A province's platform for tests and demonstrations."""
    parser = commands.add_parser(
        "stand-in-province", help="play the province's platform, for tests and demonstrations"
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        required=True,
        help="folder for the key and links.toml, which `serve --links` takes",
    )
    parser.add_argument("--port", type=int, default=0, help="port, 0 for any free one")
    parser.add_argument("--seed", type=int, default=1, help="number of the invented people")
    parser.add_argument("--today", type=date.fromisoformat, help="day the dates are laid around")
    parser.add_argument(
        "--any-time", action="store_true", help="take messages of any age (a platform in play)"
    )
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="end when standard input closes"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    import secrets

    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from hall_platform.engines import StoreUnusable
    from hall_platform.links.envelope import SignedEnvelope
    from hall_platform.links.signing import Ed25519
    from hall_platform.stand_in import invented
    from hall_platform.stand_in.province import Province
    from hall_platform.stand_in.server import StandIn

    clock = SystemClock()
    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    mark, word = "hall-counter", secrets.token_hex(8)
    province = Province(invented.records(options.seed, options.today or day_of(clock.now())))
    province.publish(*invented.first_publication())
    province.licence_types = invented.licence_types()
    try:
        stand_in = StandIn(
            province,
            SignedEnvelope(mark, word, Ed25519(key)),
            options.port,
            None if options.any_time else clock,
        )
    except (OSError, OverflowError) as failure:
        raise StoreUnusable(f"cannot listen on port {options.port} ({failure})") from None
    write_private(options.data_dir / "province.pem", key.decode())
    links = LINKS.format(url=stand_in.url, mark=mark, word=word)
    write_private(options.data_dir / "links.toml", links)
    stand_in.start()
    sys.stdout.write(f"listening on {stand_in.url}\n")
    sys.stdout.flush()
    try:
        if options.stop_with_stdin:
            while sys.stdin.buffer.read(4096):
                pass
        else:
            threading.Event().wait()
    finally:
        stand_in.stop()
