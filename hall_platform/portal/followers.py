"""What citizens are told when something happens with their own, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select

from hall_platform.business import notices
from hall_platform.business.tables import cases, preapplications
from hall_platform.clock import stamp
from hall_platform.events.following import Follower, Happening
from hall_platform.identity.tables import citizens, organisation_agents
from hall_platform.portal import messages, people
from hall_platform.portal.messages import News
from hall_platform.portal.tables import drafts, preapplication_steps

# Title and text by event; `{item}`, `{number}`, `{due}`, `{by}` are the case's.
_OF_CASES: Mapping[str, tuple[str, str]] = {
    "case-received": ("申请材料已收件", "“{item}”已收件，办件编号 {number}。"),
    "case-accepted": ("办件已受理", "“{item}”已受理，办件编号 {number}。{due}"),
    "case-corrections-notified": (
        "办件需要补正",
        "“{item}”（{number}）需要补正，请{by}按补正告知书所列各项一次补齐，可在网上提交。",
    ),
    "case-acceptance-refused": (
        "办件不予受理",
        "“{item}”（{number}）不予受理，理由和救济途径见不予受理通知书。",
    ),
    "case-withdrawn": ("办件已撤回", "“{item}”（{number}）已撤回。"),
    "case-suspended": (
        "办件进入特别程序",
        "“{item}”（{number}）进入特别程序，所需时间不计入办理期限。",
    ),
    "case-resumed": ("特别程序已结束", "“{item}”（{number}）恢复办理。{due}"),
    "case-extended": ("办理期限已延长", "“{item}”（{number}）经批准延长办理期限。{due}"),
    "case-fee-noticed": ("请缴费", "“{item}”（{number}）已发出缴费通知，请按通知缴费。"),
    "case-fee-waived": ("费用已免缴", "“{item}”（{number}）的费用已准予免缴。"),
    "case-fee-paid": ("缴费已登记", "“{item}”（{number}）的费用已缴清。"),
    "case-decided": ("办件已作出决定", "“{item}”（{number}）已作出{outcome}的决定。"),
    "case-result-issued": ("结果证照已制发", "“{item}”（{number}）的结果证照已制发。"),
    "case-closed": ("办件已办结", "“{item}”（{number}）已办结，请领取结果。"),
    "case-delivered": (
        "办件结果已送达",
        "“{item}”（{number}）的结果已送达，欢迎对本次服务作出评价。",
    ),
    "case-terminated": ("办件已终止", "“{item}”（{number}）已终止办理。"),
}
_OUTCOMES = {"granted": "准予", "refused": "不予"}

_OF_PREAPPLICATIONS: Mapping[str, tuple[str, str]] = {
    "submitted": ("网上申请已提交", "“{item}”（{code}）已提交，等待预审。"),
    "checked": ("网上申请预审通过", "“{item}”（{code}）预审通过。{note}"),
    "to_correct": ("网上申请需要补正", "“{item}”（{code}）需要补正：{note}"),
    "claimed": ("窗口正在办理您的申请", "“{item}”（{code}）已由窗口调取办理。"),
    "withdrawn": ("网上申请已撤回", "“{item}”（{code}）已撤回。"),
}


_PUT_BACK = ("窗口已退回您的申请", "“{item}”（{code}）已由窗口退回，可等待办理或到窗口咨询。")


# A case with the accounts it concerns, in one question: it is asked at each step of each case.
_CASE: Select[Any] = (
    select(
        cases.c.county,
        cases.c.id,
        cases.c.number,
        cases.c.item_name,
        cases.c.state,
        cases.c.due_on,
        cases.c.outcome,
        cases.c.applicant,
        citizens.c.id.label("account"),
        citizens.c.kind,
        organisation_agents.c.citizen.label("bound"),
        drafts.c.citizen.label("applied_by"),
    )
    .select_from(cases)
    .outerjoin(
        citizens,
        (citizens.c.number == cases.c.applicant_number)
        & (citizens.c.level >= people.VERIFIED)
        & citizens.c.deleted_at.is_(None),
    )
    .outerjoin(
        organisation_agents,
        (organisation_agents.c.organisation == cases.c.applicant_number)
        & organisation_agents.c.ended_at.is_(None),
    )
    .outerjoin(
        drafts, (drafts.c.county == cases.c.county) & (drafts.c.id == cases.c.preapplication)
    )
    .where(cases.c.county == bindparam("at_county"))
    .where(cases.c.id == bindparam("case"))
)


def _case_changed(connection: Connection, happening: Happening) -> None:
    values = {"at_county": happening.county, "case": happening.subject}
    rows = connection.execute(_CASE, values).all()
    accounts = {account for row in rows for account in _accounts(row)}
    if not accounts:
        return
    row = rows[0]
    title, text = _OF_CASES[happening.kind]
    correct_by = (
        notices.correct_by(connection, row.county, row.id, row.state) if "{by}" in text else None
    )
    said = text.format(
        item=row.item_name,
        number=row.number,
        due=f"承诺于 {row.due_on} 前办结。" if row.due_on else "",
        by=f"于 {correct_by} 前（含当日）" if correct_by else "",
        outcome=_OUTCOMES.get(row.outcome, ""),
    )
    news = News(happening.kind, title, said, "case", row.id)
    messages.send(connection, row.county, accounts, news, happening.at)


def _accounts(row: Row[Any]) -> Iterator[str]:
    """The applicant's account, those bound to the organisation, and the one it was begun with."""
    if row.account is not None and row.kind == json.loads(row.applicant)["kind"]:
        yield row.account
    if row.bound is not None:
        yield row.bound
    if row.applied_by is not None:
        yield row.applied_by


def _account_of(connection: Connection, county: str, preapplication: str) -> list[str]:
    """The account something was applied for with."""
    return list(
        connection.execute(
            select(drafts.c.citizen)
            .where(drafts.c.county == county)
            .where(drafts.c.id == preapplication)
            .where(drafts.c.citizen.is_not(None))
        ).scalars()
    )


def _preapplication_changed(connection: Connection, happening: Happening) -> None:
    row = connection.execute(
        select(preapplications)
        .where(preapplications.c.county == happening.county)
        .where(preapplications.c.id == happening.subject)
    ).one_or_none()
    if row is None:
        return
    before = _add_step(connection, row, happening)
    if row.state not in _OF_PREAPPLICATIONS:  # what it became as a case is told as a case's
        return
    accounts = people.accounts_of(connection, row.applicant_kind, row.applicant_number)
    accounts += _account_of(connection, row.county, row.id)
    put_back = before == "claimed" and row.state != "withdrawn"
    title, text = _PUT_BACK if put_back else _OF_PREAPPLICATIONS[row.state]
    said = text.format(item=row.item_name, code=row.code, note=row.note)
    news = News(f"preapplication-{row.state}", title, said, "preapplication", row.id)
    messages.send(connection, row.county, accounts, news, happening.at)


def _add_step(connection: Connection, row: Row[Any], happening: Happening) -> str:
    """One more step; returns the state before, "" where none is known."""
    last = connection.execute(
        select(preapplication_steps.c.position, preapplication_steps.c.state)
        .where(preapplication_steps.c.county == row.county)
        .where(preapplication_steps.c.preapplication == row.id)
        .order_by(preapplication_steps.c.position.desc())
        .limit(1)
    ).one_or_none()
    connection.execute(
        insert(preapplication_steps).values(
            county=row.county,
            preapplication=row.id,
            position=last.position + 1 if last else 0,
            at=stamp(happening.at),
            state=row.state,
            note=row.note,
        )
    )
    return str(last.state) if last else ""


FOLLOWERS: Mapping[str, Follower] = {
    "preapplication-changed": _preapplication_changed,
    **dict.fromkeys(_OF_CASES, _case_changed),
}
