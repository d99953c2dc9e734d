"""The audit (安全审计): what bears on security, in a hash chain that is only added to.

GB/T 22239-2019 8.1.4.3 asks for time, user, kind and result of each. Each line's hash is SHA-256
over the hash before it and the line in canonical JSON, so that a line changed, taken out or put in
is seen. People appear by the ids of their accounts; no name, no number, no address stands in it.
Other modules write their exports here too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from hall_platform.clock import stamp
from hall_platform.identity.tables import audit_head, audit_lines

if TYPE_CHECKING:
    from hall_platform.access import Caller

GENESIS = "0" * 64
PIECE = 1000  # lines read at a time when the chain is checked
_HEAD = "audit"

KINDS: Mapping[str, str] = {
    "sign-in": "登录",
    "sign-out": "退出登录",
    "token-reused": "更新令牌被重复使用",
    "password-changed": "更改密码",
    "one-time-password": "发放一次性密码",
    "factor-enrolled": "登记第二要素",
    "factor-removed": "注销第二要素",
    "account-created": "新建账号",
    "account-changed": "更改账号",
    "account-unlocked": "解除锁定",
    "approval-asked": "提交双人复核",
    "approval-decided": "复核决定",
    "rule-changed": "更改安全规则",
    "sessions-ended": "强制下线",
    "window-changed": "更改窗口",
    "device-changed": "更改设备",
    "device-secret": "更换设备密钥",
    "device-key": "登记或吊销设备签名密钥",
    "signature-refused": "请求签名未通过",
    "citizen-registered": "网上用户注册",
    "citizen-verified": "窗口实名核验",
    "citizen-deleted": "网上用户注销",
    "agent-bound": "法人账号绑定",
    "agent-unbound": "法人账号解绑",
    "audit-read": "查阅审计记录",
    "export": "导出数据",
}


@dataclass(frozen=True)
class Line:
    """One line to be written. `actor` and `subject` are ids; `facts` hold nothing personal."""

    kind: str
    at: datetime
    actor: str = ""
    session: str = ""
    county: str = ""
    hall: str = ""
    subject: str = ""
    result: str = "done"
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Finding:
    """What a check of the chain found; `broken_at` is the first line that does not fit."""

    lines: int
    head: str
    broken_at: int | None


def by(caller: Caller, kind: str, at: datetime, subject: str = "", **facts: Any) -> Line:
    """A line about what somebody signed in has done."""
    return Line(
        kind,
        at,
        actor=caller.operator or caller.device or caller.citizen,
        session=caller.session,
        county=caller.county,
        hall=caller.hall,
        subject=subject,
        facts=facts,
    )


def record(connection: Connection, line: Line) -> None:
    """Add a line, inside the transaction of what it tells of."""
    if line.kind not in KINDS:
        raise ValueError(f"no such kind of audit line: {line.kind}")
    serial, previous = _held_head(connection)
    values = {
        "serial": serial + 1,
        "at": stamp(line.at),
        "kind": line.kind,
        "county": line.county,
        "hall": line.hall,
        "actor": line.actor,
        "session": line.session,
        "subject": line.subject,
        "result": line.result,
        "facts": json.dumps(line.facts or {}, ensure_ascii=False, sort_keys=True),
    }
    digest = chained(previous, values)
    connection.execute(insert(audit_lines).values(**values, hash=digest))
    connection.execute(
        audit_head.update().where(audit_head.c.name == _HEAD).values(serial=serial + 1, hash=digest)
    )


def chained(previous: str, values: Mapping[str, Any]) -> str:
    """The hash of a line after the one whose hash is `previous`."""
    whole = json.dumps(
        [previous, *(values[name] for name in _HASHED)], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


_HASHED = (
    *("serial", "at", "kind", "county", "hall"),
    *("actor", "session", "subject", "result", "facts"),
)


def _held_head(connection: Connection) -> tuple[int, str]:
    """The newest line's place and hash; nobody else adds one until this commits."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(audit_head)
        .values(name=_HEAD, serial=0, hash=GENESIS)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    row = connection.execute(
        select(audit_head).where(audit_head.c.name == _HEAD).with_for_update()
    ).one()
    return row.serial, row.hash


def check(connection: Connection) -> Finding:
    """Read the whole chain from its first line and say whether it holds together."""
    previous, lines = GENESIS, 0
    head = connection.execute(
        select(audit_head.c.serial, audit_head.c.hash).where(audit_head.c.name == _HEAD)
    ).one_or_none()
    for row in _all(connection):
        values = row._asdict()
        if values["serial"] != lines + 1 or values["hash"] != chained(previous, values):
            return Finding(lines, previous, broken_at=lines + 1)
        previous, lines = values["hash"], lines + 1
    if (lines, previous) != (tuple(head) if head else (0, GENESIS)):
        return Finding(lines, previous, broken_at=lines + 1)
    return Finding(lines, previous, broken_at=None)


def _all(connection: Connection) -> Iterator[Row[Any]]:
    last = -(2**63)
    while True:
        rows = connection.execute(
            select(audit_lines)
            .where(audit_lines.c.serial > last)
            .order_by(audit_lines.c.serial)
            .limit(PIECE)
        ).all()
        yield from rows
        if len(rows) < PIECE:
            return
        last = rows[-1].serial


@dataclass(frozen=True)
class Filter:
    """Which lines an auditor asks for; empty members ask for all."""

    since: str = ""
    until: str = ""
    kind: str = ""
    actor: str = ""
    subject: str = ""
    after: int = 0


def lines(connection: Connection, caller: Caller, wanted: Filter, limit: int) -> list[Row[Any]]:
    """Lines of the auditor's county, and those of no county, newest first."""
    kept = select(audit_lines).where(
        or_(audit_lines.c.county == caller.county, audit_lines.c.county == "")
    )
    if wanted.since:
        kept = kept.where(audit_lines.c.at >= wanted.since)
    if wanted.until:
        kept = kept.where(audit_lines.c.at < wanted.until)
    for column in ("kind", "actor", "subject"):
        if getattr(wanted, column):
            kept = kept.where(audit_lines.c[column] == getattr(wanted, column))
    if wanted.after:
        kept = kept.where(audit_lines.c.serial < wanted.after)
    return list(connection.execute(kept.order_by(audit_lines.c.serial.desc()).limit(limit)))
