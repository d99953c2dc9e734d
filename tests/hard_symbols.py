"""Symbols to hide in hard pictures, by seed, written by others than the reader's own library.

QR and Micro QR by segno, Data Matrix by ppf-datamatrix, PDF417 by pdf417gen, Code 128 by
python-barcode. Each is a boolean array of modules, True for dark, without a quiet zone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import segno

HANZI = "预约试验受理通知书甲乙丙丁大厅窗口材料事项办结送达王小明㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖"
ASCII = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789-_/:.?=&"
PAYLOADS = ("ascii", "url", "utf-8", "gbk", "gb18030", "binary")


@dataclass(frozen=True)
class Symbol:
    """One symbol: its format by zxing-cpp's name, its bytes, its modules and its quiet zone."""

    format: str
    payload: bytes
    modules: numpy.ndarray
    quiet: int


def payload_of(kind, chance, length):
    """Bytes of that kind, about `length` of them."""
    if kind == "ascii":
        return "".join(chance.choice(list(ASCII), length)).encode()
    if kind == "url":
        return b"https://example.invalid/c?n=" + payload_of("ascii", chance, max(4, length - 28))
    if kind == "binary":
        return b"\xff" + chance.integers(0, 256, max(1, length - 1), dtype="uint8").tobytes()
    if kind == "gbk":
        letters = [one for one in HANZI if len(one.encode("gb18030")) == 2]
    elif kind == "gb18030":
        letters = [one for one in HANZI if len(one.encode("gb18030")) == 4]
    else:
        letters = list(HANZI)
    text = "".join(chance.choice(letters, max(2, length // 3)))
    return text.encode("utf-8" if kind == "utf-8" else "gb18030")


def qr(payload, version=None, error="m"):
    """A QR code; of that version or the smallest that holds it."""
    made = segno.make_qr(payload, version=version, error=error, mode="byte", boost_error=False)
    return Symbol("QR Code", payload, numpy.array(made.matrix, bool), 4)


def micro_qr(digits_or_text):
    made = segno.make_micro(digits_or_text)
    return Symbol("Micro QR Code", digits_or_text.encode(), numpy.array(made.matrix, bool), 2)


def data_matrix(text):
    from ppf.datamatrix import DataMatrix

    return Symbol("Data Matrix", text.encode(), numpy.array(DataMatrix(text).matrix, bool), 2)


def pdf417(payload, columns=4, level=3):
    import pdf417gen

    rows = pdf417gen.encode(payload, columns=columns, security_level=level)
    bits = [[one == "1" for word in row for one in format(word, "b")] for row in rows]
    return Symbol("PDF417", payload, numpy.repeat(numpy.array(bits), 3, axis=0), 2)


def code_128(text, height=40):
    import barcode

    bits = [one == "1" for one in barcode.get("code128", text).build()[0]]
    return Symbol("Code 128", text.encode(), numpy.tile(numpy.array(bits), (height, 1)), 10)


def some_qr(chance, versions=(1, 8)):
    """A QR code with a payload of any kind, of a version in that range."""
    low, high = versions
    version = int(chance.integers(low, high + 1))
    error = str(chance.choice(list("lmqh")))
    kind = str(chance.choice(PAYLOADS, p=[0.3, 0.3, 0.15, 0.1, 0.05, 0.1]))
    # A version holds at least this many bytes at its level; the rest of the room is padded.
    least = {"l": 0.62, "m": 0.48, "q": 0.34, "h": 0.25}[error]
    side = 17 + 4 * version
    room = int(least * (side * side - 250 - 25 * (version > 1)) / 8) - 3
    length = int(chance.integers(max(3, room // 2), max(4, room)))
    while True:
        try:
            return qr(payload_of(kind, chance, max(2, length)), version, error)
        except segno.DataOverflowError:
            length = length * 3 // 4
            if length < 6:
                kind = "ascii"


def some_other(chance, *, height=40):
    """A symbol of one of the other symbologies; `height` is a bar code's, in modules."""
    kind = int(chance.integers(0, 4))
    if kind == 0:
        return micro_qr(payload_of("ascii", chance, int(chance.integers(4, 12))).decode())
    if kind == 1:
        return data_matrix(payload_of("ascii", chance, int(chance.integers(6, 50))).decode())
    if kind == 2:
        name = str(chance.choice(["ascii", "utf-8", "gbk"]))
        return pdf417(payload_of(name, chance, int(chance.integers(8, 60))))
    return code_128(payload_of("ascii", chance, int(chance.integers(6, 18))).decode(), height)
