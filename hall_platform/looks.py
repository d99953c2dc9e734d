"""What the looks at people's data are called, to the people themselves (数据使用记录).

A resource of the directory has its title and its fields there. Whatever else is recorded as looked
at is named in the looks.py of the module that records it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from hall_platform.modules import parts


@dataclass(frozen=True)
class Look:
    """A kind of look: its title; `fields` by code where single fields are seen.

    `of_licences` where identifiers of e-licences are on record, each seen as its type.
    """

    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    of_licences: bool = False


@cache
def looks() -> Mapping[str, Look]:
    """Every kind there is, by the name it is recorded under. A name has one meaning."""
    found: dict[str, Look] = {}
    for name, part in parts("looks").items():
        twice = found.keys() & part.LOOKS.keys()
        if twice:
            raise ValueError(f"{name} gives a second meaning to {sorted(twice)}")
        found |= part.LOOKS
    return found
