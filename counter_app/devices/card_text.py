"""The text of a card: 256 bytes of UTF-16LE in one of five layouts, to an identity; pure.

The letter at byte 248 says which layout: none is a resident card, I and Y are the foreigner cards
of 2017 and 2023, J is the residence permit for people from Hong Kong, Macao and Taiwan. Fields are
cut as bytes and then decoded, since a character beyond the BMP takes two units of a field.
"""

from __future__ import annotations

from datetime import date

from counter_app.domain.identity import DocumentKind, Identity, Source
from counter_app.errors import CardError

TEXT_BYTES = 256
PADDING = " \u3000\x00"
LONG_TERM = "长期"
_RESIDENT = ""
_PERMIT, _FOREIGNER_2017, _FOREIGNER_2023 = "J", "I", "Y"


def identity_from(text: bytes, sam_id: str = "") -> Identity:
    """What a card's text says, as read, nothing corrected.

    Raises CardError: `card.unknown_type` (`facts["raw_type"]`) for a letter that has no layout,
    `card.unreadable_text` (`facts["part"]`) for a wrong size, broken UTF-16, or a date that is
    none.
    """
    if len(text) != TEXT_BYTES:
        raise CardError("card.unreadable_text", part="size")
    fields = _Fields(text)
    letter = fields.text("type", 248, 2)
    if letter == _RESIDENT:
        return _resident(fields, sam_id)
    if letter == _PERMIT:
        return _permit(fields, sam_id)
    if letter == _FOREIGNER_2017:
        return _foreigner_2017(fields, sam_id)
    if letter == _FOREIGNER_2023:
        return _foreigner_2023(fields, sam_id)
    raise CardError("card.unknown_type", raw_type=letter)


def new_address_from(data: bytes) -> str:
    """The newer address of a 30 03 answer. Raises CardError `card.unreadable_text`."""
    return _decoded("new_address", data)


class _Fields:
    """One card's text, cut by offset and length in bytes."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def text(self, part: str, offset: int, length: int) -> str:
        return _decoded(part, self._text[offset : offset + length])

    def joined(self, part: str, *pieces: tuple[int, int]) -> str:
        """A field that goes on elsewhere: padding at the seam is one blank, and none stays none."""
        first, second = (
            _decoded(part, self._text[offset : offset + length], trimmed=False)
            for offset, length in pieces
        )
        head, tail = first.rstrip(PADDING), second.strip(PADDING)
        seam = " " if tail and (head != first or second[:1] in PADDING) else ""
        return (head + seam + tail).strip(PADDING)

    def day(self, part: str, offset: int) -> date | None:
        """YYYYMMDD, or None where the card leaves it blank."""
        written = self.text(part, offset, 16)
        if not written:
            return None
        if not (len(written) == 8 and written.isascii() and written.isdigit()):
            raise CardError("card.unreadable_text", part=part)
        try:
            return date(int(written[:4]), int(written[4:6]), int(written[6:]))
        except ValueError:
            raise CardError("card.unreadable_text", part=part) from None

    def valid_to(self) -> tuple[date | None, bool]:
        """The last day of validity, and whether it says 长期; the same place in all layouts."""
        if self.text("valid_to", 204, 16) == LONG_TERM:
            return None, True
        return self.day("valid_to", 204), False


def _decoded(part: str, raw: bytes, *, trimmed: bool = True) -> str:
    try:
        text = raw.decode("utf-16-le")
    except UnicodeDecodeError:
        # Not "from error": its message would show the bytes of the field.
        raise CardError("card.unreadable_text", part=part) from None
    return text.strip(PADDING) if trimmed else text


def _resident(fields: _Fields, sam_id: str) -> Identity:
    valid_to, long_term = fields.valid_to()
    return Identity(
        kind=DocumentKind.RESIDENT,
        name=fields.text("name", 0, 30),
        sex=fields.text("sex", 30, 2),
        nation=fields.text("nation", 32, 4),
        born=fields.day("born", 36),
        address=fields.text("address", 52, 70),
        number=fields.text("number", 122, 36),
        issuer=fields.text("issuer", 158, 30),
        valid_from=fields.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        source=Source.CARD,
        sam_id=sam_id,
    )


def _permit(fields: _Fields, sam_id: str) -> Identity:
    valid_to, long_term = fields.valid_to()
    return Identity(
        kind=DocumentKind.PERMIT,
        name=fields.text("name", 0, 30),
        sex=fields.text("sex", 30, 2),
        born=fields.day("born", 36),
        address=fields.text("address", 52, 70),
        number=fields.text("number", 122, 36),
        issuer=fields.text("issuer", 158, 30),
        valid_from=fields.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        pass_number=fields.text("pass_number", 220, 18),
        issue_count=fields.text("issue_count", 238, 4),
        source=Source.CARD,
        sam_id=sam_id,
    )


def _foreigner_2017(fields: _Fields, sam_id: str) -> Identity:
    valid_to, long_term = fields.valid_to()
    return Identity(
        kind=DocumentKind.FOREIGNER_2017,
        name_english=fields.text("name_english", 0, 120),
        sex=fields.text("sex", 120, 2),
        number=fields.text("number", 122, 30),
        nationality=fields.text("nationality", 152, 6),
        name=fields.text("name", 158, 30),
        valid_from=fields.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        born=fields.day("born", 220),
        version=fields.text("version", 236, 4),
        authority=fields.text("authority", 240, 8),
        source=Source.CARD,
        sam_id=sam_id,
    )


def _foreigner_2023(fields: _Fields, sam_id: str) -> Identity:
    valid_to, long_term = fields.valid_to()
    return Identity(
        kind=DocumentKind.FOREIGNER_2023,
        name=fields.text("name", 0, 30),
        sex=fields.text("sex", 30, 2),
        renewals=fields.text("renewals", 32, 4),
        born=fields.day("born", 36),
        name_english=fields.joined("name_english", (52, 70), (220, 22)),
        number=fields.text("number", 122, 36),
        valid_from=fields.day("valid_from", 188),
        valid_to=valid_to,
        long_term=long_term,
        country=fields.text("country", 242, 6),
        former_number_link=fields.text("former_number_link", 250, 6),
        source=Source.CARD,
        sam_id=sam_id,
    )
