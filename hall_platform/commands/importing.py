"""`hall-platform import`: what a city has in tables, taken over whole or not at all."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hall_platform.commands import (
    Commands,
    as_json,
    clock_of,
    clock_option,
    store_options,
    write_private,
)
from hall_platform.settings import Settings

KINDS = (
    "halls",
    "windows",
    "devices",
    "people",
    "licence-types",
    "items",
    "one-things",
    "seals",
    "calendar",
)


def add(commands: Commands) -> None:
    """Take a file of one kind over."""
    taken = commands.add_parser(
        "import",
        parents=[store_options(), clock_option()],
        help="take over items, people, windows… from a file",
    )
    taken.add_argument("kind", choices=KINDS, help="what the file holds")
    taken.add_argument("file", type=Path, help="CSV or JSON, told apart by the file's name")
    taken.add_argument(
        "--as",
        dest="username",
        required=True,
        metavar="USERNAME",
        help="the system administrator who answers for it",
    )
    taken.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    taken.add_argument(
        "--secrets", type=Path, help="file for new passwords and secrets; default standard output"
    )
    taken.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from hall_platform.database import StoreUnusable, open_store
    from hall_platform.importing.kinds import KINDS as TAKERS
    from hall_platform.importing.reading import Wrong
    from hall_platform.importing.taking import take

    if options.secrets is not None and options.secrets.exists():
        raise StoreUnusable(f"{options.secrets} 已经存在；请给一个新的文件名")
    store = open_store(Settings(data_dir=options.data_dir, db=options.db))
    try:
        outcome = take(
            store,
            TAKERS[options.kind],
            options.file,
            username=options.username,
            at=clock_of(options).now(),
            dry_run=options.dry_run,
            keep=lambda told: _keep(options.secrets, told),
        )
    except Wrong as wrong:
        for finding in wrong.findings:
            sys.stderr.write(f"{options.file.name} {finding}\n")
        count = len(wrong.findings)
        raise StoreUnusable(f"{count} 处有误，什么都没有导入；改正后请重新导入") from None
    finally:
        store.close()
    became = outcome.became
    told = "检查通过，没有写入" if options.dry_run else "已导入"
    sys.stderr.write(
        f"{told}：新增 {became.get('new', 0)}，更改 {became.get('changed', 0)}，"
        f"未变 {became.get('unchanged', 0)}\n"
    )
    if outcome.told and options.secrets is None:
        sys.stdout.write(as_json(outcome.told))


def _keep(path: Path | None, told: list[dict[str, str]]) -> None:
    if path is not None:
        write_private(path, as_json(told))
