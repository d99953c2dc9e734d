"""All simulated devices of a counter in one process of their own, and the hand that moves them.

The wires are paced byte by byte; in the window's own process they would share its interpreter, and
each would disturb the other. `SimulatedDesk` starts the process and tells it what to do:

    in    {"do": "put", "card": {...}}                        one JSON object a line
    out   {"done": true} or {"error": "..."}

The first line out says where the devices are: reader, gun, platform, printer, ticket_printer,
tickets; and `no_keyboard`, why no gun that types can be played, "" where one can.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, Protocol

from counter_app.domain.identity import DocumentKind, Identity

FROZEN_SWITCH = "--simulated-desk"
LONG_TERM = "长期"
_START_TIMEOUT_S = 30
_ANSWER_TIMEOUT_S = 10
_STOP_TIMEOUT_S = 10
_DATES = ("born", "valid_from", "valid_to")
_OWN_FIELDS = frozenset(field.name for field in fields(Identity)) - {"kind", "source", "sam_id"}


class SimulatedDeskError(RuntimeError):
    """The desk did not start, ended, or did not understand; the message says which."""


# The hand -------------------------------------------------------------------------------------


class SimulatedDesk:
    """The devices' process and what a hand does with them; also a context manager.

    After `start`: `reader` and `gun` are ports to open, `platform` the address under which the
    program finds the platform, `printer` the file printer's folder, `ticket_printer` the TCP port
    of the kiosk's printer, whose tickets come as pictures into the folder `tickets`; `no_keyboard`
    says why `type` would fail (`x11_keyboard.KeyboardError.why`), "" where it would not. Every
    method returns when it is done, and raises SimulatedDeskError when it cannot be. Any thread may
    call.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()
        self.reader = self.gun = self.platform = self.printer = self.tickets = ""
        self.no_keyboard = "no_display"
        self.ticket_printer = 0

    def start(self, data_dir: Path, platform_url: str) -> None:
        """Start the devices; what they keep lies in `data_dir`. `platform_url` is the real one."""
        self._process = subprocess.Popen(
            [
                *desk_command(),
                "--data-dir",
                str(data_dir),
                "--platform",
                platform_url,
                "--stop-with-stdin",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            ready = self._read_line(_START_TIMEOUT_S)
            self.reader, self.gun = str(ready["reader"]), str(ready["gun"])
            self.platform, self.printer = str(ready["platform"]), str(ready["printer"])
            self.ticket_printer, self.tickets = int(ready["ticket_printer"]), str(ready["tickets"])
            self.no_keyboard = str(ready["no_keyboard"])
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process; calling it again does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it ended first
            process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def __enter__(self) -> SimulatedDesk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def put(self, card: Mapping[str, object] | bytes) -> None:
        """Lay a card on the reader: its fields (see `card_identity`) or its whole answer."""
        if isinstance(card, bytes):
            self._do("put", frame_hex=card.hex())
        else:
            self._do("put", card=dict(card))

    def lift(self) -> None:
        """Take the card off."""
        self._do("lift")

    def show(self, payload: str | bytes) -> None:
        """Hold a code under the gun; text is sent as UTF-8."""
        raw = payload.encode("utf-8") if isinstance(payload, str) else payload
        self._do("show", payload_hex=raw.hex())

    def type(self, payload: str, process: int) -> bool:
        """Scan with a gun that types into that process' window; False where none is in front."""
        return bool(self._do("type", payload=payload, process=process)["typed"])

    def pull_network(self) -> None:
        """Cut the program off from the platform."""
        self._do("network", state="pulled")

    def plug_network(self) -> None:
        """Connect it again."""
        self._do("network", state="plugged")

    def slow_network(self, milliseconds: float) -> None:
        """Let every byte arrive so much later; 0 for at once."""
        self._do("network", state="slow", ms=milliseconds)

    def printer_state(self, state: str) -> None:
        """Make the printer ready, low, out, stopped or missing."""
        self._do("printer", state=state)

    def ticket_printer_state(self, state: str) -> None:
        """Make the kiosk's printer one of `ticket_printer.STATES`."""
        self._do("ticket_printer", state=state)

    def unplug_reader(self) -> None:
        """Pull the reader's plug."""
        self._do("reader", state="unplugged")

    def plug_reader(self) -> None:
        """Plug the reader in again."""
        self._do("reader", state="plugged")

    def unplug_gun(self) -> None:
        """Pull the gun's plug."""
        self._do("gun", state="unplugged")

    def plug_gun(self) -> None:
        """Plug the gun in again."""
        self._do("gun", state="plugged")

    def fault(self, name: str, **how: object) -> None:
        """Make the reader misbehave: a name of `reader.Misbehaviour`, or dead, or well."""
        self._do("fault", name=name, **how)

    def last_card_byte_ns(self) -> int | None:
        """When the last byte of the last card read went onto the wire, by `time.monotonic_ns`.

        The clock is one for all processes of the machine. None before the first read.
        """
        at = self._do("last_card_byte").get("monotonic_ns")
        return None if at is None else int(at)

    def last_ticket_ns(self) -> int | None:
        """When the last bytes of the last ticket came to the kiosk's printer; as above."""
        at = self._do("last_ticket").get("monotonic_ns")
        return None if at is None else int(at)

    def _do(self, what: str, **how: object) -> dict[str, Any]:
        with self._turn:
            process = self._process
            if process is None or process.stdin is None:
                raise SimulatedDeskError("the desk is not started")
            try:
                process.stdin.write(json.dumps({"do": what, **how}) + "\n")
                process.stdin.flush()
            except (BrokenPipeError, ValueError) as error:
                raise SimulatedDeskError("the desk has ended") from error
            answer = self._read_line(_ANSWER_TIMEOUT_S)
        if "error" in answer:
            raise SimulatedDeskError(str(answer["error"]))
        return answer

    def _read_line(self, timeout_s: float) -> dict[str, Any]:
        """One line of the desk's; a desk that says nothing in time is ended."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        watchdog = threading.Timer(timeout_s, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            line = process.stdout.readline()
        finally:
            watchdog.cancel()
            watchdog.join()
        if not line:
            raise SimulatedDeskError("the desk has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


def desk_command() -> list[str]:
    """How the devices' process is started, from a frozen program or from its modules."""
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_SWITCH]
    return [sys.executable, "-m", "counter_app.devices.simulators.desk"]


def card_identity(card: Mapping[str, object]) -> Identity:
    """The identity a card's fields describe; keys as in `Identity.as_record`, others are left out.

    `kind` is resident unless it says otherwise; dates are ISO text; `valid_to` None or 长期 is
    long-term. Raises ValueError for a kind or a date that is none, or without name or number.
    """
    known = {key: value for key, value in card.items() if key in _OWN_FIELDS}
    if known.get("valid_to") in {None, "", LONG_TERM}:
        known["valid_to"], known["long_term"] = None, True
    for key in _DATES:
        value = known.get(key)
        if isinstance(value, str):
            known[key] = date.fromisoformat(value) if value else None
    try:
        return Identity(kind=DocumentKind(card.get("kind", "resident")), **known)  # type: ignore[arg-type]  # the fields were picked by name
    except TypeError as error:
        raise ValueError("a card needs a name and a number") from error


# The process ----------------------------------------------------------------------------------


class _Devices:
    """The devices on the desk and what each command does to them."""

    def __init__(self, data_dir: Path, platform: str, stack: ExitStack) -> None:
        from counter_app.devices.simulators.gun import SimulatedGun
        from counter_app.devices.simulators.network import SimulatedNetwork
        from counter_app.devices.simulators.reader import SimulatedReader
        from counter_app.devices.simulators.ticket_printer import SimulatedTicketPrinter

        self._printer = data_dir / "printer"
        self._printer.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The ports' names lie in the same folder, so that even a killed desk leaves nothing else.
        tempfile.tempdir = str(data_dir)
        self._reader = stack.enter_context(SimulatedReader())
        self._gun = stack.enter_context(SimulatedGun())
        self._network = stack.enter_context(SimulatedNetwork(platform))
        self._tickets = stack.enter_context(SimulatedTicketPrinter(data_dir / "tickets"))
        self._commands: dict[str, Callable[[dict[str, Any]], dict[str, object] | None]] = {
            "put": self._put,
            "lift": lambda _: self._reader.lift(),
            "show": self._show,
            "type": self._type,
            "network": self._set_network,
            "printer": self._set_printer,
            "ticket_printer": lambda how: self._tickets.be(str(how["state"])),
            "reader": lambda how: _plug(self._reader, how),
            "gun": lambda how: _plug(self._gun, how),
            "fault": self._fault,
            "last_card_byte": lambda _: _moment(self._reader.last_card_byte_at),
            "last_ticket": lambda _: _moment(self._tickets.last_ticket_at),
        }

    def places(self) -> dict[str, object]:
        """Where the devices are."""
        from counter_app.devices.simulators.x11_keyboard import lacking

        return {
            "reader": self._reader.port,
            "gun": self._gun.port,
            "platform": self._network.url,
            "printer": str(self._printer),
            "ticket_printer": self._tickets.port,
            "tickets": str(self._tickets.folder),
            "no_keyboard": lacking(),
        }

    def obey(self, line: str) -> dict[str, object]:
        """Do what one line says. Raises ValueError or KeyError for what it cannot mean."""
        how = json.loads(line)
        if not isinstance(how, dict) or how.get("do") not in self._commands:
            raise ValueError(f"unknown command; there are {', '.join(sorted(self._commands))}")
        return {"done": True, **(self._commands[how["do"]](how) or {})}

    def _put(self, how: dict[str, Any]) -> None:
        from counter_app.devices.simulators.cards import card_of

        if "frame_hex" in how:
            self._reader.put(bytes.fromhex(how["frame_hex"]))
        else:
            self._reader.put(card_of(card_identity(how["card"])))

    def _show(self, how: dict[str, Any]) -> None:
        if "payload_hex" in how:
            self._gun.show(bytes.fromhex(how["payload_hex"]))
        else:
            self._gun.show(str(how["payload"]).encode("utf-8"))

    def _type(self, how: dict[str, Any]) -> dict[str, object]:
        from counter_app.devices.simulators.x11_keyboard import X11Keyboard

        with contextlib.closing(X11Keyboard()) as keyboard:
            return {"typed": keyboard.scan(str(how["payload"]), int(how["process"]))}

    def _set_network(self, how: dict[str, Any]) -> None:
        state = how["state"]
        if state == "pulled":
            self._network.pull()
        elif state == "plugged":
            self._network.plug()
        elif state == "slow":
            self._network.slow(float(how["ms"]))
        else:
            raise ValueError("a network is pulled, plugged or slow")

    def _set_printer(self, how: dict[str, Any]) -> None:
        from counter_app.devices.printer_file import set_state
        from counter_app.ports import PrinterState

        set_state(self._printer, PrinterState(how["state"]))

    def _fault(self, how: dict[str, Any]) -> None:
        from counter_app.devices.simulators.reader import Fault, Misbehaviour

        name = how["name"]
        if name == "dead":
            self._reader.die()
        elif name == "well":
            self._reader.well()
        else:
            self._reader.script(
                Fault(
                    Misbehaviour(name),
                    str(how.get("command", "read")),
                    float(how.get("amount", 0)),
                    int(how.get("times", 1)),
                    bytes.fromhex(how.get("noise_hex", "")),
                )
            )


def _moment(at: float | None) -> dict[str, object]:
    return {"monotonic_ns": None if at is None else int(at * 1e9)}


class _Pluggable(Protocol):
    def unplug(self) -> None: ...
    def replug(self) -> None: ...


def _plug(device: _Pluggable, how: dict[str, Any]) -> None:
    if how["state"] == "unplugged":
        device.unplug()
    elif how["state"] == "plugged":
        device.replug()
    else:
        raise ValueError("a device is plugged or unplugged")


def main(arguments: Sequence[str]) -> int:
    """The devices' process: one line when ready, then one answer for each command line."""
    parser = argparse.ArgumentParser(
        prog="simulated desk", description="A counter's devices without hardware."
    )
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--platform", required=True, metavar="HOST:PORT")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="end when the standard input is closed"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)
    if options.stop_with_stdin:
        # Ctrl-C goes to the whole terminal; whoever started the desk ends it by closing its input.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ExitStack() as stack:
        try:
            devices = _Devices(options.data_dir, options.platform, stack)
        except (OSError, ValueError) as error:
            print(f"{parser.prog}: {error}", file=sys.stderr)
            return 1
        _serve(devices, sys.stdin, sys.stdout)
        if not options.stop_with_stdin:
            signal.pause()
    return 0


def _serve(devices: _Devices, commands: IO[str], answers: IO[str]) -> None:
    _say(answers, devices.places())
    for line in commands:
        try:
            answer = devices.obey(line)
        except (ValueError, KeyError, TypeError, OSError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        _say(answers, answer)


def _say(answers: IO[str], answer: Mapping[str, object]) -> None:
    try:
        answers.write(json.dumps(answer, ensure_ascii=True) + "\n")
        answers.flush()
    except BrokenPipeError:
        # Nobody listens any more; keep the interpreter from flushing into the pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
        raise SystemExit(0) from None


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
