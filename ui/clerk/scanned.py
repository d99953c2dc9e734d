"""What a scanned code does at the window, whatever page is shown: the right visit, nothing lost.

With an item on the desk, a code of another person waits as another card does, until the clerk ends
the visit; what belongs to the person who is here joins the visit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from counter_app.domain.case import CaseProgress
from counter_app.domain.codes import OPENS_A_VISIT, CodeKind, Meaning
from counter_app.domain.identity import DocumentKind, Identity, normalised_number
from counter_app.domain.licence import Presented
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.session import Session
from counter_app.domain.ticket import HallVisit
from counter_app.domain.visit import VisitState
from counter_app.errors import CodeError, HallError, PlatformUnreachable
from counter_app.services.codes import Codes
from ui.jobs import Jobs
from ui.messages import Message, message, message_of, notice
from ui.words import tr

if TYPE_CHECKING:
    from ui.clerk.model import ClerkModel

Result = TypeVar("Result")

_HERE = (VisitState.RECEIVED, VisitState.HANDLING)


class ScannedCodes(QObject):
    """Opens what a payload stands for.

    Signals: `said(Message)`, `progress_found(CaseProgress)`, `ticket_found(HallVisit)`,
    `organisation_unnamed(Identity)` (the platform does not know the name; the clerk has to read it
    off the licence).
    """

    said = Signal(object)
    progress_found = Signal(object)
    ticket_found = Signal(object)
    organisation_unnamed = Signal(object)

    def __init__(self, codes: Codes, jobs: Jobs, model: ClerkModel) -> None:
        super().__init__(model)
        self._codes = codes
        self._jobs = jobs
        self._model = model
        self._under_way: Meaning | None = None
        self.make_room: Callable[[], bool] = lambda: True  # the page sets how it clears its place

    def meaning(self, payload: bytes) -> Meaning | None:
        """What the payload says; where that is nothing, it is said."""
        try:
            return self._codes.meaning(payload)
        except CodeError as error:
            self.said.emit(message_of(error))
            return None

    def open(self, meaning: Meaning) -> None:
        """Open it. The same code again, while it is being opened, does nothing more."""
        session = self._model.session
        if session is None or meaning == self._under_way:
            return
        if self._model.acceptance.under_way and meaning.kind not in _ASIDE:
            self.said.emit(message("visit.illegal_step"))
            return
        if meaning.kind in _TAKES_THE_PAGE and not self.make_room():
            self.said.emit(message("code.dialog_open"))
            return
        if meaning.kind in _ASKS:
            self.said.emit(notice(tr("已扫码,正在查询…")))
        codes = self._codes
        match meaning.kind:
            case CodeKind.PREAPPLICATION:
                self._open_preapplication(meaning, session)
            case CodeKind.PRESENTATION:
                taken_up = self._model.visit.taken_up if self._is_here() else None
                self._run(
                    meaning, lambda: codes.present(meaning, taken_up, session), self._presented
                )
            case CodeKind.BUSINESS_LICENCE:
                self._open_organisation(meaning, session)
            case CodeKind.RECEIPT:
                self._run(meaning, lambda: codes.progress(meaning, session), self._progress)
            case CodeKind.TICKET:
                self._run(meaning, lambda: codes.ticket(meaning, session), self._ticket)
            case CodeKind.APPOINTMENT:
                self._run(meaning, lambda: codes.check_in(meaning, session), self._checked_in)
            case _:
                self.said.emit(about(meaning))

    # -- what came -------------------------------------------------------------------------------

    def _open_preapplication(self, meaning: Meaning, session: Session) -> None:
        codes = self._codes
        self._under_way = meaning

        def opened(answer: tuple[Identity, Preapplication]) -> None:
            self._under_way = None
            identity, preapplication = answer
            self._say_opened()
            if self._is_same(identity):
                self._another_of_the_same(preapplication)
            else:
                self._model.someone_came(identity, preapplication=preapplication)

        self._model.run_for_visit(
            lambda: codes.preapplication(meaning, session), opened, self._late, self._not_opened
        )

    def _another_of_the_same(self, preapplication: Preapplication) -> None:
        """A pre-application of the person who is here."""
        visit = self._model.visit
        on_desk = visit.taken_up.preapplication if visit.taken_up is not None else None
        if visit.state is VisitState.RECEIVED:
            self._model.take_up(preapplication)
        elif on_desk is not None and on_desk.id == preapplication.id:
            self.said.emit(notice(tr("这件预申请正在办理")))
        else:
            what = tr("此人的另一件预申请,当前的办理还没有结束")
            self.said.emit(Message(what, tr("办完这一件后再扫,或从预申请里调取。"), "info"))

    def _presented(self, answer: tuple[Identity, Presented]) -> None:
        holder, shown = answer
        count = len(shown.licences)
        if self._is_here():
            here = self._model.visit.identity
            assert here is not None
            numbers = {normalised_number(one.holder.number) for one in shown.licences}
            if normalised_number(here.number) in numbers:
                self._model.present(shown.licences)
                self.said.emit(notice(tr("用证码出示了 {count} 份证照", count=count)))
                return
            if holder.kind is DocumentKind.ORGANISATION:
                self._model.present(shown.licences)
                what = tr("用证码出示了 {count} 份单位的证照", count=count)
                self.said.emit(Message(what, tr("不是办事人本人的,不计入材料。"), "warn"))
                return
        self._say_opened()
        self._model.someone_came(holder, presented=shown.licences)

    def _open_organisation(self, meaning: Meaning, session: Session) -> None:
        codes = self._codes
        self._under_way = meaning

        def known(identity: Identity) -> None:
            self._under_way = None
            self._say_opened()
            if self._is_same(identity):
                self.said.emit(notice(tr("正在接待的就是这个单位")))
            elif identity.name:
                self._model.someone_came(identity)
            else:
                self.organisation_unnamed.emit(identity)

        self._model.run_for_visit(
            lambda: codes.organisation(meaning, session), known, self._late, self._not_opened
        )

    def _progress(self, progress: CaseProgress) -> None:
        self._say_opened()
        self.progress_found.emit(progress)

    def _ticket(self, visit: HallVisit) -> None:
        self.ticket_found.emit(visit)

    def _checked_in(self, visit: HallVisit) -> None:
        first = visit.tickets[0]
        self.said.emit(
            Message(
                tr("预约已签到,号码 {number}", number=first.number),
                tr("前面 {count} 人,请告知办事人记下号码。", count=visit.ahead),
                "info",
            )
        )

    # -- within ----------------------------------------------------------------------------------

    def _run(
        self, meaning: Meaning, work: Callable[[], Result], done: Callable[[Result], None]
    ) -> None:
        """For what does not hang on the visit in hand; an answer after signing out is dropped."""
        session = self._model.session
        self._under_way = meaning

        def answered(result: Result) -> None:
            self._under_way = None
            if self._model.session is session:
                done(result)

        def failed(error: HallError) -> None:
            self._under_way = None
            if self._model.session is session:
                self._model.not_answered(error)

        self._jobs.run(self, work, answered, failed)

    def _say_opened(self) -> None:
        """Where more is to be said, it follows."""
        self.said.emit(notice(tr("扫到的码已打开")))

    def _late(self, _: object) -> None:
        """Whoever was received meanwhile is not put aside for a code that opened late."""
        self._under_way = None
        what = tr("接待的人已经换了,扫到的码没有打开")
        self.said.emit(Message(what, tr("需要时请再扫一次。"), "info"))

    def _not_opened(self, error: HallError) -> None:
        self._under_way = None
        if isinstance(error, PlatformUnreachable):  # the page says it of the person, not of a code
            self.said.emit(message_of(error))

    def _is_here(self) -> bool:
        return self._model.visit.state in _HERE

    def _is_same(self, identity: Identity) -> bool:
        here = self._model.visit.identity
        return (
            self._is_here()
            and here is not None
            and normalised_number(here.number) == normalised_number(identity.number)
        )


_TAKES_THE_PAGE = OPENS_A_VISIT | {CodeKind.RECEIPT}
_ASKS = _TAKES_THE_PAGE | {CodeKind.TICKET, CodeKind.APPOINTMENT}
_ASIDE = frozenset({CodeKind.RECEIPT, CodeKind.TICKET, CodeKind.APPOINTMENT, CodeKind.TEST})


def about(meaning: Meaning) -> Message:
    """What is said of a code that opens nothing here."""
    if meaning.kind is CodeKind.TEST:
        return notice(tr("收到测试码:扫码正常"))
    if meaning.kind is CodeKind.CASE_NUMBER:
        return message("code.number_only")
    return message("code.personal", issuer=meaning.issuer)
