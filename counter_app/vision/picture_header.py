"""What a picture file says of its size before anything is decoded, for the formats OpenCV reads.

Layouts: PNG (W3C), JPEG (ITU-T T.81), BMP, GIF89a, WebP (RFC 9649), TIFF 6.0 and BigTIFF, Netpbm
and PFM, Sun raster, Radiance HDR, JPEG 2000 (ITU-T T.800), HEIF/AVIF (ISO/IEC 23008-12).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Header:
    """Pixels across and down, and what decoding one pixel to grey takes in bytes, by estimate.

    `see_through` where there may be an alpha channel; `shrinks` where it can be decoded smaller
    and then takes that much less.
    """

    width: int
    height: int
    pixel_bytes: float
    see_through: bool = False
    shrinks: bool = False


def header_of(file: bytes) -> Header | None:
    """The header of a picture file; None where it is none, or its header is damaged."""
    for mark, offset, reader in _READERS:
        if file[offset : offset + len(mark)] == mark:
            try:
                header = reader(file)
            except (struct.error, IndexError, ValueError, OverflowError):
                return None
            return header if header and header.width > 0 and header.height > 0 else None
    return _netpbm(file)


def _png(file: bytes) -> Header:
    width, height, depth, colour = struct.unpack_from(">IIBB", file, 16)
    see_through = bool(colour & 4) or b"tRNS" in file[: max(0, file.find(b"IDAT"))]
    return Header(width, height, (3 if depth == 16 else 1) * (5 if see_through else 1), see_through)


def _jpeg(file: bytes) -> Header | None:
    for mark, start in _jpeg_segments(file):
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width, components = struct.unpack_from(">HHB", file, start + 1)
            progressive = mark in (0xC2, 0xC6, 0xCA, 0xCE)
            # A progressive picture's coefficients, two bytes each, are all held until its end.
            return Header(width, height, 1 + 2 * components * progressive, shrinks=not progressive)
    return None


def _jpeg_segments(file: bytes) -> Iterator[tuple[int, int]]:
    """Each segment's marker and where its content begins, up to the scan."""
    at = 2
    while at + 4 <= len(file):
        if file[at] != 0xFF:
            return
        mark = file[at + 1]
        if mark == 0xFF:
            at += 1  # fill bytes
            continue
        if mark == 0xDA:
            return
        if 0xD0 <= mark <= 0xD8 or mark == 0x01:
            at += 2
            continue
        yield mark, at + 4
        at += 2 + max(2, struct.unpack_from(">H", file, at + 2)[0])


def _bmp(file: bytes) -> Header:
    size = struct.unpack_from("<I", file, 14)[0]
    if size == 12:
        width, height = struct.unpack_from("<HH", file, 18)
        return Header(width, height, 1)
    width, height, _, bits = struct.unpack_from("<iiHH", file, 18)
    return Header(width, abs(height), 4 if bits == 32 else 1, see_through=bits == 32)


def _gif(file: bytes) -> Header:
    width, height = struct.unpack_from("<HH", file, 6)
    return Header(width, height, 9, see_through=True)


def _webp(file: bytes) -> Header | None:
    kind = file[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(file[24:27], "little") + 1
        height = int.from_bytes(file[27:30], "little") + 1
        return Header(width, height, 9, see_through=bool(file[20] & 0x10))
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", file, 21)[0]
        return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, 9, bool(bits >> 28 & 1))
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", file, 26)
        return Header(width & 0x3FFF, height & 0x3FFF, 6)
    return None


def _tiff(file: bytes) -> Header | None:
    order = "<" if file[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", file, 2)[0] == 43
    first = struct.unpack_from(order + ("Q" if big else "I"), file, 8 if big else 4)[0]
    count = struct.unpack_from(order + ("Q" if big else "H"), file, first)[0]
    start, step = first + (8 if big else 2), 20 if big else 12
    facts: dict[int, int] = {}
    for at in range(start, start + step * min(count, 4096), step):
        tag, kind = struct.unpack_from(order + "HH", file, at)
        many = struct.unpack_from(order + ("Q" if big else "I"), file, at + 4)[0]
        # One value of up to 32 bits stands in the entry itself; several short ones are alike here.
        shape = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if shape and many * struct.calcsize(shape) <= (8 if big else 4):
            facts[tag] = struct.unpack_from(order + shape, file, at + (12 if big else 8))[0]
        elif tag == 258:
            there = struct.unpack_from(order + ("Q" if big else "I"), file, at + (12 if big else 8))
            facts[tag] = struct.unpack_from(order + "H", file, there[0])[0]
    if 256 not in facts or 257 not in facts:
        return None
    samples, bits = facts.get(277, 1), facts.get(258, 1)
    channels = max(4, samples)
    return Header(facts[256], facts[257], channels * max(1, bits // 8) + 1, samples in (2, 4))


def _sun(file: bytes) -> Header:
    width, height = struct.unpack_from(">II", file, 4)
    return Header(width, height, 4)


_RADIANCE_SIZE = re.compile(rb"\n[-+]Y (\d{1,9}) [-+]X (\d{1,9})\n")


def _radiance(file: bytes) -> Header | None:
    found = _RADIANCE_SIZE.search(file, 0, 4096)
    return Header(int(found[2]), int(found[1]), 16) if found else None


def _jpeg2000(file: bytes) -> Header | None:
    at = file.find(b"ihdr", 0, 4096)
    if at < 0:
        return None
    height, width, components = struct.unpack_from(">IIH", file, at + 4)
    return Header(width, height, 4 * components + 4, components in (2, 4))


def _codestream(file: bytes) -> Header:
    right, bottom, left, top = struct.unpack_from(">IIII", file, 8)
    return Header(right - left, bottom - top, 16)


def _heif(file: bytes) -> Header | None:
    at, widest = file.find(b"ispe", 0, 1 << 16), (0, 0)
    while at >= 0:
        widest = max(widest, struct.unpack_from(">II", file, at + 8))
        at = file.find(b"ispe", at + 4, 1 << 16)
    return Header(*widest, 9, see_through=True) if widest[0] else None


_NETPBM = re.compile(rb"P([1-6]|[fF])(?:\s+|#[^\n]*\n)+(\d{1,9})(?:\s+|#[^\n]*\n)+(\d{1,9})\s")
_PAM = re.compile(rb"^(WIDTH|HEIGHT) (\d{1,9})\s", re.MULTILINE)


def _netpbm(file: bytes) -> Header | None:
    head = file[:4096]
    if found := _NETPBM.match(head):
        return Header(int(found[2]), int(found[3]), 12 if found[1] in b"fF" else 2)
    sizes = dict(_PAM.findall(head)) if head.startswith(b"P7") else {}
    if len(sizes) == 2:
        return Header(int(sizes[b"WIDTH"]), int(sizes[b"HEIGHT"]), 8, see_through=True)
    return None


_READERS: tuple[tuple[bytes, int, Callable[[bytes], Header | None]], ...] = (
    (b"\xff\xd8", 0, _jpeg),
    (b"\x89PNG\r\n\x1a\n", 0, _png),
    (b"BM", 0, _bmp),
    (b"GIF8", 0, _gif),
    (b"WEBP", 8, _webp),
    (b"II*\0", 0, _tiff),
    (b"MM\0*", 0, _tiff),
    (b"II+\0", 0, _tiff),
    (b"MM\0+", 0, _tiff),
    (b"\x59\xa6\x6a\x95", 0, _sun),
    (b"#?", 0, _radiance),
    (b"jP  ", 4, _jpeg2000),
    (b"\xff\x4f\xff\x51", 0, _codestream),
    (b"ftyp", 4, _heif),
)
