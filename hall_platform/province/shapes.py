"""Shapes of the province's side, as the administrator sees it: letters, catalogue, standing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.shapes import CreditCode, DayText, FilledText, Name, Shape, Version


class ProvinceLicenceType(Shape):
    """A type of e-licence as the province defines it."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{21}$")]
    name: Name
    definer_name: Name
    definer_code: CreditCode
    years: Annotated[int, Field(strict=True, ge=1, le=100)] | None
    number_rule: Literal["holder", "serial"]
    number_prefix: Annotated[str, StringConstraints(max_length=50)]
    issuers: Annotated[list[CreditCode], Field(max_length=200)]


class LeftOutError(Shape):
    """Where in an entry, as a path of members, and what is wrong there."""

    where: str
    what: str


class LeftOutEntry(Shape):
    """What the province published and could not be taken over; settled when it sends a good one.

    `code` is empty and `version` null where they cannot be read.
    """

    kind: Literal["item", "licence_type"]
    code: str
    version: int | None
    errors: list[LeftOutError]
    pulled_at: str


class ProvinceStanding(Shape):
    """How it stands with the province: `configured` is false without an address.

    `left_out` counts the entries of its catalogue that could not be taken over; of them the newest
    hundred are in `left_out_entries`.
    """

    configured: bool
    signature: str | None
    waiting: int
    held_back: int
    sent: int
    confirmed: int
    refused: int
    set_aside: int
    oldest_waiting_at: str | None
    last_sent_at: str | None
    read_back_at: str | None
    catalogue_version: int | None
    catalogue_pulled_at: str | None
    new_items: int
    left_out: int
    left_out_entries: list[LeftOutEntry]


class ProvinceLetter(Shape):
    """A letter to the province without what it says: `fields` are those the refusal names."""

    id: str
    case: str
    kind: Literal["case", "step", "rating", "strike"]
    event: str
    happened_at: str
    state: Literal["waiting", "sent", "confirmed", "refused", "set_aside"]
    attempts: int
    next_at: str
    reason: str
    fields: list[str]
    receipt: str | None
    sent_at: str | None
    confirmed_at: str | None
    note: str
    etag: str


class ProvinceLetterPage(Shape):
    """A page of letters, oldest first."""

    letters: list[ProvinceLetter]
    next: str | None


class SendAgain(Shape):
    """Send a refused letter again, written anew from what is there now."""

    act: Literal["send-letter-again"]


class SetAside(Shape):
    """Do without a letter, and why; those after it go on."""

    act: Literal["set-letter-aside"]
    reason: FilledText


class CheckAgain(Shape):
    """Compare what was sent on these days with what the province has (对账)."""

    act: Literal["check-province"]
    first: DayText
    last: DayText


class Checking(Shape):
    """How many letters will be compared."""

    letters: int


class PulledItem(Shape):
    """An item as the province publishes it, beside the version in force here."""

    code: str
    version: int
    name: str
    withdrawn: bool
    pulled_at: str
    state: Literal["new", "adopted", "passed_over"]
    adopted_as: int | None
    note: str
    in_force_here: int | None
    differs: list[str]


class PulledItems(Shape):
    """A page of pulled items."""

    items: list[PulledItem]
    next: str | None


class PulledItemWhole(PulledItem):
    """The same with its content; none for a withdrawal."""

    item: ItemContent | None


class Adopt(Shape):
    """Put a pulled version into force here from a day on, or a withdrawal into effect."""

    act: Literal["adopt-province-item"]
    version: Version
    valid_from: DayText


class PassOver(Shape):
    """Leave a pulled version be, and why."""

    act: Literal["pass-province-item-over"]
    version: Version
    reason: FilledText
