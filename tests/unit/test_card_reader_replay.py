"""The card reader against played-back conversations: exact requests, exact time, no waiting."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from counter_app.devices import sdt_protocol
from counter_app.devices.card_reader import SerialCardReader
from counter_app.devices.sdt_protocol import (
    FIND,
    MODULE_STATUS,
    READ,
    READ_NEW_ADDRESS,
    SAM_ID,
    SELECT,
)
from counter_app.devices.transport import ReplayTransport
from counter_app.domain.reading import (
    CardFailed,
    CardFound,
    CardRead,
    CardRemoved,
    NewAddress,
    PhotoDecoded,
    ReaderLost,
    ReaderReady,
)
from counter_app.errors import CardError, ReaderError

VECTORS = Path(__file__).parents[2] / "docs/api/vectors/sdt-frames.json"
ENTRIES = json.loads(VECTORS.read_text("utf-8"))["frames"]
WIRE = {name: bytes.fromhex(entry["hex"]) for name, entry in ENTRIES.items()}

HELLO = [(MODULE_STATUS.request, WIRE["status_ok"]), (SAM_ID.request, WIRE["sam_id"])]
FOUND = (FIND.request, WIRE["found"])
NONE = (FIND.request, WIRE["none"])
SELECTED = (SELECT.request, WIRE["selected"])
READ_WELL = (READ.request, WIRE["resident"])
READ_FAILED = (READ.request, WIRE["read_failed"])
NO_ADDRESS = (READ_NEW_ADDRESS.request, WIRE["no_new_address"])


def status(command, sw3):
    return (command.request, sdt_protocol.frame(bytes([0, 0, sw3])))


def reader_over(transport, **options):
    return SerialCardReader(
        "COM-replay",
        clock=transport.clock,
        pause=transport.pause,
        open_transport=lambda _port, _baud: transport,
        **options,
    )


def told(conversation, **options):
    """Everything the reader tells until the conversation was played and its last event is out."""
    transport = ReplayTransport(conversation)
    reader = reader_over(transport, **options)
    events = []
    for _ in range(500):
        event = reader.next_event(0.1)
        events += [event] if event else []
        if transport.played and event is None:
            return events
    raise AssertionError("the conversation did not end")


def kinds(events):
    return [type(event) for event in events]


def test_ready_found_read_and_no_new_address():
    events = told([*HELLO, NONE, FOUND, SELECTED, READ_WELL, NO_ADDRESS])
    assert kinds(events) == [ReaderReady, CardFound, CardRead]
    assert events[0].sam_id == "05.03-20150101-0000123456-0000007890"
    assert events[2].identity.as_record() == ENTRIES["resident"]["expect"]
    assert events[2].identity.sam_id == events[0].sam_id
    assert len(events[2].photo) == 1024


def test_the_new_address_follows_the_card_it_does_not_delay_it():
    transport = ReplayTransport(
        [*HELLO, FOUND, SELECTED, READ_WELL, (READ_NEW_ADDRESS.request, WIRE["new_address"])]
    )
    reader = reader_over(transport)
    before = None
    while not isinstance(event := reader.next_event(1), CardRead):
        before = transport.clock()
    assert transport.clock() == before
    assert not transport.played  # nothing was asked after the card yet
    assert event.identity.new_address == ""
    assert reader.next_event(1) == NewAddress(ENTRIES["new_address"]["expect"]["address"])


@pytest.mark.parametrize("damage", [b"", WIRE["new_address"][:-1] + b"\x00", WIRE["read_failed"]])
def test_a_new_address_that_cannot_be_had_is_no_failure(damage):
    events = told([*HELLO, FOUND, SELECTED, READ_WELL, (READ_NEW_ADDRESS.request, damage), NONE])
    assert kinds(events) == [ReaderReady, CardFound, CardRead]


def test_a_card_left_lying_is_read_once_and_a_new_placing_again():
    again = [FOUND, SELECTED, READ_WELL, NO_ADDRESS]
    events = told([*HELLO, *again, NONE, NONE, NONE, *again])
    assert kinds(events) == [ReaderReady, CardFound, CardRead, CardRemoved, CardFound, CardRead]


def test_a_module_that_goes_on_finding_a_card_does_not_read_it_twice():
    again = [FOUND, SELECTED, READ_WELL, NO_ADDRESS]
    same = [FOUND, SELECTED, READ_WELL]
    events = told([*HELLO, *again, *same, FOUND, FOUND, NONE, *again])
    assert kinds(events) == [ReaderReady, CardFound, CardRead, CardRemoved, CardFound, CardRead]


def test_a_card_swapped_between_two_polls_is_read():
    other = [FOUND, SELECTED, (READ.request, WIRE["foreigner_2017"]), NO_ADDRESS]
    events = told([*HELLO, FOUND, SELECTED, READ_WELL, NO_ADDRESS, *other, NONE])
    assert kinds(events) == [ReaderReady, CardFound, CardRead, CardRemoved, CardFound, CardRead]
    assert events[-1].identity.number == "GBR330088990011"


def test_a_card_swapped_between_two_polls_that_does_not_read_is_reported():
    other = [FOUND, SELECTED, status(READ, 0x32)]
    events = told([*HELLO, FOUND, SELECTED, READ_WELL, NO_ADDRESS, *other, FOUND, NONE])
    assert kinds(events)[2:] == [CardRead, CardRemoved, CardFound, CardFailed, CardRemoved]


@pytest.mark.parametrize("failures", [1, 2])
def test_a_failed_read_is_tried_again_twice(failures):
    retry = [FOUND, SELECTED, READ_FAILED] * failures
    events = told([*HELLO, *retry, FOUND, SELECTED, READ_WELL, NO_ADDRESS])
    assert kinds(events) == [ReaderReady, CardFound, CardRead]


def test_a_card_that_does_not_read_is_reported_once_until_it_is_lifted():
    retry = [FOUND, SELECTED, READ_FAILED] * 3
    events = told([*HELLO, *retry, FOUND, FOUND, NONE, NONE])
    assert kinds(events) == [ReaderReady, CardFound, CardFailed, CardRemoved]
    assert events[2].code == "card.read_failed"


def test_selecting_that_stays_without_success():
    failed = (SELECT.request, WIRE["select_failed"])
    events = told([*HELLO, FOUND, failed, FOUND, failed, FOUND, failed, NONE])
    assert [e.code for e in events if isinstance(e, CardFailed)] == ["card.select_failed"]


@pytest.mark.parametrize("sw3", [0x31, 0x32, 0x33, 0x40])
@pytest.mark.parametrize("command", [SELECT, READ])
def test_a_card_that_is_not_genuine_is_said_at_once_and_not_tried_again(command, sw3):
    steps = [status(SELECT, sw3)] if command is SELECT else [SELECTED, status(READ, sw3)]
    events = told([*HELLO, FOUND, *steps, FOUND])
    assert kinds(events) == [ReaderReady, CardFound, CardFailed]
    assert events[2].code == "card.not_genuine"


def read_of_unknown_type():
    text = bytearray(WIRE["resident"])
    text[14 + 248 : 14 + 250] = "Q".encode("utf-16-le")
    return (READ.request, sdt_protocol.frame(bytes(text[7:-1])))


def test_a_card_of_unknown_type():
    events = told([*HELLO, FOUND, SELECTED, read_of_unknown_type(), NONE, NONE])
    assert events[-1] == CardFailed("card.unknown_type", {"raw_type": "Q"})


def test_a_card_of_unknown_type_that_goes_on_being_found_is_told_once():
    once = [FOUND, SELECTED, read_of_unknown_type()]
    events = told([*HELLO, *once, *once, FOUND, FOUND])
    assert kinds(events) == [ReaderReady, CardFound, CardFailed]


def test_a_card_laid_down_at_once_after_one_of_unknown_type_is_read():
    other = [FOUND, SELECTED, READ_WELL, NO_ADDRESS]
    events = told([*HELLO, FOUND, SELECTED, read_of_unknown_type(), *other])
    assert kinds(events)[2:] == [CardFailed, CardRemoved, CardFound, CardRead]


def test_a_damaged_card_answer_is_noticed_and_nothing_of_it_is_used():
    damaged = bytearray(WIRE["resident"])
    damaged[20] ^= 0x04
    events = told([*HELLO, FOUND, SELECTED, (READ.request, bytes(damaged)), NONE, NONE])
    assert kinds(events) == [ReaderReady, CardFound, CardFailed, CardRemoved]
    assert events[2].code == "card.read_failed"


def test_control_with_the_check_switched_off_the_damaged_card_would_be_read(monkeypatch):
    damaged = bytearray(WIRE["resident"])
    damaged[20] ^= 0x04
    monkeypatch.setattr(sdt_protocol, "checksum", lambda _body: 0)
    events = told([*HELLO, FOUND, SELECTED, (READ.request, bytes(damaged)), NO_ADDRESS])
    assert kinds(events) == [ReaderReady, CardFound, CardRead]


def test_late_answers_and_noise_before_the_right_one_are_passed_over():
    events = told(
        [
            *HELLO,
            (FIND.request, b"\x00\xaa\xaa" + WIRE["status_ok"] + WIRE["found"]),
            (SELECT.request, WIRE["found"] + b"\x96\x69" + WIRE["selected"]),
            (READ.request, WIRE["selected"] + WIRE["none"] + WIRE["resident"]),
            (READ_NEW_ADDRESS.request, WIRE["resident"] + WIRE["new_address"]),
        ]
    )
    assert kinds(events) == [ReaderReady, CardFound, CardRead, NewAddress]


def test_a_late_card_is_never_taken_for_the_answer_to_another_command():
    events = told([*HELLO, (FIND.request, WIRE["resident"] + WIRE["none"]), NONE])
    assert kinds(events) == [ReaderReady]


def test_a_silent_reader_is_lost_once_and_looked_for_quietly():
    nothing = (FIND.request, b"")
    transport = ReplayTransport([*HELLO, *[nothing] * 5])
    reader = reader_over(transport)
    events = [e for _ in range(300) if (e := reader.next_event(0.1))]
    assert kinds(events) == [ReaderReady, ReaderLost]
    assert events[1].code == "reader.silent"
    assert transport.clock() > 10  # and it was looked for all the while


def test_one_poll_without_an_answer_is_not_a_lost_reader():
    nothing = (FIND.request, b"")
    events = told([*HELLO, *[nothing, nothing, nothing, nothing, NONE] * 3])
    assert kinds(events) == [ReaderReady]


def test_a_line_that_damages_everything_is_garbled():
    damaged = (FIND.request, WIRE["none"][:-1] + b"\x00")
    events = told([*HELLO, *[damaged] * 5])
    assert kinds(events) == [ReaderReady, ReaderLost]
    assert events[1].code == "reader.garbled"


@pytest.mark.parametrize(
    ("sw3", "code"), [(0x60, "reader.self_test_failed"), (0x66, "reader.unauthorised")]
)
def test_a_broken_module_says_so(sw3, code):
    assert told([status(MODULE_STATUS, sw3)]) == [ReaderLost(code)]
    assert told([*HELLO, status(FIND, sw3)])[1:] == [ReaderLost(code)]
    assert told([*HELLO, FOUND, SELECTED, status(READ, sw3)])[2:] == [ReaderLost(code)]


def test_a_command_refused_again_and_again_is_a_protocol_error():
    events = told([*HELLO, *[status(FIND, 0x21)] * 5])
    assert events[1:] == [ReaderLost("reader.protocol")]


def test_a_module_that_does_not_tell_its_number_is_ready_all_the_same():
    events = told([HELLO[0], (SAM_ID.request, b""), NONE])
    assert events == [ReaderReady("COM-replay", "")]


def test_speeds_are_tried_the_configured_one_first():
    nothing = (MODULE_STATUS.request, b"")
    transport = ReplayTransport([nothing, nothing, *HELLO])
    reader = reader_over(transport, baud=19200)
    while not isinstance(reader.next_event(0.3), ReaderReady):
        pass
    assert transport.speeds == [19200, 115200, 57600]


def test_polls_come_at_their_interval():
    transport = ReplayTransport([*HELLO, *[NONE] * 10])
    reader = reader_over(transport, poll_interval_s=0.3)
    assert isinstance(reader.next_event(1), ReaderReady)
    start = transport.clock()
    while not transport.played:
        assert reader.next_event(0.05) is None
    assert transport.clock() - start == pytest.approx(9 * 0.3, abs=0.06)


def test_waiting_is_as_long_as_asked():
    transport = ReplayTransport([*HELLO, *[NONE] * 20])
    reader = reader_over(transport, poll_interval_s=5.0)
    reader.next_event(0.1)
    reader.next_event(0.1)
    start = transport.clock()
    assert reader.next_event(1.5) is None
    assert transport.clock() - start == pytest.approx(1.5)


def test_a_trickling_answer_has_its_time_stretched_but_not_for_ever():
    class Trickle(ReplayTransport):
        """Gives one byte in a quarter of a second once the card is read."""

        def read(self, size, timeout_s):
            if not self.played:
                return super().read(size, timeout_s)
            self.pause(0.25)
            return b"\xaa"

    transport = Trickle([*HELLO, FOUND, SELECTED, (READ.request, b"")])
    reader = reader_over(transport)
    while not isinstance(reader.next_event(1), CardFound):
        pass
    start = transport.clock()
    assert reader.next_event(0.1) == CardFailed("card.read_failed")
    spent = transport.clock() - start
    assert 4 * READ.timeout_s <= spent <= 4 * READ.timeout_s + 3


def test_the_picture_follows_where_there_is_a_decoder():
    class Decoder:
        def decode(self, wlt):
            return b"BM" + wlt[:2]

    events = told([*HELLO, FOUND, SELECTED, READ_WELL, NO_ADDRESS, NONE], photo_decoder=Decoder())
    assert kinds(events) == [ReaderReady, CardFound, CardRead, PhotoDecoded]
    assert events[3].picture == b"BM\x00\x00"


def test_without_a_picture_the_card_is_read_all_the_same():
    class Broken:
        def decode(self, _wlt):
            return None

    events = told([*HELLO, FOUND, SELECTED, READ_WELL, NO_ADDRESS, NONE], photo_decoder=Broken())
    assert kinds(events) == [ReaderReady, CardFound, CardRead]


# One card


def once(conversation, timeout_s=5):
    return reader_over(ReplayTransport(conversation)).read_once(timeout_s)


def test_one_card_with_its_new_address():
    conversation = [NONE, FOUND, SELECTED, READ_WELL]
    read = once([*HELLO, *conversation, (READ_NEW_ADDRESS.request, WIRE["new_address"])])
    expected = ENTRIES["resident"]["expect"] | {
        "new_address": ENTRIES["new_address"]["expect"]["address"]
    }
    assert read.identity.as_record() == expected


def test_one_card_that_does_not_come():
    with pytest.raises(CardError) as caught:
        once([*HELLO, *[NONE] * 100])
    assert caught.value.code == "card.none"


def test_one_card_that_fails():
    with pytest.raises(CardError) as caught:
        once([*HELLO, *[FOUND, SELECTED, READ_FAILED] * 3])
    assert caught.value.code == "card.read_failed"


def test_one_card_from_a_reader_that_is_silent():
    with pytest.raises(ReaderError) as caught:
        once([])
    assert caught.value.code == "reader.silent"
    with pytest.raises(ReaderError) as caught:
        once([], timeout_s=0.5)
    assert caught.value.code == "reader.silent"


def test_a_closed_reader_says_nothing_more_and_lets_go():
    transport = ReplayTransport([*HELLO, FOUND])
    reader = reader_over(transport)
    assert isinstance(reader.next_event(1), ReaderReady)
    reader.close()
    reader.close()
    assert transport.closed
    assert reader.next_event(1) is None
    assert not transport.played


def test_a_conversation_that_goes_another_way_is_noticed():
    wrong = replace(FIND, request=SELECT.request)
    events = told([*HELLO, (wrong.request, WIRE["none"])])
    assert events[1:] == [ReaderLost("reader.protocol")]
