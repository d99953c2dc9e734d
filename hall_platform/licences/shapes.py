"""Shapes of e-licences (GB/T 36903, 36904) and of the question for them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from hall_platform.shapes import Code, FilledText, Holder, Named, Shape


class LicenceQuery(Shape):
    """Whose licences, for which item and case, and why. Without an item only the directory."""

    holder: Holder
    item: Code | None
    purpose: FilledText
    case: UUID | None = None


class LicenceHolder(Shape):
    """The holder as the licence names them."""

    kind: str
    name: str
    number: str


class Licence(Shape):
    """An e-licence. In the bare directory `number` and `summary` are empty."""

    identifier: str
    type_code: str
    type_name: str
    number: str
    issuer: Named
    issued_on: str
    valid_from: str
    valid_to: str | None
    status: Literal["valid", "expired", "revoked", "suspended"]
    holder: LicenceHolder
    trust_grade: Literal["A", "B", "C", "D"]
    summary: str


class LicenceAnswer(Shape):
    """The licences, and the number under which the look at them is recorded."""

    query: str
    licences: list[Licence]
