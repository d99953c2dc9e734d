"""Values of the domain as rows of a list."""

from __future__ import annotations

from datetime import date

from counter_app.domain.case import CaseSummary
from counter_app.domain.checklist import Line, LineState, Means
from counter_app.domain.item import ItemSummary, Regime
from counter_app.domain.licence import Licence, LicenceStatus
from counter_app.domain.preapplication import Preapplication, PreapplicationState
from ui.widgets.row_list import Mark, Row
from ui.words import moment, tr

_PREAPPLICATION_STATES = {
    PreapplicationState.SUBMITTED: ("已提交", "info"),
    PreapplicationState.CHECKED: ("预审通过", "ok"),
    PreapplicationState.TO_CORRECT: ("待补材料", "warn"),
    PreapplicationState.CLAIMED: ("办理中", "info"),
    PreapplicationState.ACCEPTED: ("已受理", "ok"),
    PreapplicationState.WITHDRAWN: ("已撤回", "warn"),
}
_LICENCE_STATES = {
    LicenceStatus.VALID: ("有效", "ok"),
    LicenceStatus.EXPIRED: ("已过期", "warn"),
    LicenceStatus.REVOKED: ("已吊销", "bad"),
    LicenceStatus.SUSPENDED: ("已停用", "warn"),
}
REGIMES = {
    Regime.LICENSING: "行政许可",
    Regime.MARKET_REGISTRATION: "市场主体登记",
    Regime.CONFIRMATION: "行政确认",
    Regime.PAYMENT: "行政给付",
    Regime.PUBLIC_SERVICE: "公共服务",
    Regime.SOCIAL_INSURANCE: "社会保险",
}
_CASE_STATES = {
    "accepted": "已受理",
    "handling": "办理中",
    "decided": "已决定",
    "closed": "已办结",
}
_MEANS = {
    Means.IDENTITY_CARD: "刷卡",
    Means.LICENCE: "电子证照",
    Means.SHARED_DATA: "数据共享核验",
    Means.UPLOAD: "预申请已传",
    Means.EARLIER_CASE: "以前的办件",
    Means.SCAN: "窗口扫描",
    Means.ORIGINAL_SEEN: "已核验原件",
}


def preapplication_row(preapplication: Preapplication, window: str, on_desk: str) -> Row:
    """One online pre-application; the one on the desk says so."""
    word, kind = _PREAPPLICATION_STATES[preapplication.state]
    parts = [tr("网上申请 {time}", time=moment(preapplication.submitted_at))]
    if preapplication.uploads:
        parts.append(tr("已传 {count} 份材料", count=len(preapplication.uploads)))
    if preapplication.note:
        parts.append(preapplication.note)
    elif preapplication.form_complete:
        parts.append(tr("表单完整"))
    usable = preapplication.can_be_taken_up(window)
    hint = tr("调取 Enter") if usable else ""
    if preapplication.claimed_by is not None and not usable:
        hint = tr("窗口 {code} 办理中", code=preapplication.claimed_by.window)
    if preapplication.id == on_desk:
        hint, usable = tr("正在办理"), True
    return Row(
        key=preapplication.id,
        title=preapplication.item_name,
        tag=tr(word),
        tag_kind=kind,
        detail=" · ".join(parts),
        hint=hint,
        usable=usable,
    )


def licence_row(licence: Licence, today: date, presented: bool) -> Row:
    """One e-licence; a valid one past its dates is shown as expired."""
    word, kind = _LICENCE_STATES[licence.status]
    if licence.status is LicenceStatus.VALID and not licence.valid_on(today):
        word, kind = "不在有效期", "warn"
    until = (
        tr("有效至 {day}", day=licence.valid_to.isoformat()) if licence.valid_to else tr("长期有效")
    )
    return Row(
        key=licence.identifier,
        title=licence.type_name,
        tag=tr(word),
        tag_kind=kind,
        detail=" · ".join(
            filter(None, (licence.issuer.name, until, tr("用证码出示") if presented else ""))
        ),
        badge=licence.trust_grade,
        usable=kind == "ok",
    )


def case_row(case: CaseSummary) -> Row:
    """One case of the person."""
    due = tr("应于 {day} 前办结", day=case.due_on.isoformat()) if case.due_on else ""
    return Row(
        key=case.case,
        title=case.item_name,
        tag=tr(_CASE_STATES.get(case.state, "办理中")),
        detail=" · ".join(filter(None, (case.number, moment(case.accepted_at), due))),
    )


def item_row(item: ItemSummary) -> Row:
    """One service item."""
    return Row(
        key=item.code,
        title=item.name,
        tag=tr(REGIMES[item.regime]),
        detail=item.body.name,
        hint=tr("选用 Enter"),
    )


def material_row(line: Line) -> Row:
    """One material: how it is met, or what is still asked for."""
    evidence = line.evidence
    if line.state is LineState.MET and evidence is not None:
        parts = [tr(_MEANS[evidence.means])]
        if evidence.means in (Means.LICENCE, Means.SHARED_DATA):
            parts.append(evidence.label)
        if evidence.original_compared:
            parts.append(tr("原件已核验"))
        if line.paper_reason:
            parts.append(tr("收纸质:{reason}", reason=tr(line.paper_reason)))
        return Row(
            line.material.code,
            line.material.name,
            " · ".join(parts),
            mark=Mark.MET,
            badge=evidence.trust_grade,
            badge_kind="info" if evidence.trust_grade == "D" else "ok",
        )
    if line.state is LineState.ORIGINAL_WANTED:
        detail, mark = tr("预申请已传 · 需核验原件"), Mark.WANTED
    elif line.state is LineState.OPTIONAL:
        detail, mark = tr("可不提交"), Mark.NONE
    else:
        detail, mark = tr("还没有 · 需原件核验"), Mark.MISSING
    if line.paper_reason:
        detail = tr("收纸质:{reason}", reason=tr(line.paper_reason))
    return Row(
        line.material.code,
        line.material.name,
        detail,
        mark=mark,
        detail_kind="" if line.state is LineState.OPTIONAL else "warn",
        hint="" if line.state is LineState.OPTIONAL else tr("已看原件 F8"),
    )
