"""A picture file as grey values, within a bound of memory whatever the file claims."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counter_app.errors import PictureError
from counter_app.vision.picture_exif import orientation_of, turned
from counter_app.vision.picture_header import Header, header_of

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey

MAX_FILE_BYTES = 256 << 20
MAX_PIXELS = 200_000_000  # what the largest cameras of phones take
MAX_DECODING_BYTES = 256 << 20
READ_PIXELS = 24_000_000  # beyond it no code a person holds up needs the detail


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """Grey values, and the size of the picture in the file (x, y) over theirs."""

    grey: Grey
    scale: tuple[float, float]


def load_picture(path: Path) -> LoadedPicture:
    """The picture in a file of any format that OpenCV reads, turned as its EXIF says.

    An alpha channel is laid on white, or on black where nothing would be seen on white; deep
    pictures are stretched to eight bits; one of more than READ_PIXELS is made smaller. Raises
    PictureError for what is no file, no whole picture, or too large a one.
    """
    file = _contents(path)
    header = header_of(file)
    if header is None:
        raise PictureError("picture.unreadable")
    shrinking = _shrinking(header)
    grey = _grey(file, header, shrinking)
    height, width = grey.shape
    # A picture that EXIF turns by a quarter has its sides exchanged.
    across = header.width if (header.width > header.height) == (width > height) else header.height
    down = header.height if across == header.width else header.width
    return LoadedPicture(grey, (across / width, down / height))


def _contents(path: Path) -> bytes:
    try:
        # A pipe or a terminal must not make it wait.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise PictureError("picture.no_file")
            file = opened.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with NUL
        missing = getattr(error, "errno", 0) in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
        raise PictureError("picture.missing" if missing else "picture.no_file") from error
    if len(file) > MAX_FILE_BYTES:
        raise PictureError("picture.too_large")
    return file


def _shrinking(header: Header) -> int:
    """By how much to shrink a picture in decoding: 1, 2, 4 or 8. Raises PictureError."""
    pixels = header.width * header.height
    if pixels > MAX_PIXELS:
        raise PictureError("picture.too_large")
    shrinking = 1
    while header.shrinks and shrinking < 8 and pixels > READ_PIXELS * shrinking**2:
        shrinking *= 2
    if pixels * header.pixel_bytes > MAX_DECODING_BYTES * shrinking**2:
        raise PictureError("picture.too_large")
    return shrinking


def _grey(file: bytes, header: Header, shrinking: int) -> Grey:
    import cv2
    import numpy

    from counter_app.vision.grey import grey_of

    smaller = {
        2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
        4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
        8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    }
    plain = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH
    flags = cv2.IMREAD_UNCHANGED if header.see_through else smaller.get(shrinking, plain)
    try:
        picture: Any = cv2.imdecode(numpy.frombuffer(file, numpy.uint8), flags)
        if picture is not None and header.see_through:
            picture = turned(picture, orientation_of(file))
        grey = None if picture is None else grey_of(picture)
        if grey is None:
            raise PictureError("picture.unreadable")
        return _bearable(grey)
    except (cv2.error, MemoryError) as error:
        raise PictureError("picture.unreadable") from error


def _bearable(grey: Grey) -> Grey:
    import cv2
    import numpy

    factor = (READ_PIXELS / grey.size) ** 0.5
    if factor >= 1:
        return grey
    size = (max(1, int(grey.shape[1] * factor)), max(1, int(grey.shape[0] * factor)))
    return numpy.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), numpy.uint8)
