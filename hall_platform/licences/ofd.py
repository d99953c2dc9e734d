"""Licences as OFD (GB/T 33190): made once when they are issued, or brought by the issuer.

What is made here is a plain document of one page without an electronic seal: sealing needs the
issuer's own key (GB/T 38540), which a platform must not hold. An issuer that seals brings its file,
and it is kept as it is.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://www.ofdspec.org/2016"
LARGEST = 512 * 1024
MOST_MEMBERS = 200
LARGEST_UNPACKED = 16 * 1024 * 1024
ROOT = "OFD.xml"

_WIDTH, _HEIGHT, _MARGIN = 210, 297, 25
_LINE_LENGTH = 26  # characters of 6 mm beside the label
_SIZE = 5.0


def made(licence: Mapping[str, Any]) -> bytes:
    """The package of a licence's row; the same row gives the same bytes."""
    lines = list(_lines(licence))
    parts = {
        ROOT: _root(licence),
        "Doc_0/Document.xml": _document(highest=4 + 2 * len(lines)),
        "Doc_0/PublicRes.xml": _resources(),
        "Doc_0/Pages/Page_0/Content.xml": _page(str(licence["type_name"]), lines),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode("utf-8"))
    return out.getvalue()


def wrong(package: bytes) -> str | None:
    """Why a file is no OFD that can be kept, as a sentence; None when it can."""
    if len(package) > LARGEST:
        return f"OFD 文件超过 {LARGEST // 1024} KiB"
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            members = opened.infolist()
            if ROOT not in {member.filename for member in members}:
                return "OFD 文件中没有 OFD.xml"
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > (
                LARGEST_UNPACKED
            ):
                return "OFD 文件解压后过大"
            if any(_leads_out(member.filename) for member in members):
                return "OFD 文件中有不允许的路径"
            if opened.testzip() is not None:
                return "OFD 文件已损坏"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return "不是 OFD 文件"
    return None


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _lines(licence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and text of each line of the page."""
    told = {
        "证照编号": str(licence["number"]),
        "持证主体": str(licence["holder_name"]),
        "证件号码": str(licence["holder_number"]),
        **json.loads(licence["content"]),
        "颁发机构": str(licence["issuer_name"]),
        "颁发日期": str(licence["issued_on"]),
        "有效期": f"{licence['valid_from']} 至 {licence['valid_to'] or '长期'}",
        "电子证照标识": str(licence["identifier"]),
    }
    for label, text in told.items():
        for start in range(0, max(len(text), 1), _LINE_LENGTH):
            yield ("" if start else label), text[start : start + _LINE_LENGTH]


def _root(licence: Mapping[str, Any]) -> str:
    number = hashlib.sha256(str(licence["identifier"]).encode()).hexdigest()[:32]
    facts = {
        "证照标识": licence["identifier"],
        "证照类型代码": licence["type_code"],
        "颁发机构代码": licence["issuer_code"],
    }
    custom = "".join(
        f"<ofd:CustomData Name={quoteattr(name)}>{_text(str(value))}</ofd:CustomData>"
        for name, value in facts.items()
    )
    return _xml(
        "OFD",
        "<ofd:DocBody><ofd:DocInfo>"
        f"<ofd:DocID>{number}</ofd:DocID>"
        f"<ofd:Title>{_text(str(licence['type_name']))}</ofd:Title>"
        f"<ofd:CreationDate>{licence['issued_on']}</ofd:CreationDate>"
        "<ofd:DocUsage>Normal</ofd:DocUsage>"
        f"<ofd:CustomDatas>{custom}</ofd:CustomDatas>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
        ' Version="1.0" DocType="OFD"',
    )


def _document(highest: int) -> str:
    return _xml(
        "Document",
        f"<ofd:CommonData><ofd:MaxUnitID>{highest}</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {_WIDTH} {_HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>',
    )


def _resources() -> str:
    return _xml(
        "Res",
        '<ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="SimSun" Charset="unicode"/>'
        "</ofd:Fonts>",
        ' BaseLoc="Res"',
    )


def _page(title: str, lines: list[tuple[str, str]]) -> str:
    objects = [_object(4, (_WIDTH - 9 * len(title)) / 2, 40, 9.0, title)]
    number = 5
    for row, (label, text) in enumerate(lines):
        down = 65 + row * 9.0
        for across, part in ((_MARGIN, label), (_MARGIN + 35, text)):
            if part:
                objects.append(_object(number, across, down, _SIZE, part))
            number += 1
    return _xml(
        "Page",
        '<ofd:Content><ofd:Layer ID="3" Type="Body">'
        + "".join(objects)
        + "</ofd:Layer></ofd:Content>",
    )


def _object(number: int, across: float, down: float, size: float, text: str) -> str:
    """A line of text; characters beyond the basic plane advance once, as one character."""
    advances = " ".join(
        f"{size if ord(character) > 0xFF else size / 2:g}" for character in text[:-1]
    )
    deltas = f' DeltaX="{advances}"' if advances else ""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{across:g} {down:g} {_WIDTH - across:g} '
        f'{size * 1.4:g}" Font="2" Size="{size:g}"><ofd:FillColor Value="0 0 0"/>'
        f'<ofd:TextCode X="0" Y="{size:g}"{deltas}>{_text(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _text(text: str) -> str:
    """Text that may stand in XML; control characters are no part of a licence."""
    return escape("".join(one for one in text if one >= " "))


def _xml(element: str, inner: str, attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ofd:{element} xmlns:ofd="{NAMESPACE}"{attributes}>{inner}</ofd:{element}>'
    )
