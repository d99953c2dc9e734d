"""The checks in their order, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hall_platform.conformance.contract import Broken, Contract, NotAsked
from hall_platform.conformance.parties import Party
from hall_platform.roles import CLERK

_MEANS = ("identity_card", "original_seen", "scan")


@dataclass
class Asked:
    """What the checks work with."""

    contract: Contract
    nobody: Party
    parties: Mapping[str, Party]
    full: bool
    accept: ClassVar[Callable[[Asked], dict[str, Any]]]
    _kept: dict[str, Any] = field(default_factory=dict)

    def party(self, role: str) -> Party:
        """Somebody of that role. NotAsked when nobody is there."""
        if role not in self.parties:
            raise NotAsked(f"a {role} that is let in")
        party = self.parties[role]
        if role == CLERK and not party.window and self.full:
            raise NotAsked("a clerk with a password: a token alone does not say the window")
        return party

    def item(self) -> dict[str, Any]:
        """The first item of the catalogue. NotAsked when there is none."""
        answer = self.party(CLERK).ask("GET", "/v1/items?limit=200")
        items: list[dict[str, Any]] = answer.json()["items"] if answer.status_code == 200 else []
        if not items:
            raise NotAsked("an item in the catalogue")
        return items[0]

    def acceptable_item(self) -> dict[str, Any]:
        """An item whose materials can be met by what lies on the counter. NotAsked without one."""
        if "item" not in self._kept:
            self._kept["item"] = self._acceptable()
        found: dict[str, Any] = self._kept["item"]
        return found

    def _acceptable(self) -> dict[str, Any]:
        clerk = self.party(CLERK)
        for one in clerk.ask("GET", "/v1/items?limit=200").json()["items"]:
            item: dict[str, Any] = clerk.ask("GET", f"/v1/items/{one['code']}").json()
            needed = [material for material in item["materials"] if material["required"]]
            if all(any(one["met_by"][means] for means in _MEANS) for one in needed):
                return item
        raise NotAsked("an item that can be accepted with what lies on the counter")

    def accepted_case(self) -> dict[str, Any]:
        """A case accepted for these checks: key, act, receipt."""
        if "case" not in self._kept:
            self._kept["case"] = Asked.accept(self)
        found: dict[str, Any] = self._kept["case"]
        return found


@dataclass(frozen=True)
class Check:
    """A sentence of the contract and how it is tried. `full` ones change something."""

    name: str
    sentence: str
    full: bool
    run: Callable[[Asked], None]


CHECKS: list[Check] = []


def check(sentence: str, *, full: bool = False) -> Callable[[Callable[[Asked], None]], Any]:
    """Adds a check by what the contract says."""

    def add(run: Callable[[Asked], None]) -> Callable[[Asked], None]:
        CHECKS.append(Check(run.__name__.replace("_", "-"), sentence, full, run))
        return run

    return add


@dataclass(frozen=True)
class Result:
    """What came of a check: passed, failed or not asked, and what was seen or missing."""

    name: str
    sentence: str
    outcome: str
    seen: str = ""


def results(asked: Asked, only: Sequence[str] = ()) -> Iterator[Result]:
    """Each check's result; in read-only mode only of those that change nothing."""
    for one in CHECKS:
        if (one.full and not asked.full) or (only and one.name not in only):
            continue
        try:
            one.run(asked)
        except Broken as broken:
            yield Result(one.name, one.sentence, "failed", str(broken))
        except NotAsked as missing:
            yield Result(one.name, one.sentence, "not asked", f"needs {missing}")
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as shape:
            seen = f"an answer of another shape ({type(shape).__name__}: {shape})"
            yield Result(one.name, one.sentence, "failed", seen)
        else:
            yield Result(one.name, one.sentence, "passed")
