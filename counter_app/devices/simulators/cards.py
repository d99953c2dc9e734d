"""Invented cards: a person's facts to the answer a reader gives to "read text and photo".

Text is UTF-16LE at fixed places, padded with blanks; the layouts are those of
`counter_app.devices.card_text`, written down here a second time from the device's side.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import xor

from counter_app.domain.identity import DocumentKind, Identity

_PREAMBLE = bytes.fromhex("AAAAAA9669")
_DONE = bytes.fromhex("000090")
PHOTO_BYTES = 1024
NO_PHOTO = bytes(PHOTO_BYTES)


@dataclass(frozen=True, slots=True)
class SimulatedCard:
    """A card: the whole answer to 30 01, and the newer address where it keeps one."""

    answer: bytes = field(repr=False)
    new_address: str = field(default="", repr=False)


def answer_frame(status_and_data: bytes) -> bytes:
    """A whole answer around three status bytes and data."""
    counted = struct.pack(">H", len(status_and_data) + 1) + status_and_data
    return _PREAMBLE + counted + bytes([reduce(xor, counted)])


def read_answer(text: bytes, photo: bytes = NO_PHOTO) -> bytes:
    """The answer to 30 01 for a card's text and portrait."""
    return answer_frame(_DONE + struct.pack(">HH", len(text), len(photo)) + text + photo)


def new_address_answer(address: str) -> bytes:
    """The answer to 30 03: 70 bytes of text."""
    return answer_frame(_DONE + _padded(address, 70))


def resident_card(
    *,
    name: str,
    sex: str,
    nation: str,
    born: date,
    address: str,
    number: str,
    issuer: str,
    valid_from: date,
    valid_to: date | None,
    photo: bytes = NO_PHOTO,
) -> bytes:
    """A resident card (居民身份证); `valid_to` of None is 长期.

    Raises ValueError, as all of these do, for text that does not fit.
    """
    text = (
        _padded(name, 30)
        + _padded(sex, 2)
        + _padded(nation, 4)
        + _day(born)
        + _padded(address, 70)
        + _padded(number, 36)
        + _padded(issuer, 30)
        + _day(valid_from)
        + _day(valid_to)
        + _padded("", 36)
    )
    return read_answer(text, photo)


def permit_card(
    *,
    name: str,
    sex: str,
    born: date,
    address: str,
    number: str,
    issuer: str,
    valid_from: date,
    valid_to: date,
    pass_number: str,
    issue_count: str,
    photo: bytes = NO_PHOTO,
) -> bytes:
    """A residence permit for people from Hong Kong, Macao and Taiwan (港澳台居民居住证)."""
    text = (
        _padded(name, 30)
        + _padded(sex, 2)
        + _padded("", 4)
        + _day(born)
        + _padded(address, 70)
        + _padded(number, 36)
        + _padded(issuer, 30)
        + _day(valid_from)
        + _day(valid_to)
        + _padded(pass_number, 18)
        + _padded(issue_count, 4)
        + _padded("", 6)
        + _padded("J", 2)
        + _padded("", 6)
    )
    return read_answer(text, photo)


def foreigner_card_2017(
    *,
    name_english: str,
    name: str,
    sex: str,
    born: date,
    nationality: str,
    number: str,
    valid_from: date,
    valid_to: date,
    version: str = "01",
    authority: str = "",
    photo: bytes = NO_PHOTO,
) -> bytes:
    """A foreigner's permanent residence card of 2017 (外国人永久居留身份证)."""
    text = (
        _padded(name_english, 120)
        + _padded(sex, 2)
        + _padded(number, 30)
        + _padded(nationality, 6)
        + _padded(name, 30)
        + _day(valid_from)
        + _day(valid_to)
        + _day(born)
        + _padded(version, 4)
        + _padded(authority, 8)
        + _padded("I", 2)
        + _padded("", 6)
    )
    return read_answer(text, photo)


def foreigner_card_2023(
    *,
    name_english: str,
    name: str,
    sex: str,
    born: date,
    number: str,
    country: str,
    valid_from: date,
    valid_to: date,
    renewals: str = "00",
    former_number_link: str = "",
    photo: bytes = NO_PHOTO,
) -> bytes:
    """A foreigner's permanent residence card of 2023; the English name goes on after byte 220."""
    text = (
        _padded(name, 30)
        + _padded(sex, 2)
        + _padded(renewals, 4)
        + _day(born)
        + _padded(name_english[:35], 70)
        + _padded(number, 36)
        + _padded("", 30)
        + _day(valid_from)
        + _day(valid_to)
        + _padded(name_english[35:], 22)
        + _padded(country, 6)
        + _padded("Y", 2)
        + _padded(former_number_link, 6)
    )
    return read_answer(text, photo)


def card_of(identity: Identity, photo: bytes = NO_PHOTO) -> SimulatedCard:
    """The card that says what `identity` does, its new address included.

    Raises ValueError for an organisation, for missing dates and for text that does not fit.
    """
    return SimulatedCard(_answer_of(identity, photo), identity.new_address)


def _answer_of(identity: Identity, photo: bytes) -> bytes:
    born, valid_from = _needed(identity.born), _needed(identity.valid_from)
    if identity.kind is DocumentKind.RESIDENT:
        return resident_card(
            name=identity.name,
            sex=identity.sex,
            nation=identity.nation,
            born=born,
            address=identity.address,
            number=identity.number,
            issuer=identity.issuer,
            valid_from=valid_from,
            valid_to=None if identity.long_term else _needed(identity.valid_to),
            photo=photo,
        )
    valid_to = _needed(identity.valid_to)
    if identity.kind is DocumentKind.PERMIT:
        return permit_card(
            name=identity.name,
            sex=identity.sex,
            born=born,
            address=identity.address,
            number=identity.number,
            issuer=identity.issuer,
            valid_from=valid_from,
            valid_to=valid_to,
            pass_number=identity.pass_number,
            issue_count=identity.issue_count,
            photo=photo,
        )
    if identity.kind is DocumentKind.FOREIGNER_2017:
        return foreigner_card_2017(
            name_english=identity.name_english,
            name=identity.name,
            sex=identity.sex,
            born=born,
            nationality=identity.nationality,
            number=identity.number,
            valid_from=valid_from,
            valid_to=valid_to,
            version=identity.version,
            authority=identity.authority,
            photo=photo,
        )
    if identity.kind is DocumentKind.FOREIGNER_2023:
        return foreigner_card_2023(
            name_english=identity.name_english,
            name=identity.name,
            sex=identity.sex,
            born=born,
            number=identity.number,
            country=identity.country,
            valid_from=valid_from,
            valid_to=valid_to,
            renewals=identity.renewals,
            former_number_link=identity.former_number_link,
            photo=photo,
        )
    raise ValueError(f"no card is made for {identity.kind.value}")


def _needed(day: date | None) -> date:
    if day is None:
        raise ValueError("a card needs its dates")
    return day


def _day(day: date | None) -> bytes:
    return _padded("长期" if day is None else f"{day:%Y%m%d}", 16)


def _padded(text: str, size: int) -> bytes:
    """`text` in UTF-16LE, filled with blanks to `size` bytes."""
    raw = text.encode("utf-16-le")
    if len(raw) > size:
        raise ValueError(f"text takes {len(raw)} of {size} bytes")
    return raw + " ".encode("utf-16-le") * ((size - len(raw)) // 2)
