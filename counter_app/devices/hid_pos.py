"""Reports of a scan gun in HID-POS mode: USB HID's page for bar code scanners, 0x8C.

The mode passes by keyboard and input method. A device says by its report descriptor where in a
report each thing lies (HID 1.11, section 6.2.2); the things are those of the HID Point of Sale
Usage Tables 1.02: three bytes of symbology identifier, decoded data, a flag that the next report
goes on with it. Usual are 56 bytes of data in 62 to 64, with a count of those that are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_PAYLOAD_BYTES = 4096
_KEEP = MAX_PAYLOAD_BYTES + 1

_BYTE_COUNT = 0x01_003B
_DECODED_DATA = 0x8C_00FE
_CONTINUED = 0x8C_00FF

_MAIN, _GLOBAL, _LOCAL = 0, 1, 2
_INPUT = 8
_USAGE_PAGE, _REPORT_SIZE, _REPORT_ID, _REPORT_COUNT, _PUSH, _POP = 0, 7, 8, 9, 10, 11
_USAGE, _USAGE_MINIMUM, _USAGE_MAXIMUM = 0, 1, 2
_LONG_ITEM = 0xFE
_MOST_BITS = 8 * 4096  # of a report; the kernel's own limit is 16 KiB
_MOST_USAGES = 1024


@dataclass(frozen=True, slots=True)
class ReportLayout:
    """Where a report has what, as the device is read: with the report's number in front, if any.

    `number` is 0 where reports have none; the others are bytes from the beginning, -1 for what the
    device does not send. `continued_bit` is of the byte at `continued`.
    """

    number: int
    data: int
    data_size: int
    count: int
    continued: int
    continued_bit: int


@dataclass(slots=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Field:
    number: int
    usage: int
    bit: int
    size: int
    count: int


def report_layout(descriptor: bytes) -> ReportLayout | None:
    """The layout of the report that carries scans, None for a device that sends none.

    A descriptor that breaks off counts as far as it goes.
    """
    fields = list(_input_fields(descriptor))
    data = next((one for one in fields if one.usage == _DECODED_DATA and one.size == 8), None)
    if data is None or data.bit % 8:
        return None
    before = 8 if any(one.number for one in fields) else 0
    same = {one.usage: one for one in fields if one.number == data.number}
    count, continued = same.get(_BYTE_COUNT), same.get(_CONTINUED)
    more = before + continued.bit if continued is not None else -8
    return ReportLayout(
        number=data.number,
        data=(before + data.bit) // 8,
        data_size=data.count,
        count=(before + count.bit) // 8 if count is not None and count.size == 8 else -1,
        continued=more // 8,
        continued_bit=more % 8,
    )


def _input_fields(descriptor: bytes) -> Iterator[_Field]:
    """Every input field with its first usage, or one a usage where it has several."""
    now, kept = _Globals(), list[_Globals]()
    usages: list[int] = []
    bits: dict[int, int] = {}
    for kind, tag, value, size in _items(descriptor):
        if kind == _GLOBAL:
            now = _with_global(now, kept, tag, value)
        elif kind == _LOCAL and tag in (_USAGE, _USAGE_MINIMUM, _USAGE_MAXIMUM):
            usage = value if size == 4 else now.page << 16 | value
            if tag == _USAGE_MAXIMUM and usages:
                usages += range(usages[-1] + 1, min(usage, usages[-1] + _MOST_USAGES) + 1)
            else:
                usages.append(usage)
            del usages[_MOST_USAGES:]
        elif kind == _MAIN:
            if tag == _INPUT:
                begin = bits.get(now.number, 0)
                bits[now.number] = begin + now.size * now.count
                if bits[now.number] > _MOST_BITS:
                    return
                yield from _fields(now, usages, begin)
            usages = []


def _fields(now: _Globals, usages: list[int], begin: int) -> Iterator[_Field]:
    for place, usage in enumerate(usages[: now.count]):
        is_last = place == len(usages) - 1
        count = now.count - place if is_last else 1
        yield _Field(now.number, usage, begin + place * now.size, now.size, count)


def _with_global(now: _Globals, kept: list[_Globals], tag: int, value: int) -> _Globals:
    page, size, count, number = now.page, now.size, now.count, now.number
    if tag == _PUSH:
        kept.append(now)
        del kept[16:]
    elif tag == _POP and kept:
        return kept.pop()
    elif tag == _USAGE_PAGE:
        page = value & 0xFFFF
    elif tag == _REPORT_SIZE:
        size = value
    elif tag == _REPORT_COUNT:
        count = value
    elif tag == _REPORT_ID:
        number = value & 0xFF
    return _Globals(page, size, count, number)


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Kind, tag, value and size of each short item; long items are passed over."""
    place = 0
    while place < len(descriptor):
        prefix = descriptor[place]
        if prefix == _LONG_ITEM:
            place += 3 + (descriptor[place + 1] if place + 1 < len(descriptor) else 0)
            continue
        size = (0, 1, 2, 4)[prefix & 3]
        value = descriptor[place + 1 : place + 1 + size]
        if len(value) < size:
            return
        yield prefix >> 2 & 3, prefix >> 4, int.from_bytes(value, "little"), size
        place += 1 + size


class ScanAssembler:
    """Puts scans together from reports."""

    def __init__(self, layout: ReportLayout) -> None:
        self._layout = layout
        self._pending = bytearray()

    @property
    def is_waiting(self) -> bool:
        """Whether a scan has begun and goes on in the next report."""
        return bool(self._pending)

    def forget(self) -> None:
        """Drop a scan of which the rest did not come."""
        self._pending.clear()

    def take(self, report: bytes) -> bytes | None:
        """The scan that ends with this report, None where none does.

        A scan over 4,096 bytes is cut to 4,097. Other reports of the device are passed over.
        """
        layout = self._layout
        if layout.number and report[:1] != bytes([layout.number]):
            return None
        data = report[layout.data : layout.data + layout.data_size]
        if 0 <= layout.count < len(report):
            data = data[: report[layout.count]]
        elif layout.count < 0:
            data = data.rstrip(b"\0")
        self._pending += data
        del self._pending[_KEEP:]
        flags = report[layout.continued] if 0 <= layout.continued < len(report) else 0
        if flags >> layout.continued_bit & 1:
            return None
        whole = bytes(self._pending)
        self._pending.clear()
        return whole or None
