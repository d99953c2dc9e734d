"""Codes in a picture: zxing-cpp first, pyzbar second.

Bytes are decoded by a rule, never guessed: strict UTF-8, else strict GB 18030, else they stay
binary. pyzbar rewrites bytes it does not understand, so its text counts only when it is ASCII
(both measured on photographs of codes in several encodings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Picture = NDArray[numpy.uint8]


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `text` is None when the payload is binary; `encoding` says how it was decoded."""

    format: str
    payload: bytes
    text: str | None
    encoding: str
    engine: str


def decoded(payload: bytes) -> tuple[str | None, str]:
    """A payload's text and its encoding: ascii, utf-8, gb18030 or binary."""
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            return payload.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None, "binary"


def read_codes(picture: Picture) -> list[Code]:
    """Every code found in a grey or BGR picture; an empty list when there is none.

    Never raises for what a picture shows; a shape that is no picture reads as one without codes.
    """
    if picture.ndim not in (2, 3) or 0 in picture.shape:
        return []
    return _by_zxing(picture) or _by_zbar(picture)


def _by_zxing(picture: Picture) -> list[Code]:
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats(
        [
            zxingcpp.BarcodeFormat.QRCode,
            zxingcpp.BarcodeFormat.MicroQRCode,
            zxingcpp.BarcodeFormat.DataMatrix,
            zxingcpp.BarcodeFormat.PDF417,
            zxingcpp.BarcodeFormat.Code128,
        ]
    )
    try:
        found = zxingcpp.read_barcodes(picture, formats=wanted)
    except (ValueError, RuntimeError, TypeError):
        return []  # a layout the engine has no reading for
    return [_code(str(one.format), bytes(one.bytes), "zxing-cpp") for one in found if one.valid]


def _by_zbar(picture: Picture) -> list[Code]:
    from pyzbar import pyzbar

    grey = picture if picture.ndim == 2 else picture[..., :3].mean(axis=2).astype("uint8")
    wanted = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128, pyzbar.ZBarSymbol.PDF417]
    found: list[Any] = pyzbar.decode(grey, symbols=wanted)
    return [_code(str(one.type), bytes(one.data), "pyzbar") for one in found if one.data.isascii()]


def _code(kind: str, payload: bytes, engine: str) -> Code:
    text, encoding = decoded(payload)
    return Code(kind, payload, text, encoding, engine)
