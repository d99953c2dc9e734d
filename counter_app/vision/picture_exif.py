"""How a picture file says it is to be turned, for those that OpenCV gives as they lie.

OpenCV turns a picture by its EXIF, but not where its alpha channel is wanted. Layouts: PNG eXIf
(W3C), WebP EXIF (RFC 9649), EXIF 2.32 tag 274.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_ORIENTATION = 274
_MOST_ENTRIES = 512
_PNG, _RIFF = b"\x89PNG\r\n\x1a\n", b"RIFF"


def orientation_of(file: bytes) -> int:
    """1 to 8 as EXIF counts it; 1, as it lies, where a PNG or WebP does not say. Never raises."""
    for exif in _exif(file):
        try:
            return _orientation(exif)
        except struct.error:  # cut off
            return 1
    return 1


def turned(picture: NDArray[numpy.uint8], orientation: int) -> Any:
    """The picture as it is to be seen."""
    import cv2

    if orientation >= 5:
        picture = cv2.transpose(picture)  # type: ignore[assignment]  # cv2 names no types here
    # After it a turn by a quarter is a mirroring.
    flips = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}
    return cv2.flip(picture, flips[orientation]) if orientation in flips else picture


def _exif(file: bytes) -> Iterator[bytes]:
    if file.startswith(_PNG):
        yield from (body for kind, body in _png_chunks(file) if kind == b"eXIf")
    elif file.startswith(_RIFF):
        yield from (body for kind, body in _riff_chunks(file) if kind == b"EXIF")


def _png_chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(file):
        size, kind = struct.unpack_from(">I4s", file, at)
        yield kind, file[at + 8 : at + 8 + size]
        at += 8 + size + 4  # a check sum of four bytes


def _riff_chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(file):
        kind, size = struct.unpack_from("<4sI", file, at)
        yield kind, file[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _orientation(exif: bytes) -> int:
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for entry in range(min(count, _MOST_ENTRIES)):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
        if (tag, kind) == (_ORIENTATION, 3):
            return int(value) if 1 <= value <= 8 else 1
    return 1
