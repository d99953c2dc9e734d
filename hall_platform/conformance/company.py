"""Whom some checks need beside one party a role; signed in when a check first asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hall_platform.conformance.contract import NotAsked
from hall_platform.conformance.parties import Party, citizen_in, operator_in
from hall_platform.roles import CLERK, REVIEWER

_VERIFIED = 2


@dataclass
class Company:
    """The accounts of the file, and those of them who have been let in."""

    url: str = ""
    accounts: Mapping[str, Any] = field(default_factory=dict)
    _known: dict[tuple[str, str], Party | None] = field(default_factory=dict)

    def clerk_beside(self, clerk: Party) -> Party:
        """A clerk of the same hall at another window. NotAsked without one."""
        for account in self._operators(CLERK):
            if account.get("window") not in (None, "", clerk.window):
                other = self._operator(CLERK, account)
                if other is not None and other.hall == clerk.hall:
                    return other
        raise NotAsked("a second clerk of the hall, at another window (`clerks` of the accounts)")

    def clerk_elsewhere(self, clerk: Party) -> Party:
        """A clerk of another county. NotAsked without one."""
        for account in self._operators(CLERK):
            if account.get("hall") not in (None, "", clerk.hall):
                other = self._operator(CLERK, account)
                if other is not None and other.county not in ("", clerk.county):
                    return other
        raise NotAsked(
            "a clerk of another county (`staff` of the accounts, with roles, hall and window)"
        )

    def reviewers(self) -> Iterator[Party]:
        """Everybody of a department who is let in."""
        for account in self._operators(REVIEWER):
            party = self._operator(REVIEWER, account)
            if party is not None:
                yield party

    def citizen(self) -> tuple[Party, dict[str, str]]:
        """A verified citizen and the document they have. NotAsked without one."""
        for account in self.accounts.get("citizens", ()):
            holder = {"kind": account.get("kind", "resident"), "number": account["number"]}
            key = ("citizen", account["number"])
            party = self._first(key, partial(citizen_in, self.url, account))
            if party is not None and party.session["citizen"]["level"] >= _VERIFIED:
                return party, holder
        raise NotAsked("a verified citizen (`citizens` of the accounts: kind, number, password)")

    def leave(self) -> None:
        """End the sessions that were begun."""
        for party in self._known.values():
            if party is not None:
                party.leave()

    def _operators(self, role: str) -> Iterator[Mapping[str, Any]]:
        for account in (*self.accounts.get("clerks", ()), *self.accounts.get("staff", ())):
            if role in account.get("roles", [CLERK]):
                yield account

    def _operator(self, role: str, account: Mapping[str, Any]) -> Party | None:
        key = (role, account["username"])
        return self._first(key, partial(operator_in, self.url, role, account))

    def _first(self, key: tuple[str, str], enter: Callable[[], Party | None]) -> Party | None:
        if key not in self._known:
            self._known[key] = enter()
        return self._known[key]
