"""A platform in the test's own process, on either store; the test has its clock and messages."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from platform_client import Client, new_key
from platform_process import seeded_copy, seeded_database
from store_under_test import STORE, on_postgresql, on_sqlite, settings_of

from hall_platform.app import create_app
from hall_platform.clock import HALL_ZONE, PlayedClock
from hall_platform.database import Store, open_store
from hall_platform.identity.text_messages import HeldTextMessages
from hall_platform.serving import listening_socket
from hall_platform.settings import Settings

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=HALL_ZONE)
POSTGRES = on_postgresql()
STORES = [on_sqlite(), POSTGRES]


@dataclass
class IdentityPlatform:
    """A running platform: its address, its clock, the messages it sent, its accounts."""

    url: str
    clock: PlayedClock
    messages: HeldTextMessages
    store: Store
    accounts: dict[str, list[dict[str, Any]]]
    people: dict[str, list[Any]]

    def anonymous(self) -> Client:
        """Somebody who has not signed in."""
        return Client(self.url)

    def account(self, username: str) -> dict[str, Any]:
        """An account of the seed, with what signing in takes."""
        every = self.accounts["clerks"] + self.accounts["staff"]
        found = next(one for one in every if one["username"] == username)
        return {name: found.get(name) for name in ("username", "password", "window")}

    def signed_in(self, username: str, **others: Any) -> Client:
        """Somebody of the seed, signed in by the password alone."""
        client = self.anonymous()
        answer = client.post("/v1/sessions", {**self.account(username), **others})
        assert answer.status_code == 201, answer.text
        return into(client, answer)

    def device(self, code: str) -> dict[str, str]:
        """A device of the seed with its secret."""
        kinds = ("devices", "other_devices", "kiosks", "displays")
        every = [one for kind in kinds for one in self.accounts[kind]]
        found = next(one for one in every if one["device"] == code)
        return {"device": code, "secret": found["secret"]}

    def code_sent_to(self, mobile: str) -> str:
        """The newest code that was sent to a mobile."""
        text = next(text for to, text in reversed(self.messages.sent) if to == mobile)
        return text.split("验证码 ")[1][:6]

    def pass_time(self, **time: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**time))


def into(client: Client, answer: Any) -> Client:
    """The client with the session of an answer."""
    client.session = answer.json()
    client.headers["Authorization"] = f"Bearer {client.session['access_token']}"
    return client


def act(client: Client, path: str, kind: str, /, **members: Any) -> Any:
    """An act under a fresh key."""
    return client.post(path, {"act": kind, **members}, Idempotency_Key=new_key())


@contextmanager
def identity_platform(
    data_dir: Path, kind: str = STORE, **settings: Any
) -> Iterator[IdentityPlatform]:
    """A seeded platform that serves in this process."""
    with nullcontext() if kind == STORE else seeded_database(data_dir) as db:
        if db is None:  # a store that outlives this platform
            seeded_copy(data_dir)
        with _serving(settings_of(data_dir, **settings)) as platform:
            for name in ("accounts", "people"):
                text = (data_dir / f"{name}.json").read_text("utf-8")
                getattr(platform, name).update(json.loads(text))
            yield platform


@contextmanager
def _serving(settings: Settings) -> Iterator[IdentityPlatform]:
    clock, messages = PlayedClock(NOON), HeldTextMessages()
    store = open_store(settings)
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, store, clock, messages),
            ws="none",
            lifespan="off",
            log_config=None,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield IdentityPlatform(url, clock, messages, store, {}, {})
    finally:
        server.should_exit = True
        thread.join(15)
        store.close()
        listener.close()
