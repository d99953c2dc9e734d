"""The `hall-counter` commands. Qt is only loaded by the commands that open a window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from counter_app import __version__
from counter_app.errors import HallError
from ui import words
from ui.messages import message_of
from ui.words import tr

_INTERRUPTED = 130  # as shells count SIGINT
FACES = ("clerk", "kiosk", "display", "supervisor")
ALL = "all"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. An expected failure is a sentence with its code, and 1."""
    if getattr(sys, "frozen", False):  # how a frozen program starts its worker process
        import multiprocessing

        multiprocessing.freeze_support()
    _open_missing_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["--simulated-desk"]:  # how a frozen program starts its own devices
        from counter_app.devices.simulators import desk

        return desk.main(arguments[1:])
    options = _parser().parse_args(arguments)
    words.choose(options.language)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        code = run(options)
    except HallError as error:
        said = message_of(error)
        line = tr("{what}。{do} [{code}]", what=said.what, do=said.do, code=said.code)
        print(line, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)  # the shell's prompt begins on a line of its own
        return _INTERRUPTED
    return code


def _open_missing_streams() -> None:
    """Somewhere to write to where the caller closed a standard stream; `sys.stdin` stays None.

    In their order: a file opened later must not get the number of one of them.
    """
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the end


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hall-counter",
        description="政务大厅综合窗口客户端 — the desktop program at a service hall's windows.",
    )
    parser.add_argument("--version", action="version", version=f"hall-counter {__version__}")
    parser.add_argument("--face", choices=FACES, default="clerk", help="which face to open")
    parser.add_argument("--self-check", action="store_true", help="check this installation and end")
    for measured_or_tied in ("--until-painted", "--stop-with-stdin", "--played"):
        parser.add_argument(measured_or_tied, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, nargs=4, help=argparse.SUPPRESS)
    _common(parser)
    parser.set_defaults(run=_window)
    # With its name given argparse does not make a page of help to find it out, at each start.
    commands = parser.add_subparsers(title="commands", metavar="", prog="hall-counter")
    demo = commands.add_parser("demo", help="the whole job with simulated devices and platform")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="where pictures go")
    demo.add_argument(
        "--face",
        dest="shown",
        choices=(ALL, *FACES),
        default=ALL,
        help="which faces to show where there is a display (all)",
    )
    _language(demo)
    demo.set_defaults(run=_demo)
    read = commands.add_parser("read-card", help="read one identity card")
    read.add_argument("--port", required=True, help="serial port of the reader")
    read.add_argument("--baud", type=int, default=115200, help="speed to try first (115200)")
    read.add_argument("--timeout", type=float, default=30.0, help="seconds to wait for a card (30)")
    read.add_argument("--json", action="store_true", help="one JSON object")
    _language(read)
    read.set_defaults(run=_read_card)
    scan = commands.add_parser(
        "scan",
        help="read the codes in pictures",
        epilog="Ends with 0 when every file could be read as a picture, with a code in it or not, "
        "and with 1 otherwise.",
    )
    scan.add_argument("files", nargs="+", metavar="FILE", help="a picture of any usual format")
    scan.add_argument("--json", action="store_true", help="one JSON object a file and line")
    _language(scan)
    scan.set_defaults(run=_scan)
    doctor = commands.add_parser("doctor", help="how each device and service is, and what to do")
    doctor.add_argument(
        "--scan-test", action="store_true", help="show a test code and say how the gun is set"
    )
    _common(doctor, argparse.SUPPRESS)
    doctor.set_defaults(run=_doctor)
    enrol = commands.add_parser(
        "enrol", help="keep the secret of this counter's device, read from standard input"
    )
    _common(enrol, argparse.SUPPRESS)
    enrol.set_defaults(run=_enrol)
    return parser


def _common(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Options before or after a command's name; after it, SUPPRESS keeps what stood before."""
    parser.add_argument("--config", type=Path, default=default, help="settings file (TOML)")
    parser.add_argument(
        "--data-dir", type=Path, default=default, help="where store and logs are kept"
    )
    _language(parser, default or "zh")


def _language(parser: argparse.ArgumentParser, default: str = argparse.SUPPRESS) -> None:
    choices = ("zh", "en")
    parser.add_argument("--language", choices=choices, default=default, help="words shown (zh)")


def _window(options: argparse.Namespace) -> int:
    if options.self_check:
        from ui.self_check import self_check

        return self_check()
    import gc

    # What is imported on the way to the first paint stays; looking for refuse in it is in vain.
    gc.disable()
    from counter_app.settings import load
    from ui.app import run_window

    attach = None
    if options.played or options.stop_with_stdin:
        from ui.demo.player import Player, Tether

        attach = Player if options.played else Tether
    return run_window(
        load(options.config, data_dir=options.data_dir),
        options.face,
        until_painted=options.until_painted,
        attach=attach,
        place=options.place,
        quiet=options.played,
    )


def _demo(options: argparse.Namespace) -> int:
    from ui.demo.run import run

    return run(options.out, options.language, FACES if options.shown == ALL else (options.shown,))


def _enrol(options: argparse.Namespace) -> int:
    from counter_app.settings import load
    from ui.enrol import enrol

    return enrol(load(options.config, data_dir=options.data_dir))


def _read_card(options: argparse.Namespace) -> int:
    import logging

    logging.getLogger().addHandler(logging.NullHandler())  # the sentence at the end says it all
    from counter_app.devices.read_card import lines_for_people, read_card

    identity = read_card(options.port, options.baud, options.timeout).identity
    if options.json:
        import json

        record = {**identity.as_record(), "sam_id": identity.sam_id}
        print(json.dumps(record, ensure_ascii=False))
    else:
        print("\n".join(lines_for_people(identity)))
    return 0


def _scan(options: argparse.Namespace) -> int:
    from ui.scan import scan

    return scan(options.files, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from counter_app.settings import load
    from ui.doctor import examine

    settings = load(options.config, data_dir=options.data_dir)
    if options.scan_test:
        from ui.scan_test import scan_test

        return scan_test(settings)
    findings = examine(settings, options.face)
    for finding in findings:
        print(finding.line())
    return 0 if all(finding.fine for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
