"""What a kiosk does, without a widget: one person at a time, and nothing of them afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from counter_app.domain.codes import CodeKind
from counter_app.domain.identity import Identity
from counter_app.domain.reading import (
    CardFailed,
    CardRead,
    CodeScanned,
    GunEvent,
    ReaderEvent,
    ReaderLost,
    ReaderReady,
    ScanIncomplete,
)
from counter_app.domain.ticket import HallVisit, Priority
from counter_app.errors import (
    CodeError,
    HallError,
    PlatformError,
    PlatformRefused,
    SecurityKeyError,
    SignInError,
    TicketRefused,
)
from counter_app.ports.ticketing import HallNow, OwnMatters
from counter_app.services.ticketing import TicketDesk, TicketOut, fresh_key
from ui.jobs import Jobs, Lane, ignored
from ui.kiosk.way_out import WayOut
from ui.messages import Message, message_of
from ui.words import tr

if TYPE_CHECKING:
    from ui.assembly_kiosk import KioskParts

Result = TypeVar("Result")

CODE = re.compile(r"[2-9A-HJ-NP-Z]{8}")

_AT_A_WINDOW = ("这个码请在窗口出示", "请取号,叫到后给窗口人员扫。")
_ELSEWHERE = {
    CodeKind.TICKET: ("这是号票上的码", "号已经取好了,请留意叫号。"),
    CodeKind.CASE_NUMBER: ("这是办件编号的条码", "查进度请扫旁边的二维码。"),
    CodeKind.PERSONAL: ("本机不读个人身份码", "请返回,把证件放在读卡区。"),
    CodeKind.TEST: ("收到测试码", "扫码正常。"),
}


class Step(Enum):
    """The pages."""

    WELCOME = "welcome"
    CARD = "card"
    SERVICES = "services"
    CODE = "code"
    RESULT = "result"
    MATTERS = "matters"
    STAFF = "staff"
    LEAVE = "leave"


class Ending(Enum):
    """How a visit whose paper did not come out ended."""

    OPEN = "open"
    KEPT = "kept"
    VOID = "void"


class KioskModel(QObject):
    """The person before the kiosk, the hall around it. `changed` after everything that happens.

    `busy` while an answer is awaited; answers for a person who has left are dropped.
    """

    changed = Signal()
    left = Signal()  # a supervisor takes the kiosk out of its mode

    def __init__(self, parts: KioskParts, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._desk: TicketDesk = parts.desk
        self._jobs = jobs
        self.hall: HallNow | None = None
        self.online = True
        self.reader_works = parts.reader is not None
        self._asking = False
        self._person = 0
        self._blank()
        self.way_out = WayOut(parts, jobs, self)
        self.way_out.changed.connect(self.changed)
        self.way_out.told.connect(self._tell)
        self.way_out.failed.connect(self._tell_failure)
        self.way_out.opened.connect(self.left)

    def _blank(self) -> None:
        self.step = Step.WELCOME
        self.looking = False  # the card is for one's own matters, not for a number
        self.identity: Identity | None = None
        self.priority = False
        self.visit: HallVisit | None = None
        self.out: TicketOut | None = None
        self.ending = Ending.OPEN
        self.matters: OwnMatters | None = None
        self.said: Message | None = None
        self.busy = False
        self._key: tuple[str, bool, str] | None = None  # of the number being taken
        self._unanswered = False  # whether that taking was sent, and nobody knows what came of it

    # the hall

    def refresh(self) -> None:
        """Look how the hall stands; one look at a time."""
        if self._asking:
            return
        self._asking = True
        self._jobs.run(self, self._desk.look, self._hall_seen, self._hall_missed)

    def _hall_seen(self, hall: HallNow) -> None:
        self._asking = False
        if not self.online or hall != self.hall:
            self.online, self.hall = True, hall
            self.changed.emit()

    def _hall_missed(self, error: HallError) -> None:
        self._asking = False
        if self.online:
            self.online = False
            self.changed.emit()

    # ways

    def forget(self) -> None:
        """The person is gone: back to the welcome page, with nothing of them."""
        self._abandon()
        self._person += 1
        if self.step is Step.LEAVE:
            self.way_out.flow.back()
        self._blank()
        self.changed.emit()
        self.refresh()

    def go(self, step: Step, *, looking: bool = False) -> None:
        """Turn to a page."""
        self.step, self.looking, self.said = step, looking, None
        self.changed.emit()

    def take_number(self) -> None:
        """取号: the card first, or the service where it lies there already."""
        self.go(Step.SERVICES if self.identity is not None else Step.CARD)

    def call_staff(self) -> None:
        """呼叫工作人员."""
        if self._parts.ring is not None:
            self._jobs.run(self, self._parts.ring, ignored, ignored, Lane.PAPER)
        self.go(Step.STAFF)

    @property
    def rings(self) -> bool:
        """Whether calling the staff rings anywhere."""
        return self._parts.ring is not None

    # the devices

    def hear(self, event: ReaderEvent | GunEvent) -> None:
        """What reader and gun report."""
        if isinstance(event, ReaderReady | ReaderLost):
            self.reader_works = isinstance(event, ReaderReady)
            self.changed.emit()
        elif self.busy or not self.online:
            return
        elif isinstance(event, CardRead):
            self._card(event.identity)
        elif isinstance(event, CardFailed) and self.step in (Step.WELCOME, Step.CARD):
            self.step = Step.CARD
            self._say(tr("没有读到证件"), tr("请拿开证件,再放一次。仍然不行,请找工作人员。"))
        elif isinstance(event, ScanIncomplete) and self.step in (Step.WELCOME, Step.CODE):
            self.step = Step.CODE
            self._say(tr("没有读全这个码"), tr("请再扫一次,或按键输入预约码。"))
        elif isinstance(event, CodeScanned) and self.step in (Step.WELCOME, Step.CODE):
            self._scanned(event.payload)

    def _scanned(self, payload: bytes) -> None:
        """An appointment is checked in, a receipt tells of its case; the rest says where to go."""
        try:
            meaning = self._parts.codes.meaning(payload)
        except CodeError:
            self.step = Step.CODE
            self._say(tr("这不是预约码"), tr("请出示预约码或受理通知书上的二维码。"))
            return
        if meaning.kind is CodeKind.APPOINTMENT:
            self.enter_code(meaning["code"])
        elif meaning.kind is CodeKind.RECEIPT:
            self._progress(meaning["number"], meaning["query_code"])
        else:
            self.step = Step.CODE
            what, do = _ELSEWHERE.get(meaning.kind, _AT_A_WINDOW)
            self._say(tr(what), tr(do))

    def _progress(self, number: str, query_code: str) -> None:
        def found(matters: OwnMatters) -> None:
            self.matters, self.step = matters, Step.MATTERS

        self.step = Step.CODE
        self._do(lambda: self._desk.progress_of(number, query_code), found)

    def _card(self, identity: Identity) -> None:
        if self.step is Step.SERVICES and self.identity is None:
            self.identity = identity
            self.changed.emit()
        elif self.step in (Step.WELCOME, Step.CARD):
            self.identity, self.said = identity, None
            if self.looking:
                self._look_up(identity)
            else:
                self.go(Step.SERVICES)

    def _look_up(self, identity: Identity) -> None:
        def found(matters: OwnMatters) -> None:
            self.matters = matters
            self.step = Step.MATTERS

        self._do(lambda: self._desk.matters_of(identity), found)

    # numbers

    def choose(self, service: str) -> None:
        """Take a number for a service; the same choice again is the same number."""
        identity = self.identity
        priority = Priority.UNSTATED if self.priority else Priority.NONE
        key = self._key_for(service, self.priority)
        self._take(lambda: self._desk.take(service, identity, priority, key))

    def enter_code(self, code: str) -> None:
        """Check in by the code of an appointment."""
        self.step = Step.CODE
        if not CODE.fullmatch(code):
            self._say(tr("这不是预约码"), tr("预约码是 8 位数字和字母。"))
            return
        key = self._key_for(code, False)
        self._take(lambda: self._desk.check_in(code, key))

    def _key_for(self, what: str, first: bool) -> str:
        """The key of what is taken: the same for the same choice, until it is answered."""
        if self._key is None or self._key[:2] != (what, first):
            self._abandon()
            self._key = (what, first, fresh_key())
        return self._key[2]

    def _take(self, work: Callable[[], HallVisit]) -> None:
        if not self.busy:
            self._unanswered = True
            self._do(work, self._taken, self._not_taken)

    def _not_taken(self, error: HallError) -> None:
        if isinstance(error, TicketRefused | PlatformRefused):
            self._unanswered = False
        self._fail(error)

    def _abandon(self) -> None:
        """Nobody waits for the last taking's answer any more: a number it may have got is void."""
        key, unanswered = self._key, self._unanswered
        self._key, self._unanswered = None, False
        if key is not None and unanswered:
            self._jobs.run(self, lambda: self._desk.abandon(key[2]), ignored, ignored, Lane.DESK)

    def _taken(self, visit: HallVisit) -> None:
        self.visit, self.step, self._key = visit, Step.RESULT, None
        self._unanswered = False
        self.identity = None  # no longer needed
        self.print_ticket()

    def print_ticket(self) -> None:
        """Print, or print again, what was taken."""
        visit = self.visit
        if visit is None or self.ending is not Ending.OPEN:
            return
        name = self.hall.name if self.hall else ""

        def printed(out: TicketOut) -> None:
            self.out = out

        def not_made(_: HallError) -> None:
            self.out = TicketOut.NOT_PRINTED

        self.out = None
        self._do(lambda: self._desk.hand_out(name, visit), printed, not_made, Lane.PAPER)

    def have_it(self) -> None:
        """The paper came out, though the printer did not say so."""
        visit = self.visit
        if visit is not None and self.out is TicketOut.UNKNOWN:
            self._do(lambda: self._desk.seen(visit), self._has_it)

    def _has_it(self, _: None) -> None:
        self.out = TicketOut.HANDED_OUT

    def keep(self) -> None:
        """The number without a paper (记下号码)."""
        self._end(self._desk.keep, Ending.KEPT)

    def give_up(self) -> None:
        """No number (取消)."""
        self._end(self._desk.give_up, Ending.VOID)

    def _end(self, act: Callable[[HallVisit], None], ending: Ending) -> None:
        visit = self.visit
        if visit is None or self.out in (None, TicketOut.HANDED_OUT):
            return

        def done(_: None) -> None:
            self.ending = ending

        self._do(lambda: act(visit), done)

    # inside

    def _do(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[HallError], None] | None = None,
        lane: Lane = Lane.NETWORK,
    ) -> None:
        """Work for this person; one thing at a time."""
        if self.busy:
            return
        person, self.busy, self.said = self._person, True, None

        def came(result: Result) -> None:
            if person == self._person:
                self.busy = False
                done(result)
                self.changed.emit()

        def missed(error: HallError) -> None:
            if person == self._person:
                self.busy = False
                (failed or self._fail)(error)
                self.changed.emit()

        self.changed.emit()
        self._jobs.run(self, work, came, missed, lane)

    def _fail(self, error: HallError) -> None:
        away = isinstance(error, PlatformError) and not isinstance(error, PlatformRefused)
        if away or error.code == "sign_in.step_offline":
            self.online = False
            self.said = Message(
                tr("连不上平台,没有办成"), tr("请稍后再试,或到咨询台。"), "warn", error.code
            )
        elif isinstance(error, TicketRefused | SignInError | SecurityKeyError):
            self.said = message_of(error)
        else:
            self.said = Message(
                tr("平台没有同意这一步"), tr("请到咨询台询问。"), "warn", error.code
            )

    def _say(self, what: str, do: str) -> None:
        self._tell(Message(what, do, "warn"))

    def _tell(self, said: Message | None) -> None:
        self.said = said
        self.changed.emit()

    def _tell_failure(self, error: HallError) -> None:
        self._fail(error)
        self.changed.emit()
