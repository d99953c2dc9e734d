"""The serial port: whatever the library raises becomes the device's own error, on every call."""

import errno
import os
import sys

import pytest
import serial

from counter_app.devices import transport as transport_module
from counter_app.devices.simulators.line import SimulatedLine
from counter_app.devices.transport import ReplayTransport, SerialTransport, gun_failure
from counter_app.errors import GunError, ReaderError

if sys.platform != "win32":
    import termios

CALLS = {
    "write": lambda port: port.write(b"x"),
    "read": lambda port: port.read(1, 0.1),
    "drop_input": lambda port: port.drop_input(),
    "set_speed": lambda port: port.set_speed(9600),
    "cancel": lambda port: port.cancel(),
}


@pytest.fixture
def line():
    line = SimulatedLine("test")
    yield line
    line.close()
    line.dispose()


def test_bytes_go_both_ways(line):
    port = SerialTransport(line.port, 115200)
    port.write(b"question")
    assert line.receive() == b"question"
    line.send(b"answer", None)
    assert port.read(6, 5) == b"answer"
    assert port.read(6, 0) == b""
    port.close()


def test_a_read_gives_what_came_when_its_time_is_over(line):
    port = SerialTransport(line.port, 115200)
    line.send(b"ans", None)
    assert port.read(6, 0.05) == b"ans"
    port.close()


def test_dropped_input_is_gone(line):
    port = SerialTransport(line.port, 115200)
    line.send(b"stale", None)
    port.drop_input()
    line.send(b"fresh", None)
    assert port.read(5, 5) == b"fresh"
    port.close()


def test_a_cancelled_read_returns_at_once(line):
    port = SerialTransport(line.port, 115200)
    port.cancel()
    assert port.read(1, 3600) == b""
    port.close()


def test_the_speed_is_set_on_the_port(line):
    port = SerialTransport(line.port, 115200)
    assert line.speed() == 115200
    port.set_speed(9600)
    assert line.speed() == 9600
    port.close()


@pytest.mark.parametrize("call", sorted(set(CALLS) - {"cancel"}))
def test_every_call_on_a_port_that_was_pulled(line, call):
    port = SerialTransport(line.port, 115200)
    line.unplug()
    with pytest.raises(ReaderError) as caught:
        CALLS[call](port)
    assert caught.value.code == "reader.port_missing"
    port.close()
    port.close()


@pytest.mark.parametrize("call", sorted(CALLS))
@pytest.mark.parametrize(
    "fault",
    [
        serial.SerialException("gone"),
        serial.SerialTimeoutException("gone"),
        serial.PortNotOpenError(),
        OSError(errno.EIO, "gone"),
        termios.error(errno.EIO, "gone"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_every_exception_of_the_library_is_translated(monkeypatch, call, fault):
    class Broken:
        timeout = 0.0

        def fail(self, *_args):
            raise fault

        write = read = reset_input_buffer = cancel_read = fail
        baudrate = property(fset=fail)

    monkeypatch.setattr(transport_module.serial, "Serial", lambda *_args, **_options: Broken())
    port = SerialTransport("COM9", 115200, gun_failure)
    with pytest.raises(GunError) as caught:
        CALLS[call](port)
    assert caught.value.code == "gun.port_missing"


@pytest.mark.parametrize(
    ("fault", "code", "reason"),
    [
        (serial.SerialException(errno.ENOENT, "none"), "reader.port_missing", "missing"),
        (serial.SerialException("odd"), "reader.port_missing", "missing"),
        (serial.SerialException(errno.EAGAIN, "locked"), "reader.port_busy", "busy"),
        (serial.SerialException(errno.EBUSY, "locked"), "reader.port_busy", "busy"),
        (serial.SerialException(errno.EACCES, "denied"), "reader.port_busy", "forbidden"),
        (
            serial.SerialException("could not open port 'COM3': PermissionError(13, ...)"),
            "reader.port_busy",
            "forbidden",
        ),
        (termios.error(errno.ENOTTY, "no terminal"), "reader.port_missing", "missing"),
        (ValueError("Invalid baud rate"), "reader.port_missing", "missing"),
    ],
    ids=repr,
)
def test_opening_that_fails(monkeypatch, fault, code, reason):
    def refuse(*_args, **_options):
        raise fault

    monkeypatch.setattr(transport_module.serial, "Serial", refuse)
    with pytest.raises(ReaderError) as caught:
        SerialTransport("COM9", 115200)
    assert (caught.value.code, caught.value.facts["reason"]) == (code, reason)


def test_a_second_opener_is_refused(line):
    port = SerialTransport(line.port, 115200)
    with pytest.raises(ReaderError) as caught:
        SerialTransport(line.port, 115200)
    assert caught.value.code == "reader.port_busy"
    port.close()
    SerialTransport(line.port, 115200).close()


def test_nothing_stays_open(line):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        port = SerialTransport(line.port, 115200)
        with pytest.raises(ReaderError):
            SerialTransport(line.port, 115200)
        port.close()
    line.unplug()
    for _ in range(20):
        with pytest.raises(ReaderError):
            SerialTransport(line.port, 115200)
    line.replug()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_played_back_conversation_keeps_to_what_was_recorded():
    port = ReplayTransport([(b"q", b"answer")])
    port.write(b"q")
    assert (port.read(3, 1), port.read(9, 1), port.clock()) == (b"ans", b"wer", 1.0)
    assert port.played
    port.write(b"more")
    assert port.read(1, 2) == b""
    assert port.clock() == 3.0
    with pytest.raises(ReaderError) as caught:
        ReplayTransport([(b"q", b"")]).write(b"other")
    assert caught.value.code == "reader.protocol"
