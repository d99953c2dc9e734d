"""Who asks: one signed-in party of each role that the file of accounts has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from hall_platform.engines import StoreUnusable
from hall_platform.roles import CITIZEN, CLERK, DEVICE

TIMEOUT = 30


@dataclass
class Party:
    """A party at the platform; nobody without a token."""

    url: str
    role: str
    token: str = ""
    session: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request; header names with underscores. Raises StoreUnusable when nobody answers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        return self.raw(
            method,
            path,
            None if body is None else json.dumps(body).encode(),
            {**({} if body is None else {"Content-Type": "application/json"}), **sent},
        )

    def raw(
        self, method: str, path: str, data: Any, headers: Mapping[str, str], *, stream: bool = False
    ) -> requests.Response:
        """The same with bytes as they are."""
        try:
            return self.http.request(
                method,
                self.url + path,
                data=data,
                headers=dict(headers),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=stream,
            )
        except requests.RequestException as failure:
            raise StoreUnusable(f"{self.url} does not answer ({type(failure).__name__})") from None

    def leave(self) -> None:
        """End the session it began; a token that was given stays as it is."""
        if self.session:
            self.ask("DELETE", "/v1/sessions/current")
            self.session, self.token = {}, ""

    @property
    def window(self) -> str:
        """The window it is at; "" for none."""
        place = self.session.get("window") or self.session.get("device", {}).get("window") or {}
        return str(place.get("code", ""))

    @property
    def county(self) -> str:
        """The county of the window it is at; "" for none."""
        return str((self.session.get("window") or {}).get("region", ""))[:6]

    @property
    def hall(self) -> str:
        """The hall it works in; "" for none."""
        return str((self.session.get("hall") or {}).get("code", ""))

    @property
    def operator(self) -> dict[str, str]:
        """The operator as acts name them."""
        person = self.session["operator"]
        return {"id": person["id"], "name": person["name"], "session": self.session["session"]}


def signed_in(url: str, accounts: Mapping[str, Any]) -> dict[str, Party]:
    """A party of each role of the hall in the accounts, the first that is let in.

    The file has what `seed --accounts` writes, or access tokens: {"tokens": {"clerk": "…"}}.
    """
    url = url.rstrip("/")
    found = {role: Party(url, role, token) for role, token in accounts.get("tokens", {}).items()}
    for account in (*accounts.get("clerks", ()), *accounts.get("staff", ())):
        for role in account.get("roles", [CLERK]):
            if role not in found:
                _keep(found, operator_in(url, role, account))
    for group, role in (("devices", DEVICE), ("kiosks", "kiosk"), ("displays", "display")):
        known = [one for one in accounts.get(group, ()) if _same_window(found, role, one)]
        for one in known[:1]:
            body = {"device": one["device"], "secret": one["secret"]}
            _keep(found, _entered(Party(url, role), "/v1/device-sessions", body))
    return found


def operator_in(url: str, role: str, account: Mapping[str, Any]) -> Party | None:
    """An operator of the accounts, signed in; None when not let in."""
    body = {name: account.get(name) for name in ("username", "password", "window")}
    return _entered(Party(url, role), "/v1/sessions", body)


def citizen_in(url: str, account: Mapping[str, Any]) -> Party | None:
    """A citizen of the accounts, signed in at the online hall; None when not let in."""
    body = {"kind": account.get("kind", "resident")}
    body |= {name: account.get(name) for name in ("number", "password")}
    return _entered(Party(url, CITIZEN), "/v1/citizen-sessions", body)


def _same_window(found: Mapping[str, Party], role: str, account: Mapping[str, Any]) -> bool:
    """The device of the clerk's window, so that it may deliver the clerk's acts."""
    if role != DEVICE or CLERK not in found or not found[CLERK].window:
        return True
    return bool(account.get("window") == found[CLERK].window)


def _entered(party: Party, path: str, body: Any) -> Party | None:
    answer = party.ask("POST", path, body)
    if answer.status_code != 201:
        return None  # somebody else of the role may be let in; a role without anybody is told of
    party.session = answer.json()
    party.token = party.session.get("access_token", "")
    return party if party.token else None


def _keep(found: dict[str, Party], party: Party | None) -> None:
    if party is not None:
        found[party.role] = party
