"""The types of e-licences an item names: each has to stand in the directory (证照目录).

A licence of a type nobody defined cannot be issued, so a case granted under such an item could
never be closed. That is seen to before the item is in force.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from hall_platform.catalogue.shapes import ItemContent
from hall_platform.licences.tables import licence_types

_AT_ONCE = 500  # stores bound how many values one question may have


def unknown(connection: Connection, content: ItemContent) -> list[tuple[str, str]]:
    """The place in the item and the code of each type that the directory does not have."""
    named = list(_named(content))
    codes = sorted({code for _, code in named})
    known: set[str] = set()
    for first in range(0, len(codes), _AT_ONCE):
        asked = licence_types.c.code.in_(codes[first : first + _AT_ONCE])
        known |= set(connection.execute(select(licence_types.c.code).where(asked)).scalars())
    return [(place, code) for place, code in named if code not in known]


def _named(content: ItemContent) -> Iterator[tuple[str, str]]:
    if content.result is not None and content.result.licence_type is not None:
        yield "result/licence_type/code", content.result.licence_type.code
    for place, material in enumerate(content.materials):
        for position, kind in enumerate(material.met_by.licence_types):
            yield f"materials/{place}/met_by/licence_types/{position}/code", kind.code
