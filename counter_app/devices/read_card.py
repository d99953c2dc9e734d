"""One card from a serial port: what `hall-counter read-card` does."""

from __future__ import annotations

from contextlib import closing
from datetime import date

from counter_app.devices.card_reader import SerialCardReader
from counter_app.domain.identity import DocumentKind, Identity
from counter_app.domain.reading import CardRead


def read_card(port: str, baud: int = 115200, timeout_s: float = 30.0) -> CardRead:
    """Read the next card placed on the reader at `port`, its new address in the identity.

    Raises ReaderError for a reader that is missing, busy, silent or broken; CardError for a card
    that cannot be read, and `card.none` where none came within `timeout_s` seconds.
    """
    with closing(SerialCardReader(port, baud)) as reader:
        return reader.read_once(timeout_s)


def lines_for_people(identity: Identity) -> list[str]:
    """What the card says, one fact a line, in Chinese; facts that it does not have are left out."""
    facts = [
        ("证件类型", identity.kind.title),
        ("姓名", identity.name),
        ("英文姓名", identity.name_english),
        ("性别", identity.sex_name),
        ("民族", _nation(identity)),
        ("国籍", identity.nationality or identity.country),
        ("出生日期", _day(identity.born)),
        ("住址", identity.address),
        ("新住址", identity.new_address),
        ("证件号码", identity.number),
        ("通行证号码", identity.pass_number),
        ("签发次数", identity.issue_count),
        ("换证次数", identity.renewals),
        ("签发机关", identity.issuer or identity.authority),
        ("有效期限", _validity(identity)),
        ("安全模块号", identity.sam_id),
    ]
    return [f"{label}：{value}" for label, value in facts if value]


def _nation(identity: Identity) -> str:
    if identity.kind is not DocumentKind.RESIDENT:
        return ""
    return identity.nation_name or identity.nation


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _validity(identity: Identity) -> str:
    start = _day(identity.valid_from)
    end = "长期" if identity.long_term else _day(identity.valid_to)
    return f"{start} 至 {end}" if start or end else ""
