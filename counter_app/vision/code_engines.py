"""The two engines that read codes, each behind one function that never raises.

zxing-cpp gives the very bytes of a symbol. libzbar rewrites bytes that it takes for another
encoding and does not say so, so what pyzbar reads counts only when it is ASCII.
"""

from __future__ import annotations

import atexit
import functools
from typing import TYPE_CHECKING, Any

from counter_app.vision.code import Code, Corners, Point, code_of

if TYPE_CHECKING:
    from counter_app.vision.grey import Grey

ZXING = "zxing-cpp"
ZBAR = "pyzbar"

# The character sets a symbol can declare (AIM ECI), beside those that the rule finds by itself.
_DECLARED = {
    **{number: f"iso8859-{number - 2}" for number in range(3, 19) if number != 14},
    **{20: "shift_jis", 21: "cp1250", 22: "cp1251", 23: "cp1252", 24: "cp1256"},
    **{25: "utf-16-be", 28: "big5", 30: "euc_kr", 33: "utf-16-le"},
}
_ECI = b"\\"
# Bytes from which a symbology is believed: its check is one in 103, or none but detection.
_SHORTEST = {"Code 128": 3}
_BARS = ("Code 128",)


@functools.cache
def _formats(names: tuple[str, ...]) -> Any:
    import zxingcpp

    return zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in names])


# The binding complains on the terminal of what is still there when the interpreter ends.
atexit.register(_formats.cache_clear)

QR = ("QRCode", "MicroQRCode")
LINES = ("PDF417", "Code128")
MATRIX = ("DataMatrix",)
OTHERS = (*MATRIX, *LINES)
ALL = (*QR, *OTHERS)


def load() -> None:
    """Load both engines now rather than with the first picture."""
    from pyzbar import pyzbar  # noqa: F401

    _formats(ALL)


def by_zxing(
    grey: Grey, step: str = "plain", formats: tuple[str, ...] = ALL, *, pure: bool = False
) -> list[Code]:
    """What zxing-cpp reads in a grey picture, `pure` one drawn by ourselves. Never raises."""
    found = _zxing(grey, formats, is_pure=pure)
    return [_zxing_code(one, step, grey.shape) for one in found if one.valid]


def by_zxing_torn(grey: Grey, formats: tuple[str, ...]) -> tuple[list[Code], int]:
    """What zxing-cpp reads, and how many symbols it sees beside that but cannot read."""
    found = _zxing(grey, formats, return_errors=True)
    codes = [_zxing_code(one, "plain", grey.shape) for one in found if one.valid]
    return codes, len(found) - len(codes)


def _zxing(grey: Grey, formats: tuple[str, ...], **options: Any) -> list[Any]:
    import zxingcpp

    text = zxingcpp.TextMode.HexECI
    try:
        found: list[Any] = zxingcpp.read_barcodes(
            grey, formats=_formats(formats), text_mode=text, **options
        )
    except (ValueError, RuntimeError, TypeError):
        return []  # a layout the engine has no reading for
    return [one for one in found if not one.valid or _believed(one)]


def _believed(one: Any) -> bool:
    """Whether a reading has more behind it than chance: weak checks fit noise now and then.

    Micro QR of version M1, five digits at most, is not believed at all: it can only detect errors
    (ISO/IEC 18004, 7.5.1), and one in some thousand was read wrongly.
    """
    if (one.extra or {}).get("Version") == "M1":
        return False
    return len(one.bytes) >= _SHORTEST.get(str(one.format), 1)


def _zxing_code(one: Any, step: str, shape: tuple[int, ...]) -> Code:
    payload = bytes(one.bytes)
    if not payload.isascii():
        payload = _as_declared(payload, str(one.text))
    place = one.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    # What was read stands within the picture, also where steep perspective is reckoned beyond it.
    high, wide = shape
    a, b, c, d = (
        (float(min(max(point.x, 0), wide - 1)), float(min(max(point.y, 0), high - 1)))
        for point in corners
    )
    if (b[0] - a[0]) * (c[1] - b[1]) < (b[1] - a[1]) * (c[0] - b[0]) and str(one.format) in _BARS:
        # Bars that it meets from their end are turned across alone (as of zxing-cpp 3.1).
        a, b, c, d = d, c, b, a
    return code_of(str(one.format), payload, ZXING, step, (a, b, c, d))


def _as_declared(payload: bytes, hexadecimal: str) -> bytes:
    r"""The payload in UTF-8 where the symbol declares one other character set for all of it.

    `hexadecimal` is the payload as the AIM protocol sends it: a symbology identifier of three
    characters, then the bytes with each declaration as \NNNNNN.
    """
    head, mark, rest = bytes.fromhex(hexadecimal)[3:].partition(_ECI)
    if head or not mark or not rest[:6].isdigit() or len(rest) - 6 != len(payload):
        return payload
    try:
        return payload.decode(_DECLARED[int(rest[:6])]).encode()
    except (KeyError, UnicodeError):
        return payload


def by_zbar(grey: Grey, step: str = "zbar") -> list[Code]:
    """The QR codes that pyzbar reads in a grey picture and that can be believed. Never raises.

    It is not asked for Code 128: of spoilt ones it reads some wrongly, with a check of one in 103.
    """
    from pyzbar import pyzbar

    height, width = grey.shape
    try:
        found: list[Any] = pyzbar.decode(
            (grey.tobytes(), width, height), symbols=[pyzbar.ZBarSymbol.QRCODE]
        )
    except pyzbar.PyZbarError:
        return []
    codes = [_zbar_code(one, step) for one in found if _plain_text(bytes(one.data))]
    return [code for code in codes if code is not None]


def _plain_text(payload: bytes) -> bool:
    """Whether libzbar cannot have rewritten these bytes: printable ASCII."""
    return payload.isascii() and payload.decode("ascii").isprintable()


def _zbar_code(one: Any, step: str) -> Code | None:
    points = [(float(point.x), float(point.y)) for point in one.polygon]
    corners = _clockwise(points, str(one.orientation))
    payload = bytes(one.data)
    return code_of("QR Code", payload, ZBAR, step, corners) if corners and payload else None


def _clockwise(points: list[Point], orientation: str) -> Corners | None:
    """The corners of libzbar's QR code from the symbol's top left clockwise.

    pyzbar gives them as a hull, counter-clockwise from anywhere; None where they are no quadrangle.
    """
    if len(points) != 4:
        return None
    a, b, c, d = points
    turns = [
        (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0])
        for p, q, r in ((a, b, c), (b, c, d), (c, d, a), (d, a, b))
    ]
    # Where the four do not go round once, what was read was not one symbol.
    return _from_top_left(points, orientation) if max(turns) < 0 else None


# Which way a symbol's top left lies in the picture when the symbol's top points there.
_TOP_LEFT = {"UP": (-1, -1), "RIGHT": (1, -1), "DOWN": (1, 1), "LEFT": (-1, 1)}


def _from_top_left(points: list[Point], orientation: str) -> Corners:
    """Counter-clockwise corners turned round, and begun where the symbol has its top left."""
    right, down = _TOP_LEFT.get(orientation, (-1, -1))
    first = max(range(4), key=lambda one: points[one][0] * right + points[one][1] * down)
    a, b, c, d = (points[first - turn] for turn in range(4))
    return (a, b, c, d)
