"""The card reader over a real pseudo-terminal: every layout, every fault, plugs pulled and put."""

import json
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from counter_app.devices import sdt_protocol
from counter_app.devices.card_reader import SerialCardReader
from counter_app.devices.read_card import lines_for_people, read_card
from counter_app.devices.simulators.cards import SimulatedCard
from counter_app.devices.simulators.reader import Fault, Misbehaviour, SimulatedReader
from counter_app.domain.reading import (
    CardFailed,
    CardFound,
    CardRead,
    CardRemoved,
    NewAddress,
    ReaderLost,
    ReaderReady,
)
from counter_app.errors import CardError, ReaderError

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
ENTRIES = json.loads(VECTORS.read_text("utf-8"))["frames"]
LAYOUTS = [name for name, entry in ENTRIES.items() if len(entry["hex"]) == 2 * 1295]
PATIENCE_S = 20


def wire(name):
    return bytes.fromhex(ENTRIES[name]["hex"])


@contextmanager
def reader_on(simulated, **options):
    reader = SerialCardReader(simulated.port, poll_interval_s=0.02, look_again_s=0.05, **options)
    try:
        yield reader
    finally:
        reader.close()


@pytest.fixture
def simulated():
    with SimulatedReader() as reader:
        yield reader


@pytest.fixture
def reader(simulated):
    with reader_on(simulated) as reader:
        assert isinstance(reader.next_event(PATIENCE_S), ReaderReady)
        yield reader


def until(reader, kind):
    """Events up to the first of that kind, in order."""
    events = []
    while True:
        event = reader.next_event(PATIENCE_S)
        assert event is not None, f"no {kind.__name__}, only {events}"
        events.append(event)
        if isinstance(event, kind):
            return events


def patient(monkeypatch, command, timeout_s):
    """Give a command another time-out, so that a test need not wait for the real one."""
    changed = replace(getattr(sdt_protocol, command), timeout_s=timeout_s)
    monkeypatch.setattr(sdt_protocol, command, changed)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_over_the_line(simulated, reader, layout):
    simulated.put(wire(layout))
    events = until(reader, CardRead)
    assert [type(event) for event in events] == [CardFound, CardRead]
    assert events[1].identity.as_record() == ENTRIES[layout]["expect"]
    assert events[1].identity.sam_id == "05.03-20150101-0000123456-0000007890"
    assert events[1].photo == bytes(1024)


def test_a_card_takes_its_time_on_the_wire(simulated, reader):
    """1,295 bytes of 10 bits at 115,200 baud are 112 ms: the simulation must not be quicker."""
    simulated.put(wire("resident"))
    until(reader, CardFound)
    start = time.monotonic()
    until(reader, CardRead)
    assert time.monotonic() - start >= 1295 * 10 / 115200


def test_the_card_is_told_before_the_new_address_is_asked_for(simulated, reader):
    simulated.script(Fault(Misbehaviour.SILENT, "new_address"))
    simulated.put(SimulatedCard(wire("resident"), "试验省试验市新样张区迁移路2号"))
    until(reader, CardRead)
    assert time.monotonic() - simulated.last_card_byte_at < 1.0  # the address would take 1.5 s


def test_the_new_address_follows(simulated, reader):
    simulated.put(SimulatedCard(wire("resident"), "试验省试验市新样张区迁移路2号"))
    events = until(reader, NewAddress)
    assert events[-2:] == [events[-2], NewAddress("试验省试验市新样张区迁移路2号")]
    assert isinstance(events[-2], CardRead)


def test_left_lying_it_is_read_once_and_put_again_once_more(simulated, reader):
    simulated.put(wire("resident"))
    until(reader, CardRead)
    assert reader.next_event(0.3) is None
    simulated.lift()
    simulated.put(wire("resident"))
    assert [type(event) for event in until(reader, CardRead)] == [CardRemoved, CardFound, CardRead]


def test_the_next_persons_card_is_the_next_person(simulated, reader):
    simulated.put(wire("resident"))
    until(reader, CardRead)
    simulated.lift()
    simulated.put(wire("foreigner_2023"))
    assert until(reader, CardRead)[-1].identity.number == "931102199303150021"


# Faults that a reader gets over by itself


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Misbehaviour.SLOW, "read", amount=4),
        Fault(Misbehaviour.SLOW, "find", amount=50, times=3),
        Fault(Misbehaviour.DRIBBLE, "read", amount=0.0002),
        Fault(Misbehaviour.DRIBBLE, "", amount=0.0002, times=3),
        Fault(Misbehaviour.NOISE, "read", noise=b"\x00\xff\xaa\xaa\x96\x69" * 5),
        Fault(Misbehaviour.NOISE, "", noise=b"\xaa\xaa", times=4),
        Fault(Misbehaviour.WRONG_CHECKSUM, "find", times=3),
        Fault(Misbehaviour.WRONG_CHECKSUM, "select"),
        Fault(Misbehaviour.SILENT, "find", times=2),
        Fault(Misbehaviour.LATE, "find", amount=0.4),
        Fault(Misbehaviour.LATE, "select", amount=0.4),
        Fault.select_fails(2),
        Fault.read_fails(2),
        Fault(Misbehaviour.STATUS, "read", 0x47),
        Fault(Misbehaviour.STATUS, "find", 0x21),
    ],
    ids=lambda fault: f"{fault.kind.value}-{fault.command or 'any'}",
)
def test_it_gets_over(simulated, reader, fault):
    simulated.script(fault)
    simulated.put(wire("resident"))
    read = until(reader, CardRead)[-1]
    assert read.identity.as_record() == ENTRIES["resident"]["expect"]


def test_a_new_address_with_a_wrong_checksum_is_not_shown(simulated, reader):
    simulated.script(Fault(Misbehaviour.WRONG_CHECKSUM, "new_address"))
    simulated.put(SimulatedCard(wire("resident"), "新路2号"))
    until(reader, CardRead)
    assert reader.next_event(0.5) is None


# Faults that need a person: told once, with their code, and well after the card was put again


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(Misbehaviour.WRONG_CHECKSUM, "read"), "card.read_failed"),
        (Fault(Misbehaviour.PULLED, "read", amount=600), "card.read_failed"),
        (Fault(Misbehaviour.PULLED, "read", amount=3), "card.read_failed"),
        (Fault(Misbehaviour.SILENT, "read"), "card.read_failed"),
        (Fault(Misbehaviour.LATE, "read", amount=0.7), "card.read_failed"),
        (Fault.read_fails(3), "card.read_failed"),
        (Fault.select_fails(3), "card.select_failed"),
        (Fault.not_genuine(), "card.not_genuine"),
        (Fault(Misbehaviour.STATUS, "read", 0x33), "card.not_genuine"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.kind.value}-{value.command}",
)
def test_it_needs_the_card_put_again(monkeypatch, simulated, reader, fault, code):
    patient(monkeypatch, "READ", 0.3)
    simulated.script(fault)
    simulated.put(wire("resident"))
    events = until(reader, CardFailed)
    assert [type(event) for event in events] == [CardFound, CardFailed]
    assert events[1].code == code
    simulated.lift()
    assert type(until(reader, CardRemoved)[0]) is CardRemoved
    simulated.put(wire("permit_hk_mo_tw"))
    events = until(reader, CardRead)
    assert [type(event) for event in events] == [CardFound, CardRead]
    assert events[1].identity.number == "83000019850505003X"


def test_pulled_and_put_down_again_before_anybody_looks_it_is_read(monkeypatch, simulated, reader):
    patient(monkeypatch, "READ", 0.3)
    simulated.script(Fault(Misbehaviour.PULLED, "read", amount=600))
    simulated.put(wire("resident"))
    until(reader, CardFailed)
    simulated.put(wire("resident"))
    events = until(reader, CardRead)
    assert [type(event) for event in events] == [CardRemoved, CardFound, CardRead]


def test_a_card_whose_answer_comes_too_late_is_not_the_next_persons(monkeypatch, simulated, reader):
    patient(monkeypatch, "READ", 0.2)
    simulated.script(Fault(Misbehaviour.LATE, "read", amount=0.35))
    simulated.put(wire("resident"))
    until(reader, CardFound)
    swap = threading.Timer(0.1, simulated.put, [wire("foreigner_2017")])
    swap.start()
    read = until(reader, CardRead)[-1]
    swap.join()
    assert read.identity.number == "GBR330088990011"


def test_control_a_wrong_checksum_would_pass_if_nobody_looked(monkeypatch, simulated, reader):
    """The very bytes that fail above are a readable card once the check is switched off."""
    monkeypatch.setattr(sdt_protocol, "checksum", lambda _body: 0)
    simulated.script(Fault(Misbehaviour.WRONG_CHECKSUM, "read"))
    simulated.put(wire("resident"))
    assert until(reader, CardRead)


def test_a_dead_reader_is_lost_and_found_when_it_lives(monkeypatch, simulated, reader):
    patient(monkeypatch, "FIND", 0.05)
    patient(monkeypatch, "MODULE_STATUS", 0.05)
    simulated.die()
    assert until(reader, ReaderLost) == [ReaderLost("reader.silent")]
    simulated.well()
    assert isinstance(until(reader, ReaderReady)[0], ReaderReady)
    simulated.put(wire("resident"))
    until(reader, CardRead)


# Plugs and ports


def test_unplugged_and_replugged_under_the_same_name(simulated, reader):
    for _ in range(3):
        simulated.unplug()
        assert until(reader, ReaderLost) == [ReaderLost("reader.port_missing")]
        assert reader.next_event(0.1) is None  # said once, looked for quietly
        simulated.replug()
        assert isinstance(until(reader, ReaderReady)[0], ReaderReady)
    simulated.put(wire("resident"))
    assert isinstance(until(reader, CardRead)[-1], CardRead)


def test_unplugged_in_the_middle_of_a_card(simulated, reader):
    simulated.script(Fault(Misbehaviour.SLOW, "read", amount=20))
    simulated.put(wire("resident"))
    until(reader, CardFound)
    puller = threading.Timer(0.1, simulated.unplug)
    puller.start()
    assert until(reader, ReaderLost) == [ReaderLost("reader.port_missing")]
    puller.join()
    simulated.lift()
    simulated.replug()
    assert isinstance(until(reader, ReaderReady)[0], ReaderReady)
    simulated.put(wire("permit_hk_mo_tw"))
    assert until(reader, CardRead)[-1].identity.number == "83000019850505003X"


def test_plugged_in_only_after_the_program_started(simulated):
    simulated.unplug()
    with reader_on(simulated) as reader:
        assert until(reader, ReaderLost) == [ReaderLost("reader.port_missing")]
        simulated.replug()
        assert isinstance(until(reader, ReaderReady)[0], ReaderReady)


@pytest.mark.parametrize("real", [115200, 57600, 9600, 230400])
def test_another_speed_than_the_configured_one_is_found(monkeypatch, real):
    patient(monkeypatch, "MODULE_STATUS", 0.1)
    with SimulatedReader(baud=real) as simulated, reader_on(simulated, baud=38400) as reader:
        assert isinstance(until(reader, ReaderReady)[0], ReaderReady)
        simulated.put(wire("resident"))
        identity = until(reader, CardRead)[-1].identity
        assert identity.as_record() == ENTRIES["resident"]["expect"]


def test_a_port_that_another_program_holds(simulated, reader):
    with reader_on(simulated) as second:
        assert until(second, ReaderLost) == [ReaderLost("reader.port_busy")]
        reader.close()
        assert isinstance(until(second, ReaderReady)[0], ReaderReady)


def test_closing_from_another_thread_ends_the_wait(simulated):
    with reader_on(simulated) as reader:
        assert isinstance(reader.next_event(PATIENCE_S), ReaderReady)
        closer = threading.Timer(0.05, reader.close)
        closer.start()
        start = time.monotonic()
        assert reader.next_event(PATIENCE_S) is None
        assert time.monotonic() - start < PATIENCE_S / 2
        closer.join()
        assert reader.next_event(PATIENCE_S) is None


def test_stopping_the_simulation_leaves_no_port_behind():
    simulated = SimulatedReader()
    simulated.start()
    folder = Path(simulated.port).parent
    assert os.path.lexists(simulated.port)
    simulated.stop()
    simulated.stop()
    assert not folder.exists()
    assert not any(thread.name == "simulated reader" for thread in threading.enumerate())


# One card, as the command reads it


def test_one_card(simulated):
    simulated.put(SimulatedCard(wire("resident_long_rare"), "新路2号"))
    read = read_card(simulated.port, 115200, PATIENCE_S)
    expected = ENTRIES["resident_long_rare"]["expect"] | {"new_address": "新路2号"}
    assert read.identity.as_record() == expected
    lines = lines_for_people(read.identity)
    assert "姓名：𬸣·阿卜杜𠅤测" in lines
    assert "民族：布朗" in lines
    assert "有效期限：2023年6月30日 至 长期" in lines
    assert "新住址：新路2号" in lines


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_lines_for_people_name_the_document(simulated, layout):
    simulated.put(wire(layout))
    lines = lines_for_people(read_card(simulated.port, 115200, PATIENCE_S).identity)
    expect = ENTRIES[layout]["expect"]
    assert f"证件号码：{expect['number']}" in lines
    assert lines[0].startswith("证件类型：")
    assert all("：" in line and not line.endswith("：") for line in lines)


def test_one_card_that_does_not_come(simulated):
    with pytest.raises(CardError) as caught:
        read_card(simulated.port, 115200, 1.0)
    assert caught.value.code == "card.none"


def test_one_card_at_no_port(tmp_path):
    with pytest.raises(ReaderError) as caught:
        read_card(str(tmp_path / "nothing"), 115200, 1.0)
    assert caught.value.code == "reader.port_missing"


def test_one_card_at_a_file_that_is_no_port(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReaderError) as caught:
        read_card(str(tmp_path / "file"), 115200, 1.0)
    assert caught.value.code == "reader.port_missing"


def test_one_card_at_a_port_in_use(simulated, reader):
    with pytest.raises(ReaderError) as caught:
        read_card(simulated.port, 115200, 1.0)
    assert caught.value.code == "reader.port_busy"


def test_the_port_is_free_again_after_one_card(simulated):
    simulated.put(wire("resident"))
    read_card(simulated.port, 115200, PATIENCE_S)
    simulated.put(wire("resident"))
    assert read_card(simulated.port, 115200, PATIENCE_S).identity.name == "测试甲"
