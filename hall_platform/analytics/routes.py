"""大数据分析: the live page of a hall, figures of a period, and the rows behind them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.responses import Response

from hall_platform.access import Caller, Supervisor
from hall_platform.analytics import behind, figures, live, periodic, sheets
from hall_platform.analytics.keeping import kept_from
from hall_platform.analytics.measures import About
from hall_platform.analytics.periods import Period
from hall_platform.analytics.questions import By, Question
from hall_platform.analytics.rebuilding import steady
from hall_platform.analytics.shapes import Definitions, Live, PeriodFigures, RegionPrefix, Rows
from hall_platform.analytics.territory import scope_of
from hall_platform.context import InContext
from hall_platform.problems import Problem, invalid
from hall_platform.shapes import Code, Cursor, DayText, Limit

router = APIRouter(prefix="/v1", tags=["analytics"])

MOST_DAYS = 366 * 10
MOST_DAYS_BY_DAY = 366 * 3
SPLITS_A_REGION = frozenset({"hall", "county", "township", "village"})

From = Annotated[DayText, Query(alias="from", description="第一天")]
To = Annotated[DayText, Query(alias="to", description="最后一天，含当天")]
Service = Annotated[Code | None, Query(description="业务或事项代码")]
Window = Annotated[Code | None, Query(description="窗口，只用于本大厅")]
# Facts at no window are asked for by an empty one: a number is taken before a window calls it.
WindowOrNone = Annotated[Code | Literal[""] | None, Query(description="窗口；空为不在窗口的")]
Hour = Annotated[int | None, Query(ge=0, le=23, description="一天中的小时")]


class CsvSheet(Response):
    """A sheet for a spreadsheet."""

    media_type = "text/csv"


def period(first: From, last: To) -> Period:
    """The period asked for. Problem("invalid-request")."""
    days = Period(_day("query.from", first), _day("query.to", last))
    if not 0 <= (days.last - days.first).days < MOST_DAYS:
        raise invalid("query.to", "not after from, or more than ten years later")
    return days


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(where, "not a date") from None


AskedPeriod = Annotated[Period, Depends(period)]


class Filters:
    """What the figures of a period are of, and how they are split."""

    def __init__(
        self,
        *,
        region: Annotated[
            RegionPrefix | None, Query(description="区划前 4、6、9 或 12 位；不填为本大厅")
        ] = None,
        by: Annotated[By, Query(description="按什么分组")] = "all",
        about: Annotated[About, Query(description="排队、办件或评价")] = "queue",
        service: Service = None,
        window: Window = None,
        hour: Hour = None,
    ) -> None:
        self.region, self.by, self.about = region, by, about
        self.service, self.window, self.hour = service, window, hour

    def question(self, connection: Connection, caller: Caller, days: Period) -> Question:
        """The question, as far as it is the caller's to ask.

        Problems: scope-not-yours, only-whole-region, invalid-request.
        """
        scope = scope_of(connection, caller, self.region)
        if scope.whole_only and self.by in SPLITS_A_REGION:
            raise Problem("only-whole-region")
        if self.region is not None and (self.window is not None or self.by == "window"):
            raise invalid("query.window", "a window is one of the own hall; leave out the region")
        if self.by == "day" and (days.last - days.first).days >= MOST_DAYS_BY_DAY:
            raise invalid("query.by", "more than three years by day; ask by month")
        return Question(
            *(scope, days, self.by, self.about),
            service=self.service,
            window=self.window,
            hour=self.hour,
        )


Asked = Annotated[Filters, Depends()]
_PROBLEMS = {"x-problems": ["scope-not-yours", "only-whole-region", "invalid-request"]}


@router.get("/analytics/definitions", response_model=Definitions, summary="各项指标的定义")
def definitions(_caller: Supervisor) -> dict[str, Any]:
    """Every figure: its title, unit, formula in words, and the events it is made of."""
    return {"definitions": periodic.definitions()}


@router.get("/analytics/live", response_model=Live, summary="大厅实况")
def live_page(caller: Supervisor, context: InContext) -> dict[str, Any]:
    """The own hall now: who waits, what each window does, the day so far, all from one moment."""
    with context.store.read() as connection:
        steady(connection)
        return live.now_in(connection, caller, context.clock.now())


@router.get(
    "/analytics/figures",
    response_model=PeriodFigures,
    summary="一段时间的指标",
    openapi_extra=_PROBLEMS,
)
def period_figures(
    days: AskedPeriod, asked: Asked, caller: Supervisor, context: InContext
) -> dict[str, Any]:
    """Figures of the own hall, or of a region, by day, month, hour, service, window or place."""
    with context.store.read() as connection:
        steady(connection)
        return periodic.answer(connection, asked.question(connection, caller, days))


@router.get(
    "/analytics/figures.csv",
    response_class=CsvSheet,
    summary="一段时间的指标（CSV）",
    openapi_extra=_PROBLEMS,
)
def period_sheet(
    days: AskedPeriod, asked: Asked, caller: Supervisor, context: InContext
) -> CsvSheet:
    """The same as a table for a spreadsheet."""
    with context.store.read() as connection:
        steady(connection)
        answer = periodic.answer(connection, asked.question(connection, caller, days))
    name = f"figures-{answer['first']}-{answer['last']}.csv"
    return CsvSheet(
        sheets.sheet(answer), headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get(
    "/analytics/rows",
    response_model=Rows,
    summary="指标背后的明细",
    openapi_extra={"x-problems": ["invalid-request", "rows-forgotten"]},
)
def rows_behind(
    *,
    days: AskedPeriod,
    caller: Supervisor,
    context: InContext,
    figure: Annotated[str, Query(max_length=64, description="指标")],
    service: Service = None,
    window: WindowOrNone = None,
    hour: Hour = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Each fact a figure of the own hall is made of: when, which number, at which window.

    Rows are kept for a time, from `kept_from` on; of days before it the figures are left.
    """
    known = figures.BY_ID.get(figure)
    if known is None:
        raise invalid("query.figure", "no such figure; the definitions name them")
    with context.store.read() as connection:
        return behind.rows(
            connection,
            caller,
            known,
            days,
            service=service,
            window=window,
            hour=hour,
            cursor=cursor,
            limit=limit,
            kept_from=kept_from(context.clock.now(), context.settings.figure_rows_days),
        )
