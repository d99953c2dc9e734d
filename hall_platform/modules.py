"""The modules of the platform, and the files in which each says what is its own.

A module is a folder. Of these files it has those it needs, and nobody else lists their contents:

    tables.py    its tables over the one metadata
    problems.py  KINDS, the refusals only it gives
    events.py    KINDS, what it tells those who listen
    acts.py      ACTS, what is done once under a key, singly and in batches
    routes.py    router, everything else that is asked
    examples.py  EXAMPLES, a request and an answer of each of its operations
    followers.py FOLLOWERS, what it does in the same transaction when another module tells something
    chores.py    CHORES, what it does from time to time
    looks.py     LOOKS, what the looks at people's data that it records are called
    seed.py      invent, its part of the invented hall

A module's tables may refer to its own and to those of modules before it.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

NAMES = (
    "identity",
    "sync",
    "events",
    "catalogue",
    "exchange",
    "licences",
    "business",
    "hall",
    "supervision",
    "analytics",
    "portal",
    "province",
)


def parts(kind: str) -> dict[str, ModuleType]:
    """The file of that kind of every module that has one, in the order of NAMES."""
    return {
        name: import_module(f"hall_platform.{name}.{kind}") for name in NAMES if _has(name, kind)
    }


def _has(name: str, kind: str) -> bool:
    package = f"hall_platform.{name}"
    return find_spec(package) is not None and find_spec(f"{package}.{kind}") is not None
