"""People who work in the halls, out of tables (工作人员).

An account is made without roles: those in the file are asked for, and a security administrator
grants them (双人复核). No password is ever in a file: a new account's one-time password is told
once.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import Row, select, update

from hall_platform.clock import stamp
from hall_platform.identity import accounts, audit
from hall_platform.identity.queries import normalised_username
from hall_platform.identity.tables import approvals, operators
from hall_platform.importing.cells import Cells
from hall_platform.importing.places import HALL_CODE
from hall_platform.importing.reading import Columns
from hall_platform.importing.taking import Taking
from hall_platform.roles import (
    AUDITOR,
    CLERK,
    REVIEWER,
    SECURITY_ADMIN,
    SUPERVISOR,
    SYSTEM_ADMIN,
    exclude_each_other,
)

PEOPLE = Columns(
    {
        "username": "用户名",
        "name": "姓名",
        "hall": "大厅编号",
        "roles": "角色",
        "body": "部门统一社会信用代码",
    },
    needed=("username", "name", "hall", "roles"),
)
ROLES = {
    "窗口人员": CLERK,
    "审批人员": REVIEWER,
    "大厅负责人": SUPERVISOR,
    "系统管理员": SYSTEM_ADMIN,
    "安全管理员": SECURITY_ADMIN,
    "审计员": AUDITOR,
}
REASON = "导入人员名单"


def take_people(taking: Taking) -> None:
    """Accounts by username; nobody moves to another hall by an import."""
    counties = taking.counties()
    seen: set[str] = set()
    for line in taking.lines(PEOPLE):
        cells = Cells(line, taking.findings)
        username = normalised_username(
            cells.code("username", r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}", "zhang03")
        )
        name = cells.text("name", 50)
        hall = cells.code("hall", *HALL_CODE)
        roles = sorted(cells.choices("roles", ROLES, needed=True))
        body = cells.code("body", r"[0-9A-Z]{18}", "11990302MB0A00018J", needed=False) or None
        if hall and hall not in counties:
            cells.wrong("hall", "没有这个大厅，请先导入大厅")
        if exclude_each_other(roles):
            cells.wrong("roles", "这些角色不能由同一人担任")
        if (REVIEWER in roles) != (body is not None):
            cells.wrong("body", "审批人员须填所属部门，其他人员不填")
        if username in seen:
            cells.wrong("username", "在文件中出现了两次")
        seen.add(username)
        if cells.sound:
            asked = {"roles": roles, "body": body}
            _take(taking, cells, counties[hall], username, name=name, hall=hall, asked=asked)


def _take(
    taking: Taking,
    cells: Cells,
    county: str,
    username: str,
    *,
    name: str,
    hall: str,
    asked: dict[str, Any],
) -> None:
    known = taking.connection.execute(
        select(operators).where(operators.c.username == username)
    ).one_or_none()
    if known is not None and known.hall != hall:
        cells.wrong("hall", "这个用户名已用于另一个大厅的账号")
    elif known is not None:
        _bring_up_to_date(taking, county, known, name, asked)
    else:
        identifier = str(uuid.uuid4())
        accounts.insert_account(
            taking.connection, identifier, username=username, name=name, hall=hall
        )
        caller = taking.caller(county)
        line = audit.by(
            caller, "account-created", taking.at, identifier, of_hall=hall, imported=True
        )
        audit.record(taking.connection, line)
        _ask(taking, county, identifier, asked)
        _give_password(taking, username, identifier)
        taking.count("new")


def _give_password(taking: Taking, username: str, identifier: str) -> None:
    taking.wanted.append((username, True))
    made = taking.secrets.hashes.get(username)
    if made is None:  # only tried
        return
    until = stamp(taking.at + accounts.ONE_TIME_LASTS)
    accounts.set_one_time(taking.connection, identifier, made, until)
    password = taking.secrets.plain[username]
    taking.told.append({"username": username, "password": password, "until": until})


def _bring_up_to_date(
    taking: Taking, county: str, known: Row[Any], name: str, asked: dict[str, Any]
) -> None:
    changed = False
    if known.name != name:
        taking.connection.execute(
            update(operators).where(operators.c.id == known.id).values(name=name)
        )
        line = audit.by(taking.caller(county), "account-changed", taking.at, known.id, renamed=True)
        audit.record(taking.connection, line)
        changed = True
    has = {"roles": sorted(json.loads(known.roles)), "body": known.body}
    if has != asked and not _is_asked(taking, known.id, asked):
        _ask(taking, county, known.id, asked)
        changed = True
    taking.count("changed" if changed else "unchanged")


def _ask(taking: Taking, county: str, identifier: str, asked: dict[str, Any]) -> None:
    accounts.ask_roles(
        taking.connection,
        taking.caller(county),
        identifier,
        taking.at,
        roles=tuple(asked["roles"]),
        body=asked["body"],
        reason=REASON,
    )


def _is_asked(taking: Taking, identifier: str, asked: dict[str, Any]) -> bool:
    """Whether the same roles wait to be granted already, or were refused as they are."""
    last = taking.connection.execute(
        select(approvals.c.asked)
        .where(approvals.c.operator == identifier)
        .where(approvals.c.kind == accounts.ROLES)
        .where(approvals.c.state != accounts.APPROVED)
        .order_by(approvals.c.asked_at.desc())
    ).first()
    return last is not None and json.loads(last.asked) == asked
