"""`hall-platform`: its commands. Errors are one sentence and exit status 1."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hall_platform.commands import add_all
from hall_platform.engines import StoreUnusable
from hall_platform.problems import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except StoreUnusable as failure:
        return _failed(str(failure))
    except Problem as problem:
        return _failed(f"the store refused: {problem.code}")
    except OSError as failure:
        return _failed(f"{failure.filename or 'file'}: {failure.strerror}")
    except KeyboardInterrupt:
        return 130
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(f"hall-platform: {sentence}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hall-platform", description="The reference platform of a city's service halls."
    )
    add_all(parser.add_subparsers(required=True, metavar="COMMAND"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
