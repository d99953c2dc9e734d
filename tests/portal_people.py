"""Citizens of the online hall in a running platform's store, signed in."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from platform_client import Client, new_key
from platform_process import PlatformProcess
from sqlalchemy import create_engine, insert, select
from store_under_test import driver_url

from hall_platform.access import CITIZEN, new_token, token_hash
from hall_platform.check_digits import resident_number
from hall_platform.clock import stamp
from hall_platform.exchange.tables import data_uses
from hall_platform.identity.tables import access_tokens, citizens, organisation_agents, sessions

LONG = stamp(datetime(2999, 1, 1, tzinfo=UTC))
COUNTY, HALL = "990302", "99030201"
FORM = {
    "F01": {
        "name": "雨山区𠮷祥早餐店",
        "address": "试验省试验市雨山区测试路1号",
        "scope": "餐饮服务",
        "kind": "个人经营",
        "mobile": "12000000000",
    }
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Citizen(Client):
    """A citizen at the portal."""

    account: str = ""
    person: dict[str, Any] | None = None

    def act(
        self, path: str, body: dict[str, Any], etag: str = "", key: str = ""
    ) -> requests.Response:
        """An act with its key, and what it is based on."""
        headers = {"Idempotency_Key": key or new_key(), **({"If_Match": etag} if etag else {})}
        return self.post("/v1/portal" + path, body, **headers)

    def begin(self, item: str, **more: Any) -> dict[str, Any]:
        body = {"act": "begin-draft", "hall": HALL, "item": item, **more}
        answer = self.act("/drafts", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["draft"]
        return found

    def on_draft(self, draft: dict[str, Any], act: str, path: str, **more: Any) -> Any:
        body = {"act": act, "county": draft["county"], **more}
        return self.act(f"/drafts/{draft['id']}/{path}", body, draft["etag"])

    def submit(self, draft: dict[str, Any], **more: Any) -> Any:
        return self.on_draft(draft, "submit-draft", "submission", **more)

    def matters(self) -> dict[str, Any]:
        answer = self.get("/v1/portal/matters")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def messages(self, query: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.get("/v1/portal/messages" + query).json()
        return found

    def upload(self, content: bytes = PDF, county: str = COUNTY) -> str:
        """Put a file where the platform keeps files; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        answer = self.http.put(
            f"{self.url}/v1/uploads/{digest}?length={len(content)}&county={county}",
            data=content,
            headers={**self.headers, "Content-Type": "application/pdf"},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        return digest


def url_of(platform: PlatformProcess, database: str | None = None) -> str:
    """The store's address for SQLAlchemy."""
    return driver_url(platform.data_dir)


def citizen(
    platform: PlatformProcess,
    person: dict[str, Any],
    *,
    level: int = 2,
    database: str | None = None,
    heads: str | None = None,
) -> Citizen:
    """An account for that person, and a client signed in with it."""
    account, session, token = str(uuid.uuid4()), str(uuid.uuid4()), new_token()
    engine = create_engine(url_of(platform, database))
    with engine.begin() as connection:
        connection.execute(
            insert(citizens).values(
                id=account,
                kind=person["kind"],
                number=person["number"],
                name=person["name"],
                mobile=person.get("mobile", ""),
                password_hash="",
                level=level,
                registered_at=LONG,
            )
        )
        connection.execute(
            insert(sessions).values(
                id=session, kind=CITIZEN, citizen=account, started_at=LONG, ends_at=LONG
            )
        )
        connection.execute(
            insert(access_tokens).values(hash=token_hash(token), session=session, expires_at=LONG)
        )
        if heads:
            connection.execute(
                insert(organisation_agents).values(
                    id=str(uuid.uuid4()),
                    citizen=account,
                    organisation=heads,
                    capacity="legal_representative",
                    evidence="营业执照",
                    bound_at=LONG,
                    bound_by="",
                    bound_hall=HALL,
                )
            )
    engine.dispose()
    headers = {"Authorization": f"Bearer {token}"}
    return Citizen(platform.url, headers, account=account, person=person)


_serial = itertools.count()


def new_citizen(
    running: tuple[PlatformProcess, str | None], level: int = 2, **more: Any
) -> Citizen:
    """Somebody nobody has been before, with a name of 50 characters, rare ones among them."""
    serial = next(_serial)
    born = f"{1950 + serial // 300}{1 + serial // 28 % 12:02d}{1 + serial % 28:02d}"
    person = {
        "kind": "resident",
        "number": resident_number("990301", born, 100),
        "name": "㛃𠮷" + "·测" * 24,
        "mobile": "12000000001",
        **more,
    }
    platform, database = running
    return citizen(platform, person, level=level, database=database)


def look_of(platform: PlatformProcess, database: str | None, query: str) -> Any:
    """The record of a look."""
    engine = create_engine(url_of(platform, database))
    with engine.connect() as connection:
        row = connection.execute(select(data_uses).where(data_uses.c.id == query)).one()
    engine.dispose()
    return row
