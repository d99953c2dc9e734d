"""The figures: each with title, unit and formula in both languages, and the events behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hall_platform.analytics import measures as m
from hall_platform.analytics.histograms import Distribution, Sum
from hall_platform.analytics.measures import About, Measure

Value = int | float | None


@dataclass(frozen=True)
class Figure:
    """One figure: `reckon` makes it of the distribution of its measure.

    `english` are its title and its formula in English.
    """

    id: str
    title: str
    unit: str
    formula: str
    events: tuple[str, ...]
    measure: Measure
    reckon: Callable[[Distribution], Value]
    english: tuple[str, str]

    @property
    def about(self) -> About:
        """What it tells of."""
        return self.measure.about


def _count(distribution: Distribution) -> Value:
    return distribution.count


def _total(distribution: Distribution) -> Value:
    return distribution.total


def _mean(distribution: Distribution) -> Value:
    count = distribution.count
    return round(distribution.total / count, 2) if count else None


def _longest(distribution: Distribution) -> Value:
    return distribution.largest


def _percentile(part: int) -> Callable[[Distribution], Value]:
    return lambda distribution: distribution.percentile(part)


def _up_to(value: int) -> Callable[[Distribution], Value]:
    """The share of values that are not above it, in a hundred."""

    def reckon(distribution: Distribution) -> Value:
        count = distribution.count
        small = int(distribution.counts[distribution.values <= value].sum())
        return round(100 * small / count, 2) if count else None

    return reckon


UNITS_IN_ENGLISH = {
    "次": "count",
    "件": "cases",
    "秒": "s",
    "工作日": "working days",
    "级": "level",
    "%": "%",
}
_NEAREST = "把各{what}从短到长排列，取第 ⌈{part}% × 个数⌉ 个（最近秩法，不插值）"
_DAY = "计入该事发生的那一天、那一小时。"
_NEAREST_ENGLISH = (
    "The {what} from the shortest to the longest, the one at place ⌈{part}% × their number⌉ "
    "(nearest rank, not interpolated)."
)
_DAY_ENGLISH = " Counted on the day and in the hour in which it happened."


def _times(
    measure: Measure, meaning: str, english: str, english_meaning: str
) -> tuple[Figure, ...]:
    """Count, sum, mean, median, nine tenths and longest of a time in whole seconds."""
    title = measure.title
    what = f"{title}时长"
    whole = f"{what}为{meaning}，整秒，舍去不足一秒的部分。{_DAY}"
    tail = f" A {english} is {english_meaning}, in whole seconds, cut off.{_DAY_ENGLISH}"
    one, many = english, f"{english}s"
    of = (
        (
            "mean",
            _mean,
            (f"平均{what}", f"{what}之和 ÷ 个数，四舍五入至百分之一秒。"),
            (
                f"Mean {one}",
                f"Sum of the {many} ÷ their number, rounded to a hundredth of a second.",
            ),
        ),
        (
            "median",
            _percentile(50),
            (f"{what}中位数", f"{_NEAREST.format(what=what, part=50)}。"),
            (f"Median {one}", _NEAREST_ENGLISH.format(what=many, part=50)),
        ),
        (
            "p90",
            _percentile(90),
            (f"{what}九成位数", f"{_NEAREST.format(what=what, part=90)}。"),
            (f"90th percentile of {many}", _NEAREST_ENGLISH.format(what=many, part=90)),
        ),
        (
            "longest",
            _longest,
            (f"最长{what}", f"{what}中最大的一个。"),
            (f"Longest {one}", f"The longest of the {many}."),
        ),
        (
            "total",
            _total,
            (f"总{what}", f"各{what}之和。"),
            (f"Total {one}", f"Sum of the {many}."),
        ),
    )
    return tuple(
        Figure(
            f"{measure.name}_{end}",
            heading,
            "秒",
            formula + whole,
            measure.events,
            measure,
            reckon,
            (english_heading, english_formula + tail),
        )
        for end, reckon, (heading, formula), (english_heading, english_formula) in of
    )


def _counted(
    measure: Measure, name: str, unit: str, formula: str, english: tuple[str, str]
) -> Figure:
    """How many facts of a kind there are."""
    title, words = english
    return Figure(
        name,
        measure.counted,
        unit,
        f"{formula}{_DAY}",
        measure.events,
        measure,
        _count,
        (title, f"{words}{_DAY_ENGLISH}"),
    )


FIGURES: tuple[Figure, ...] = (
    _counted(
        m.TAKEN,
        "tickets_taken",
        "次",
        "进入队列的次数；一次来访办几项业务，各项轮到排队时各计一次。",
        (
            "Tickets taken",
            "How often somebody joined a queue; a visit for several services counts once for each, "
            "when its turn to queue comes.",
        ),
    ),
    _counted(
        m.WAIT,
        "tickets_called",
        "次",
        "各号各项业务首次被呼叫的次数；重呼不计。",
        ("Tickets called", "First calls of each number for each service; recalls do not count."),
    ),
    _counted(
        m.SERVICE,
        "tickets_finished",
        "次",
        "窗口办结的号的次数。",
        ("Tickets finished", "Numbers that a window has finished."),
    ),
    _counted(
        m.PASSED,
        "tickets_passed",
        "次",
        "呼叫后无人应答而过号的次数。",
        ("Tickets passed over", "Numbers that were called and passed over since nobody came."),
    ),
    _counted(
        m.RECALLED,
        "tickets_recalled",
        "次",
        "首次呼叫之后再呼的次数，过号或暂存后再呼也计入。",
        ("Recalls", "Calls after the first, those after a pass or after parking included."),
    ),
    _counted(
        m.TRANSFERRED,
        "tickets_transferred",
        "次",
        "转到其他业务或窗口的次数。",
        ("Transfers", "Numbers passed on to another service or window."),
    ),
    _counted(
        m.PARKED,
        "tickets_parked",
        "次",
        "窗口暂存号的次数。",
        ("Tickets parked", "How often a window put a number aside."),
    ),
    _counted(
        m.VOIDED,
        "tickets_void",
        "次",
        "作废的号的次数，没有打印出来的号也作废。",
        ("Tickets void", "Numbers made void, those whose paper did not come out included."),
    ),
    _counted(
        m.ACCEPTED,
        "cases_accepted",
        "件",
        "作出受理决定或依法视为受理的办件数。",
        ("Cases accepted", "Cases accepted by decision, or deemed accepted by law."),
    ),
    _counted(
        m.REFUSED,
        "cases_refused",
        "件",
        "决定不予受理的办件数。",
        ("Cases not accepted", "Cases whose acceptance was refused."),
    ),
    _counted(
        m.DECIDED,
        "cases_decided",
        "件",
        "作出准予或不予决定的办件数。",
        ("Cases decided", "Cases that were granted or denied."),
    ),
    _counted(
        m.LATE,
        "cases_late",
        "件",
        "决定日晚于办结期限的办件数。",
        ("Cases decided late", "Cases decided after their due date."),
    ),
    _counted(
        m.CLOSED,
        "cases_closed",
        "件",
        "办结的办件数。",
        ("Cases closed", "Cases that were closed."),
    ),
    _counted(
        m.RATED,
        "ratings_given",
        "次",
        "收到的评价次数，不评价和超时不计，经复核撤销的不从中扣除。",
        (
            "Ratings",
            "Ratings received; declined and timed out ones do not count, struck ones stay counted.",
        ),
    ),
    _counted(
        m.STRUCK,
        "ratings_struck",
        "次",
        "经申诉复核撤销的评价次数。",
        ("Ratings struck", "Ratings struck after an appeal was reviewed."),
    ),
    *_times(
        m.WAIT,
        "从进入队列到首次呼叫的时间",
        "wait",
        "the time from joining the queue to the first call",
    ),
    *_times(
        m.SERVICE,
        "从呼叫到办结的时间，暂存期间不计",
        "service time",
        "the time from the call to the finish without the time parked",
    ),
    Figure(
        "decision_days_mean",
        "平均办理工作日",
        "工作日",
        "自受理次日起至决定之日的工作日数（特别程序期间不计）之和 ÷ 决定件数，四舍五入至百分之一。",
        m.DECIDED.events,
        m.DECIDED,
        _mean,
        (
            "Mean working days to decision",
            "Sum of the working days from the day after acceptance to the day of the decision "
            "(special procedures left out) ÷ cases decided, rounded to a hundredth.",
        ),
    ),
    Figure(
        "decision_days_p90",
        "办理工作日九成位数",
        "工作日",
        f"{_NEAREST.format(what='办件的办理工作日数', part=90)}。"
        "自受理次日起至决定之日计，特别程序期间不计。",
        m.DECIDED.events,
        m.DECIDED,
        _percentile(90),
        (
            "90th percentile of working days to decision",
            f"{_NEAREST_ENGLISH.format(what='working days of the cases', part=90)} They run from "
            "the day after acceptance to the day of the decision, special procedures left out.",
        ),
    ),
    Figure(
        "rating_mean",
        "满意度均值",
        "级",
        "满意度级别之和 ÷ 评价数（1 非常满意，2 满意，3 基本满意，4 不满意，5 非常不满意）。",
        m.RATED.events,
        m.RATED,
        _mean,
        (
            "Mean rating",
            "Sum of the levels ÷ number of ratings (1 very satisfied, 2 satisfied, 3 fairly "
            "satisfied, 4 dissatisfied, 5 very dissatisfied).",
        ),
    ),
    Figure(
        "rating_satisfied",
        "满意率",
        "%",
        "满意度为 1、2、3 级的评价数 ÷ 评价数 × 100，四舍五入至百分之一。",
        m.RATED.events,
        m.RATED,
        _up_to(3),
        (
            "Satisfied",
            "Ratings of the levels 1, 2 and 3 ÷ all ratings × 100, rounded to a hundredth.",
        ),
    ),
)
BY_ID = {figure.id: figure for figure in FIGURES}


def of(about: About) -> tuple[Figure, ...]:
    """The figures that tell of it, in the order they are shown."""
    return tuple(figure for figure in FIGURES if figure.about == about)


def reckoned(found: Sum, about: About) -> dict[str, Value]:
    """Every figure about it, of what was added up."""
    wanted = of(about)
    distributions = {
        measure: found.distribution(measure) for measure in dict.fromkeys(f.measure for f in wanted)
    }
    return {figure.id: figure.reckon(distributions[figure.measure]) for figure in wanted}
