"""The checks in their order, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hall_platform.conformance.company import Company
from hall_platform.conformance.contract import Broken, Contract, NotAsked
from hall_platform.conformance.parties import Party
from hall_platform.roles import CLERK

# What lies on the counter: the means a checker can claim without anything to point at.
MEANS = ("identity_card", "original_seen", "scan")


_OTHER_SHAPE = (KeyError, ValueError, TypeError, IndexError, AttributeError)


@dataclass
class Asked:
    """What the checks work with."""

    contract: Contract
    nobody: Party
    parties: Mapping[str, Party]
    full: bool
    company: Company = field(default_factory=Company)
    wanted_item: str = ""
    wanted_service: str = ""
    accept: ClassVar[Callable[..., dict[str, Any]]]
    _kept: dict[str, Any] = field(default_factory=dict)
    _begun: list[Callable[[], None]] = field(default_factory=list)

    def party(self, role: str) -> Party:
        """Somebody of that role. NotAsked when nobody is there."""
        if role not in self.parties:
            raise NotAsked(f"a {role} that is let in")
        party = self.parties[role]
        if role == CLERK and not party.window and self.full:
            raise NotAsked("a clerk with a password: a token alone does not say the window")
        return party

    def kept(self, name: str, find: Callable[[], Any]) -> Any:
        """What was found once and serves several checks."""
        if name not in self._kept:
            self._kept[name] = find()
        return self._kept[name]

    def afterwards(self, end: Callable[[], None]) -> None:
        """How something that a check began is ended; Broken when it cannot be."""
        self._begun.append(end)

    def tidy(self) -> list[str]:
        """End what the checks began, the last first; a sentence for each thing that is left."""
        left = []
        while self._begun:
            try:
                self._begun.pop()()
            except (Broken, *_OTHER_SHAPE) as failure:
                left.append(str(failure))
        for party in self.parties.values():
            party.leave()
        self.company.leave()
        return left

    def item(self) -> dict[str, Any]:
        """The first item of the catalogue. NotAsked when there is none."""
        answer = self.party(CLERK).ask("GET", "/v1/items?limit=200")
        items: list[dict[str, Any]] = answer.json()["items"] if answer.status_code == 200 else []
        if not items:
            raise NotAsked("an item in the catalogue")
        return items[0]

    def acceptable_item(self) -> dict[str, Any]:
        """An item whose materials can be met by what lies on the counter. NotAsked without one."""
        found = next(self.acceptable_items(), None)
        if found is None:
            raise NotAsked("an item that can be accepted with what lies on the counter (--item)")
        return found

    def acceptable_items(self) -> Iterator[dict[str, Any]]:
        """All of them, as far as they have been read; the one that was wanted alone."""
        for code in self._item_codes():
            item = self.item_of(code)
            needed = [material for material in item["materials"] if material["required"]]
            if all(any(one["met_by"][means] for means in MEANS) for one in needed):
                yield item

    def items(self) -> Iterator[dict[str, Any]]:
        """Every item, whole."""
        yield from map(self.item_of, self._item_codes())

    def item_of(self, code: str) -> dict[str, Any]:
        """An item, whole; read once. NotAsked when there is none of that code."""
        item: dict[str, Any] = self.kept(f"item {code}", lambda: self._read_item(code))
        return item

    def _read_item(self, code: str) -> Any:
        answer = self.party(CLERK).ask("GET", f"/v1/items/{code}")
        if answer.status_code != 200:
            raise NotAsked(f"an item {code} in the catalogue (--item)")
        return answer.json()

    def _item_codes(self) -> list[str]:
        if self.wanted_item:
            return [self.wanted_item]
        clerk = self.party(CLERK)
        listed = self.kept("items", lambda: clerk.ask("GET", "/v1/items?limit=200").json()["items"])
        return [one["code"] for one in listed]

    def accepted_case(self) -> dict[str, Any]:
        """A case accepted for these checks: key, act, receipt."""
        found: dict[str, Any] = self.kept("case", lambda: Asked.accept(self))
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
    """What came of a check: passed, failed or not checked, and what was seen or missing."""

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
            yield Result(one.name, one.sentence, "not checked", f"needs {missing}")
        except _OTHER_SHAPE as shape:
            seen = f"an answer of another shape ({type(shape).__name__}: {shape})"
            yield Result(one.name, one.sentence, "failed", seen)
        else:
            yield Result(one.name, one.sentence, "passed")
