"""Stand-ins for what a counter asks of the outside, and invented people; for unit tests only.

platform = FakePlatform(licences=PlatformUnreachable("platform.unreachable"))
platform.calls          # every call with its arguments, in order
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from counter_app.clock import CHINA
from counter_app.domain.deadlines import WorkingDays, YearTable
from counter_app.domain.identity import DocumentKind, Identity, Source
from counter_app.domain.item import (
    Body,
    CaseType,
    Item,
    ItemSummary,
    LicenceType,
    Material,
    MetBy,
    Regime,
)
from counter_app.domain.licence import Holder, Licence, LicenceStatus
from counter_app.domain.preapplication import (
    OnlineApplicant,
    Preapplication,
    PreapplicationState,
    Upload,
)
from counter_app.domain.session import Hall, Operator, Session, Window
from counter_app.domain.visit import TakenUp, Visit
from counter_app.ports import JobOutcome, JobState, PersonRecords, PrinterState, PrintJob
from counter_app.store.local_store import LocalStore
from counter_app.store.vault import KeyFileVault

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=CHINA)
TODAY = MORNING.date()
NUMBER = "990302199001010016"
OTHER_NUMBER = "990302198505051239"
LICENSED = "11100000000013338W011"
CALENDAR = WorkingDays("test", {2026: YearTable(frozenset(), frozenset())})
SESSION = Session(
    "019f0000-0000-7000-8000-000000000001",
    Operator("clerk-1", "试验员"),
    Window("03", "综合窗口3", Hall("hall-1", "试验政务大厅"), "990302000000", "试验路1号", "0990"),
)


class SetClock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def go(self, by: timedelta) -> None:
        self.at += by


def person(**changes: Any) -> Identity:
    """An invented resident whose card was read."""
    resident = Identity(
        kind=DocumentKind.RESIDENT,
        name="测试甲",
        number=NUMBER,
        sex="1",
        nation="01",
        born=date(1990, 1, 1),
        address="试验省试验市雨山区测试路1号",
        issuer="试验市公安局雨山分局",
        valid_from=date(2020, 1, 1),
        valid_to=date(2040, 1, 1),
        source=Source.CARD,
        sam_id="05.03-20150101-0000123456-0000007890",
    )
    return replace(resident, **changes)


def material(code: str, **met_by: Any) -> Material:
    """A required material that is met by those means."""
    return Material(code, f"材料{code}", met_by=MetBy(**met_by))


CARD = material("M01", identity_card=True, original_seen=True)
PERMIT = material(
    "M02", licence_types=(LicenceType(LICENSED, "试验许可证"),), upload=True, original_seen=True
)
FORM = material("M03", upload=True, original_seen=True)


def item(*materials: Material, **changes: Any) -> Item:
    """An item that asks for those materials: three working days, its own law."""
    usual = Item(
        code="item-1",
        base_code="item",
        name="试验事项",
        version=4,
        type_code="01",
        level="4",
        regime=Regime.LICENSING,
        case_type=CaseType.PROMISED,
        body=Body("试验局", "11990302MB0A00018J"),
        promised_days=3,
        legal_days=20,
        materials=materials or (CARD,),
        pinyin="sysx",
    )
    return replace(usual, **changes)


def summary(of: Item) -> ItemSummary:
    """The item as a search shows it."""
    return ItemSummary(of.code, of.name, of.version, of.body, of.regime, of.pinyin)


def licence(**changes: Any) -> Licence:
    """A valid licence of the invented person."""
    valid = Licence(
        identifier="1.2.156.3005.2.11100000000013338W011.11430000000000000X.TEST00000001.001.N",
        type_code=LICENSED,
        type_name="试验许可证",
        number="试许字第1号",
        issuer=Body("试验局", "11990302MB0A00018J"),
        issued_on=date(2026, 1, 1),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        status=LicenceStatus.VALID,
        holder=Holder("resident", NUMBER, "测试甲"),
    )
    return replace(valid, **changes)


def upload(code: str, grade: str, **changes: Any) -> Upload:
    """A file the person uploaded for that material."""
    return replace(Upload(code, f"{code}.pdf", "ab" * 32, 1, grade), **changes)


def preapplication(*uploads: Upload, **changes: Any) -> Preapplication:
    """The person's online pre-application, checked and free."""
    checked = Preapplication(
        id="pre-1",
        code="A1B2C3",
        item="item-1",
        item_name="试验事项",
        submitted_at=MORNING - timedelta(days=1),
        state=PreapplicationState.CHECKED,
        applicant=OnlineApplicant("resident", "测试甲", NUMBER, "19900000001"),
        form_complete=True,
        uploads=uploads,
        etag='"1"',
    )
    return replace(checked, **changes)


def on_desk(
    taken_up: TakenUp | None = None, who: Identity | None = None, at: datetime = MORNING
) -> Visit:
    """A visit with an item on the desk."""
    return Visit().receive(who or person(), at).take_up(taken_up or TakenUp(item()))


class FakePlatform:
    """Answers each call with what was set for it: a value, an exception, or a function.

    A list is used up one by one, its last answer stays.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "items": (),
            "licences": (),
            "preapplications": (),
            "cases": (),
            "records": self._records,
            **answers,
        }
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls.append((name, arguments, named))
            answer = self.answers.get(name)
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
            if isinstance(answer, BaseException):
                raise answer
            return answer(*arguments, **named) if callable(answer) else answer

        return call

    def _records(self, **_: Any) -> PersonRecords:
        """The three of a person's records; one that cannot be had fails the question."""
        kinds = [self.answers[name] for name in ("preapplications", "licences", "cases")]
        for kind in kinds:
            if isinstance(kind, BaseException):
                raise kind
        return PersonRecords(*kinds)

    def asked(self, name: str) -> list[dict[str, Any]]:
        """The named arguments of every call of that name."""
        return [named for called, _, named in self.calls if called == name]

    def names(self) -> list[str]:
        """What was called, in order."""
        return [name for name, _, _ in self.calls]


class FakePrinter:
    """A printer whose answers are set; `taken` are the titles of what it took."""

    def __init__(self, *outcomes: JobState, submit: Exception | None = None) -> None:
        self.outcomes = list(outcomes) or [JobState.COMPLETED]
        self.refusal = submit
        self.taken: list[str] = []
        self.pages: list[bytes] = []

    def submit(self, pdf: bytes, *, title: str) -> PrintJob:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append(title)
        self.pages.append(pdf)
        return PrintJob(f"job-{len(self.taken)}")

    def outcome(self, job: PrintJob) -> JobOutcome:
        now = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        return JobOutcome(now, "media-jam" if now is JobState.FAILED else "")

    def state(self) -> PrinterState:
        return PrinterState.READY


class FakePress:
    """Keeps the facts it was given; its paper is their numbers."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.facts: list[Any] = []
        self.fault = fault

    def press(self, kind: str, facts: Any) -> bytes:
        if self.fault is not None:
            raise self.fault
        self.facts.append(facts)
        return f"{kind} {facts.case_number or facts.provisional_number} {facts.prints}".encode()


def open_store(folder: Any) -> LocalStore:
    """A real local store of that folder, its key in a file."""
    return LocalStore(folder, KeyFileVault(folder / "keys.json"))


def audit_lines(store: LocalStore, *columns: str) -> list[tuple[Any, ...]]:
    """The audit as it stands in the store."""
    with store._database.reading() as connection:
        chosen = ", ".join(columns) or "act, object, result"
        return list(connection.execute(f"SELECT {chosen} FROM audit ORDER BY place").fetchall())


def everything_in(store: LocalStore) -> dict[str, int]:
    """How many rows each table of the store has."""
    with store._database.reading() as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        ]
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names
        }
