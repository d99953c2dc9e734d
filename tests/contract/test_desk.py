"""The desk of simulated devices: a process that can be moved, and that leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import serial

from counter_app.devices.card_text import identity_from
from counter_app.devices.printer_file import FilePrinter
from counter_app.devices.sdt_protocol import (
    FIND,
    READ,
    READ_NEW_ADDRESS,
    SELECT,
    Answer,
    Command,
    Resynchroniser,
    card_contents,
)
from counter_app.devices.simulators.desk import SimulatedDesk, SimulatedDeskError, card_identity
from counter_app.devices.simulators.network import SimulatedNetwork
from counter_app.domain.identity import DocumentKind
from counter_app.errors import PrinterError
from counter_app.ports import JobState, PrinterState

DEADLINE_S = 15
CARD = {
    "kind": "resident",
    "name": "测试甲",
    "sex": "1",
    "nation": "34",
    "nation_name": "布朗",
    "born": "1990-01-01",
    "address": "测试省测试市测试区某某路1号",
    "number": "990302199001010016",
    "issuer": "测试市公安局",
    "valid_from": "2020-01-01",
    "valid_to": None,
    "phone": "a key no card has",
}


class EchoServer:
    """A platform that says back what it hears, one thread a connection."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._lines: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept or recv.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(DEADLINE_S)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(line)
            thread = threading.Thread(target=self._echo, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _echo(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            while piece := line.recv(65536):
                line.sendall(piece)


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    server = EchoServer()
    yield server
    server.close()


@pytest.fixture
def desk(tmp_path: Path, echo: EchoServer) -> Iterator[SimulatedDesk]:
    with SimulatedDesk() as made:
        made.start(tmp_path / "desk", f"http://{echo.address}")
        yield made


def line_to(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=DEADLINE_S)


def echoed(line: socket.socket, data: bytes) -> bytes:
    sender = threading.Thread(target=line.sendall, args=(data,))
    sender.start()
    heard = bytearray()
    while len(heard) < len(data):
        piece = line.recv(65536)
        if not piece:
            break
        heard += piece
    sender.join(DEADLINE_S)
    return bytes(heard)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def ask(port: serial.Serial, command: Command) -> Answer:
    heard = Resynchroniser()
    port.write(command.request)
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        answers = heard.feed(port.read(heard.missing()))
        if answers:
            return answers[0]
    raise AssertionError(f"no answer to {command.name}")


def read_card(port: serial.Serial) -> Answer:
    assert ask(port, FIND).error() is None
    assert ask(port, SELECT).error() is None
    return ask(port, READ)


def test_a_card_put_down_is_read_over_the_wire(desk: SimulatedDesk) -> None:
    with serial.Serial(desk.reader, 115200, timeout=0.2) as port:
        assert ask(port, FIND).error() is not None
        desk.put(CARD)
        before = time.monotonic_ns()
        contents = card_contents(read_card(port).data)
        after = time.monotonic_ns()
        identity = identity_from(contents.text)
        assert (identity.name, identity.number) == (CARD["name"], CARD["number"])
        assert identity.nation_name == "布朗"
        assert identity.long_term
        stamp = desk.last_card_byte_ns()
        assert stamp is not None
        # 1,295 bytes at 115,200 baud take 112 ms; the last of them is not the first.
        assert before + 100_000_000 < stamp
        assert stamp < after + 20_000_000
        desk.lift()
        assert ask(port, FIND).error() is not None


def test_a_card_may_be_given_as_its_frame(desk: SimulatedDesk) -> None:
    vectors = json.loads(
        (Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json").read_text("utf-8")
    )
    vector = vectors["frames"]["permit_hk_mo_tw"]
    desk.put(bytes.fromhex(vector["hex"]))
    with serial.Serial(desk.reader, 115200, timeout=0.2) as port:
        identity = identity_from(card_contents(read_card(port).data).text)
    assert identity.kind is DocumentKind.PERMIT
    assert identity.number == vector["expect"]["number"]


def test_a_newer_address_is_on_the_card_too(desk: SimulatedDesk) -> None:
    desk.put({**CARD, "new_address": "测试市新区某某街2号"})
    with serial.Serial(desk.reader, 115200, timeout=0.2) as port:
        read_card(port)
        answer = ask(port, READ_NEW_ADDRESS)
    assert answer.data.decode("utf-16-le").strip() == "测试市新区某某街2号"


def test_faults_reach_the_wire(desk: SimulatedDesk) -> None:
    desk.put(CARD)
    desk.fault("status", command="select", amount=0x81)
    with serial.Serial(desk.reader, 115200, timeout=0.2) as port:
        assert ask(port, FIND).error() is None
        error = ask(port, SELECT).error()
        assert error is not None
        assert error.code == "card.select_failed"
        assert read_card(port).error() is None


def test_a_code_shown_comes_out_of_the_gun(desk: SimulatedDesk) -> None:
    with serial.Serial(desk.gun, 9600, timeout=DEADLINE_S) as port:
        desk.show("HCPRE:测试")
        assert port.read_until(b"\r") == "HCPRE:测试\r".encode()
        desk.show("测试".encode("gb18030"))
        assert port.read_until(b"\r") == "测试".encode("gb18030") + b"\r"


def test_an_unplugged_reader_is_gone_and_comes_back_under_its_name(desk: SimulatedDesk) -> None:
    desk.unplug_reader()
    assert not Path(desk.reader).exists()
    desk.plug_reader()
    assert Path(desk.reader).exists()
    desk.unplug_gun()
    assert not Path(desk.gun).exists()
    desk.plug_gun()
    assert Path(desk.gun).exists()


def test_the_printers_knob_turns_the_file_printer(desk: SimulatedDesk) -> None:
    printer = FilePrinter(Path(desk.printer))
    assert printer.state() is PrinterState.READY
    desk.printer_state("out")
    assert printer.state() is PrinterState.OUT
    job = printer.submit(b"%PDF-", title="receipt")
    assert printer.outcome(job).state is not JobState.COMPLETED
    desk.printer_state("missing")
    with pytest.raises(PrinterError):
        printer.submit(b"%PDF-", title="receipt")
    desk.printer_state("ready")
    assert printer.outcome(job).state is JobState.COMPLETED


def test_a_pulled_network_cuts_what_is_open_and_refuses_what_comes(desk: SimulatedDesk) -> None:
    with line_to(desk.platform) as line:
        assert echoed(line, b"hello") == b"hello"
        desk.pull_network()
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    with pytest.raises(ConnectionRefusedError):
        line_to(desk.platform)
    desk.plug_network()
    with line_to(desk.platform) as line:
        assert echoed(line, b"again") == b"again"


def test_what_cannot_be_done_is_said_and_the_desk_goes_on(desk: SimulatedDesk) -> None:
    with pytest.raises(SimulatedDeskError, match="ValueError"):
        desk.put({**CARD, "name": "长" * 16})
    with pytest.raises(SimulatedDeskError):
        desk.put({"name": "测试"})
    with pytest.raises(SimulatedDeskError):
        desk.put({**CARD, "kind": "passport"})
    with pytest.raises(SimulatedDeskError):
        desk.printer_state("on fire")
    with pytest.raises(SimulatedDeskError):
        desk.fault("unheard-of")
    desk.put(CARD)


def test_noise_on_its_input_is_answered(tmp_path: Path, echo: EchoServer) -> None:
    lines = [
        "{",
        "[]",
        "7",
        '{"do": 3}',
        '{"do": []}',
        '{"do": "network"}',
        '{"do":"show"}',
        "\x00",
    ]
    process = _start(tmp_path, echo.address)
    out, err = process.communicate("\n".join(lines) + "\n", timeout=DEADLINE_S)
    answers = [json.loads(line) for line in out.splitlines()]
    assert set(answers[0]) == {
        "reader",
        "gun",
        "platform",
        "printer",
        "ticket_printer",
        "tickets",
        "no_keyboard",
    }
    assert len(answers) == 1 + len(lines)
    assert all("error" in answer for answer in answers[1:])
    assert (process.returncode, err) == (0, "")


def test_ending_removes_the_ports(tmp_path: Path, echo: EchoServer) -> None:
    desk = SimulatedDesk()
    desk.start(tmp_path, echo.address)
    ports = Path(desk.reader), Path(desk.gun)
    assert all(port.is_symlink() for port in ports)
    desk.stop()
    desk.stop()
    assert not any(port.is_symlink() for port in ports)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["printer", "tickets"]
    with pytest.raises(ConnectionRefusedError):
        line_to(desk.platform)
    with pytest.raises(SimulatedDeskError):
        desk.lift()


def test_a_desk_told_to_terminate_removes_its_ports_too(tmp_path: Path, echo: EchoServer) -> None:
    process = _start(tmp_path, echo.address)
    assert process.stdout is not None
    places = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    assert not os.path.lexists(places["reader"])


def test_a_desk_whose_owner_died_ends(tmp_path: Path, echo: EchoServer) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "from pathlib import Path\n"
            "from counter_app.devices.simulators.desk import SimulatedDesk\n"
            "desk = SimulatedDesk()\n"
            "desk.start(Path(sys.argv[1]), sys.argv[2])\n"
            "print(desk.reader, flush=True)\n"
            "sys.stdin.read()\n",
            str(tmp_path),
            echo.address,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    reader = owner.stdout.readline().strip()
    assert os.path.lexists(reader)
    owner.kill()
    owner.communicate(timeout=DEADLINE_S)
    wait_until(lambda: not os.path.lexists(reader), "the desk outlived its owner")


def test_a_desk_that_died_is_told_not_waited_for(tmp_path: Path, echo: EchoServer) -> None:
    with SimulatedDesk() as desk:
        desk.start(tmp_path, echo.address)
        assert desk._process is not None
        desk._process.kill()
        desk._process.wait(DEADLINE_S)
        with pytest.raises(SimulatedDeskError):
            desk.lift()


def test_a_platform_that_is_no_address_does_not_start(tmp_path: Path) -> None:
    with SimulatedDesk() as desk, pytest.raises(SimulatedDeskError):
        desk.start(tmp_path, "nowhere")


def _start(folder: Path, platform: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "counter_app.devices.simulators.desk"),
            *("--data-dir", str(folder), "--platform", platform, "--stop-with-stdin"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# The fields of a card -------------------------------------------------------------------------


def test_a_cards_fields_make_its_identity() -> None:
    identity = card_identity({**CARD, "valid_to": "2040-02-29"})
    assert identity.born == date(1990, 1, 1)
    assert (identity.valid_to, identity.long_term) == (date(2040, 2, 29), False)
    assert card_identity({**CARD, "valid_to": "长期"}).long_term
    assert card_identity({**identity.as_record()}) == identity


@pytest.mark.parametrize("change", [{"born": "1990-13-01"}, {"kind": "ox"}, {"valid_from": "soon"}])
def test_fields_that_are_none_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        card_identity({**CARD, **change})


# The network alone ----------------------------------------------------------------------------


def test_much_data_arrives_whole_and_in_order(echo: EchoServer) -> None:
    data = os.urandom(4 << 20)
    with SimulatedNetwork(echo.address) as network, line_to(network.url) as line:
        assert echoed(line, data) == data


@pytest.mark.parametrize("milliseconds", [0, 40])
def test_pieces_stay_in_order_when_the_network_is_slow(echo: EchoServer, milliseconds: int) -> None:
    with SimulatedNetwork(echo.address) as network, line_to(network.url) as line:
        network.slow(milliseconds)
        start = time.monotonic()
        assert echoed(line, bytes(range(256)) * 1000) == bytes(range(256)) * 1000
        assert time.monotonic() - start >= 2 * milliseconds / 1000
        network.slow(0)
        assert echoed(line, b"quick again") == b"quick again"


def test_half_a_goodbye_is_passed_on_and_the_rest_still_comes(echo: EchoServer) -> None:
    with SimulatedNetwork(echo.address) as network, line_to(network.url) as line:
        line.sendall(b"last words")
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := line.recv(100):
            heard += piece
        assert heard == b"last words"


def test_a_platform_that_is_not_there_resets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        SimulatedNetwork(f"http://127.0.0.1:{port}") as network,
        pytest.raises(ConnectionResetError),  # at once, or with the first byte asked for
        line_to(network.url) as line,
    ):
        line.recv(1)


def test_pulling_and_plugging_many_times_leaves_it_working(echo: EchoServer) -> None:
    with SimulatedNetwork(echo.address) as network:
        for _ in range(20):
            network.plug()
            network.plug()
            with line_to(network.url) as line:
                assert echoed(line, b"x") == b"x"
            network.pull()
            network.pull()
            with pytest.raises(ConnectionRefusedError):
                line_to(network.url)


def test_stopping_with_connections_open_ends_at_once(echo: EchoServer) -> None:
    network = SimulatedNetwork(echo.address)
    network.start()
    with line_to(network.url) as line:
        assert echoed(line, b"x") == b"x"
        network.stop()
        network.stop()
        with pytest.raises(ConnectionResetError):
            line.recv(1)


@pytest.mark.parametrize("target", ["", "nowhere", "http://host", "host:x"])
def test_a_target_without_a_port_is_refused(target: str) -> None:
    with pytest.raises(ValueError):
        SimulatedNetwork(target)
