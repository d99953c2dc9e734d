"""The platform's figures by name in the language of the screen; formulas stay as it words them."""

from __future__ import annotations

from counter_app.domain.figures import Definition, Part
from ui.words import tr

TITLES = {
    "tickets_taken": "取号数",
    "tickets_called": "叫号数",
    "tickets_finished": "办结号数",
    "tickets_passed": "过号数",
    "tickets_recalled": "重呼次数",
    "tickets_transferred": "转号次数",
    "tickets_parked": "暂存次数",
    "tickets_void": "作废号数",
    "cases_accepted": "受理件数",
    "cases_refused": "不予受理件数",
    "cases_decided": "决定件数",
    "cases_late": "逾期决定件数",
    "cases_closed": "办结件数",
    "ratings_given": "评价数",
    "ratings_struck": "撤销评价数",
    "wait_mean": "平均等候时长",
    "wait_median": "等候时长中位数",
    "wait_p90": "等候时长九成位数",
    "wait_longest": "最长等候时长",
    "wait_total": "总等候时长",
    "service_mean": "平均办理时长",
    "service_median": "办理时长中位数",
    "service_p90": "办理时长九成位数",
    "service_longest": "最长办理时长",
    "service_total": "总办理时长",
    "decision_days_mean": "平均办理工作日",
    "decision_days_p90": "办理工作日九成位数",
    "rating_mean": "满意度均值",
    "rating_satisfied": "满意率",
}
_WHOLE = "合计"
UNITS = frozenset({"次", "件", "秒", "工作日", "级"})


def title(definition: Definition) -> str:
    """The figure's name; a figure of a city's own keeps the one the platform gives."""
    known = TITLES.get(definition.id)
    return tr(known) if known == definition.title else definition.title


def unit(definition: Definition) -> str:
    """What it is counted in."""
    return tr(definition.unit) if definition.unit in UNITS else definition.unit


def heading(definition: Definition) -> str:
    """Name and unit, as over a column."""
    return tr("{what}({unit})", what=title(definition), unit=unit(definition))


def part_title(part: Part) -> str:
    """A part's name; what the platform calls the whole is named in the screen's language."""
    return tr("合计") if part.title == _WHOLE else part.title
