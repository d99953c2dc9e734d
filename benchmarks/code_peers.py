"""What a user would read codes with instead: single engines, and cascades that try one by one.

Each peer takes a grey picture and gives the payloads it reads, a text of OpenCV's in UTF-8. For the
other symbologies zxing-cpp is asked for all five formats, otherwise for QR and Micro QR alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy
import zxingcpp
from pyzbar import pyzbar

Peer = Callable[[Any, bool], list[bytes]]

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])
_ALL = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.MicroQRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.Code128,
    ]
)
_DETECTOR = cv2.QRCodeDetector()


def zxing(grey: Any, others: bool) -> list[bytes]:
    found = zxingcpp.read_barcodes(grey, formats=_ALL if others else _QR)
    return [bytes(one.bytes) for one in found]


def zxing_cheap(grey: Any, others: bool) -> list[bytes]:
    kinds = _ALL if others else _QR
    off = {"try_rotate": False, "try_downscale": False, "try_invert": False}
    return [bytes(one.bytes) for one in zxingcpp.read_barcodes(grey, formats=kinds, **off)]


def zbar(grey: Any, others: bool) -> list[bytes]:
    height, width = grey.shape
    kinds = [pyzbar.ZBarSymbol.QRCODE, *([pyzbar.ZBarSymbol.CODE128] if others else [])]
    return [bytes(one.data) for one in pyzbar.decode((grey.tobytes(), width, height), kinds)]


def opencv(grey: Any, others: bool) -> list[bytes]:
    try:
        _, texts, _, _ = _DETECTOR.detectAndDecodeMulti(grey)
    except (cv2.error, UnicodeDecodeError):
        return []
    return [text.encode() for text in texts if text]


def _ascii_zbar(grey: Any, others: bool) -> list[bytes]:
    return [data for data in zbar(grey, others) if data.isascii()]


def _changed(grey: Any) -> Any:
    yield cv2.GaussianBlur(grey, (0, 0), 1.2)
    yield cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    kind, way = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
    yield cv2.adaptiveThreshold(grey, 255, kind, way, 41, 5)
    yield cv2.createCLAHE(3.0, (8, 8)).apply(grey)
    yield cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 2.0), -1.5, 0)
    yield cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def zxing_then_zbar(grey: Any, others: bool) -> list[bytes]:
    return zxing(grey, others) or _ascii_zbar(grey, others)


def zxing_and_steps(grey: Any, others: bool) -> list[bytes]:
    if found := zxing(grey, others):
        return found
    for changed in _changed(grey):
        if found := zxing(numpy.ascontiguousarray(changed), others):
            return found
    return []


def zxing_steps_zbar(grey: Any, others: bool) -> list[bytes]:
    return zxing_and_steps(grey, others) or _ascii_zbar(grey, others)


BEST = "zxing-cpp, six steps, pyzbar"
PEERS: dict[str, Peer] = {
    "zxing-cpp": zxing,
    "zxing-cpp, not turned, halved, inverted": zxing_cheap,
    "pyzbar": zbar,
    "OpenCV": opencv,
    "zxing-cpp, pyzbar": zxing_then_zbar,
    "zxing-cpp, six steps": zxing_and_steps,
    BEST: zxing_steps_zbar,
}
