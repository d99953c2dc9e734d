"""Reports of scan guns in HID-POS mode: by the layout of the usual gun, and whatever comes."""

from hid_reports import COUNTED, KEYBOARD, PLAIN, counted
from hypothesis import given
from hypothesis import strategies as st

from counter_app.devices.hid_pos import (
    MAX_PAYLOAD_BYTES,
    ReportLayout,
    ScanAssembler,
    report_layout,
)


def plain(data, more=False):
    return b"]Q1" + data.ljust(60, b"\0") + bytes([more])


def scans(descriptor, reports):
    assembler = ScanAssembler(report_layout(descriptor))
    return [scan for report in reports if (scan := assembler.take(report)) is not None]


def test_layouts():
    assert report_layout(COUNTED) == ReportLayout(2, 5, 56, 1, 63, 0)
    assert report_layout(PLAIN) == ReportLayout(0, 3, 60, -1, 63, 0)
    assert report_layout(KEYBOARD) is None
    assert report_layout(b"") is None


def test_a_scan_in_one_report_and_in_several():
    assert scans(COUNTED, [counted(b"HCPRE:0001")]) == [b"HCPRE:0001"]
    text = bytes(range(256)) * 2
    parts = [text[n : n + 56] for n in range(0, len(text), 56)]
    reports = [counted(part, more=part is not parts[-1]) for part in parts]
    assert scans(COUNTED, reports) == [text]
    assert scans(COUNTED, [*reports, counted("预约".encode("gbk"))]) == [text, "预约".encode("gbk")]


def test_without_a_count_zeros_behind_are_no_data():
    assert scans(PLAIN, [plain(b"a" * 60, more=True), plain(b"b")]) == [b"a" * 60 + b"b"]


def test_other_reports_and_short_ones():
    assert scans(COUNTED, [b"\x04\x01", b"", b"\x02", b"\x02\x05]Q1ab"]) == [b"ab"]
    assert scans(COUNTED, [counted(b"")]) == []


def test_too_long_is_cut():
    reports = [counted(b"x" * 56, more=True)] * 200
    (scan,) = scans(COUNTED, [*reports, counted(b"x")])
    assert len(scan) == MAX_PAYLOAD_BYTES + 1


@given(st.binary(min_size=1, max_size=700), st.integers(1, 56))
def test_however_it_is_cut_the_scan_is_the_same(payload, size):
    parts = [payload[n : n + size] for n in range(0, len(payload), size)]
    reports = [counted(part, more=place < len(parts) - 1) for place, part in enumerate(parts)]
    assert scans(COUNTED, reports) == [payload]


@given(st.binary(max_size=300))
def test_any_descriptor_is_answered(descriptor):
    report_layout(descriptor)


@given(st.data())
def test_damaged_descriptors_and_any_reports_are_answered(data):
    damaged = bytearray(data.draw(st.sampled_from([COUNTED, PLAIN])))
    for _ in range(data.draw(st.integers(0, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    layout = report_layout(bytes(damaged))
    if layout is None:
        return
    assembler = ScanAssembler(layout)
    for report in data.draw(st.lists(st.binary(max_size=80), max_size=12)):
        scan = assembler.take(report)
        assert scan is None or 0 < len(scan) <= MAX_PAYLOAD_BYTES + 1
