"""The scan gun over a real pseudo-terminal, and what is not a whole payload."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.scan_gun import MAX_PAYLOAD_BYTES, SerialScanGun
from counter_app.devices.simulators.gun import SimulatedGun
from counter_app.devices.transport import ReplayTransport
from counter_app.domain.reading import CodeScanned, CodeSent, GunLost, GunReady, ScanIncomplete

PATIENCE_S = 20


@pytest.fixture
def simulated():
    with SimulatedGun(baud=115200) as gun:
        yield gun


@pytest.fixture
def gun(simulated):
    gun = SerialScanGun(simulated.port, look_again_s=0.05)
    assert gun.next_event(PATIENCE_S) == GunReady(simulated.port)
    yield gun
    gun.close()


def test_one_event_a_payload_in_order(simulated, gun):
    payloads = [b"HC1:PRE:0001", "预约·试验".encode(), b"https://example.invalid/x?y=1"]
    for payload in payloads:
        simulated.show(payload)
    assert [gun.next_event(PATIENCE_S) for _ in payloads] == [CodeScanned(p) for p in payloads]
    assert gun.next_event(0.1) is None


def test_at_the_guns_own_pace():
    with SimulatedGun(baud=9600) as simulated:
        gun = SerialScanGun(simulated.port)
        gun.next_event(PATIENCE_S)
        simulated.show(b"x" * 60)
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"x" * 60)
        gun.close()


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\x03"])
def test_line_ends(suffix):
    with SimulatedGun(baud=115200, suffix=suffix) as simulated:
        gun = SerialScanGun(simulated.port, suffix=suffix)
        gun.next_event(PATIENCE_S)
        simulated.show(b"one")
        simulated.show(b"two")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"one")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"two")
        gun.close()


def test_the_longest_payload_and_one_that_is_too_long(simulated, gun):
    simulated.show(b"a" * MAX_PAYLOAD_BYTES)
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"a" * MAX_PAYLOAD_BYTES)
    simulated.show(b"b" * (3 * MAX_PAYLOAD_BYTES))
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"b" * (MAX_PAYLOAD_BYTES + 1))
    simulated.show(b"next")
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"next")


def test_unplugged_and_replugged_under_the_same_name(simulated, gun):
    for _ in range(3):
        simulated.unplug()
        assert gun.next_event(PATIENCE_S) == GunLost("gun.port_missing")
        assert gun.next_event(0.1) is None
        simulated.replug()
        assert gun.next_event(PATIENCE_S) == GunReady(simulated.port)
    simulated.show(b"well")
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"well")


def test_half_a_scan_before_the_plug_was_pulled_is_not_joined_to_the_next(simulated, gun):
    simulated.send(b"half")
    assert gun.next_event(0.2) is None
    simulated.unplug()
    assert gun.next_event(PATIENCE_S) == GunLost("gun.port_missing")
    simulated.replug()
    assert gun.next_event(PATIENCE_S) == GunReady(simulated.port)
    simulated.show(b"whole")
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"whole")


def test_a_port_that_another_program_holds(simulated, gun):
    second = SerialScanGun(simulated.port, look_again_s=0.05)
    assert second.next_event(PATIENCE_S) == GunLost("gun.port_busy")
    gun.close()
    assert second.next_event(PATIENCE_S) == GunReady(simulated.port)
    second.close()


def test_no_gun_is_a_state(tmp_path):
    gun = SerialScanGun(str(tmp_path / "nothing"), look_again_s=0.01)
    assert gun.next_event(PATIENCE_S) == GunLost("gun.port_missing")
    assert gun.next_event(0.05) is None
    gun.close()


def test_closing_from_another_thread_ends_the_wait(simulated, gun):
    closer = threading.Timer(0.05, gun.close)
    closer.start()
    assert gun.next_event(PATIENCE_S) is None
    closer.join()


def test_without_a_line_end_a_pause_ends_a_payload():
    with SimulatedGun(baud=115200, suffix=b"") as simulated:
        gun = SerialScanGun(simulated.port, suffix=b"")
        gun.next_event(PATIENCE_S)
        simulated.show(b"x" * (MAX_PAYLOAD_BYTES + 100))
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"x" * (MAX_PAYLOAD_BYTES + 1))
        simulated.show(b"two\r\n")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"two")
        gun.close()


@pytest.mark.parametrize("ending", [b"", b"\n", b"\t", b"\x03", b"#\r"])
def test_while_it_is_checked_all_it_sends_is_told_whatever_ends_it(ending):
    with SimulatedGun(baud=115200, suffix=ending) as simulated:
        gun = SerialScanGun(simulated.port, prefix=b"]Q1")
        gun.next_event(PATIENCE_S)
        gun.check(True)
        simulated.show(b"]Q1HCTEST:")
        assert gun.next_event(PATIENCE_S) == CodeSent(b"]Q1HCTEST:" + ending, b"]Q1", b"\r")
        gun.check(False)
        simulated.send(b"]Q1HCPRE:7\r")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"HCPRE:7")
        gun.close()


def test_a_check_that_begins_while_somebody_waits_for_a_scan(simulated, gun):
    heard = []
    waiting = threading.Thread(target=lambda: heard.append(gun.next_event(PATIENCE_S)))
    waiting.start()
    gun.check(True)
    simulated.send(b"HCTEST:")
    waiting.join(PATIENCE_S)
    assert heard == [CodeSent(b"HCTEST:", b"", b"\r")]


def test_a_scan_whose_end_does_not_come_is_told_as_incomplete(simulated, gun):
    simulated.send(b"HCPRE:7")
    assert gun.next_event(PATIENCE_S) == ScanIncomplete()
    simulated.show(b"HCPRE:8")
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"HCPRE:8")


def test_the_prefix_is_taken_off():
    with SimulatedGun(baud=115200) as simulated:
        gun = SerialScanGun(simulated.port, prefix=b"]Q1")
        gun.next_event(PATIENCE_S)
        simulated.show(b"]Q1HCPRE:7")
        simulated.show(b"HCPRE:8")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"HCPRE:7")
        assert gun.next_event(PATIENCE_S) == CodeScanned(b"HCPRE:8")
        gun.close()


# Without a line


class Feed(ReplayTransport):
    """Gives prepared pieces, each after a pause."""

    def __init__(self, pieces):
        super().__init__([])
        self.pieces = list(pieces)

    def read(self, size, timeout_s):
        if not self._arrived and self.pieces and timeout_s > 0:
            after, piece = self.pieces.pop(0)
            self.pause(after)
            self._arrived += piece
        return super().read(size, timeout_s)


def scanned(pieces, **options):
    feed = Feed(pieces)
    gun = SerialScanGun(
        "COM-feed", clock=feed.clock, open_transport=lambda _port, _baud: feed, **options
    )
    events = []
    while feed.pieces or events[-2:] != [None, None]:
        events.append(gun.next_event(0.1))
    return [
        event if isinstance(event, ScanIncomplete) else event.payload
        for event in events
        if isinstance(event, CodeScanned | ScanIncomplete)
    ]


def test_a_line_that_stopped_half_way_is_dropped_after_a_second():
    assert scanned([(0, b"half"), (1.5, b"whole\r")]) == [ScanIncomplete(), b"whole"]
    assert scanned([(0, b"ha"), (0.5, b"lf\r")]) == [b"half"]


def test_a_line_feed_that_nobody_asked_for_is_no_half_a_scan():
    assert scanned([(0, b"one\r\n"), (1.5, b"two\r\n"), (1.5, b"three\r")]) == [
        b"one",
        b"two",
        b"three",
    ]


def test_bytes_that_waited_for_a_busy_machine_are_one_payload():
    assert scanned([(0, b"ha"), (0.3, b"lf")], suffix=b"") == [b"half"]


def test_empty_lines_are_nothing():
    assert scanned([(0, b"\r\r\n\r\na\r\n\r")]) == [b"a"]


lines = st.binary(min_size=1, max_size=30).map(lambda raw: raw.translate(None, b"\r\n"))


@given(st.lists(lines.filter(bool), max_size=8), st.lists(st.integers(1, 20), max_size=40))
def test_however_it_is_cut_the_payloads_are_the_same(payloads, sizes):
    stream = b"".join(payload + b"\r" for payload in payloads)
    pieces = []
    for size in sizes:
        pieces.append((0.01, stream[:size]))
        stream = stream[size:]
    assert scanned([*pieces, (0.01, stream)]) == payloads


@given(st.lists(st.binary(max_size=6000), max_size=4))
def test_anything_is_taken_and_nothing_is_longer_than_the_cap(pieces):
    for payload in scanned([(0.01, piece) for piece in pieces]):
        assert 0 < len(payload) <= MAX_PAYLOAD_BYTES + 1
