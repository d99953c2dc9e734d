"""What the clerk's page shows and does, without a widget in it.

The page calls named actions; actions call services through `Jobs`; answers change the model; the
model tells by signals; the page repaints. State is written here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain.case import CaseRecord
from counter_app.domain.checklist import Checklist
from counter_app.domain.identity import Identity
from counter_app.domain.licence import Licence
from counter_app.domain.outgoing import OutboxFigures
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.reading import (
    CardFailed,
    CardFound,
    CardRead,
    CodeScanned,
    GunEvent,
    NewAddress,
    PhotoDecoded,
    ReaderEvent,
    ScanIncomplete,
)
from counter_app.domain.session import Session
from counter_app.domain.visit import Knowledge, Lookup, TakenUp, Visit, VisitState
from counter_app.errors import HallError, PlatformUnreachable, StoreError, VisitError
from counter_app.ports import Clock
from ui.clerk.acceptance import AcceptanceModel
from ui.clerk.accepted_cases import AcceptedCases, DoneToday
from ui.clerk.counter import Counter
from ui.clerk.item_search import ItemSearch
from ui.clerk.open_matters import OpenMatters
from ui.clerk.scanned import ScannedCodes
from ui.clerk.surroundings import Devices, Surroundings
from ui.clerk.unmasking import Unmasking
from ui.jobs import Jobs, ignored
from ui.messages import message, message_of, notice
from ui.words import tr

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """Who is to be received, and what came with their code."""

    identity: Identity
    preapplication: Preapplication | None = None
    presented: tuple[Licence, ...] = ()


class ClerkModel(QObject):
    """The counter's state for one window; its `surroundings` go on when nobody is signed in.

    Signals: `visit_changed`, `devices_changed`, `outbox_changed(OutboxFigures)`, `said(Message)`,
    `card_seen` (a card is on the reader and being read), `photo_decoded(bytes)`,
    `items_found(tuple)`, `done_changed`, `signed_out`. What follows an acceptance is told by
    `acceptance`.
    """

    visit_changed = Signal()
    devices_changed = Signal()
    outbox_changed = Signal(object)
    said = Signal(object)
    card_seen = Signal()
    photo_decoded = Signal(object)
    items_found = Signal(object)
    done_changed = Signal()
    signed_out = Signal()

    def __init__(
        self,
        counter: Counter,
        jobs: Jobs,
        surroundings: Surroundings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._counter = counter
        self._jobs = jobs
        self._surroundings = surroundings
        self.session: Session | None = None
        self.visit = Visit()
        self.busy = False
        self._newcomer: _Newcomer | None = None
        self._visit_number = 0
        self._cases = AcceptedCases(counter, jobs, surroundings, self)
        self.acceptance = AcceptanceModel(counter.acceptance, jobs, surroundings, self._cases, self)
        self._search = ItemSearch(counter.reception, jobs, self)
        self._unmasking = Unmasking(counter.reception, jobs, self)
        self.matters = OpenMatters(counter.matters, jobs, self)
        self.codes = ScannedCodes(counter.codes, jobs, self)
        self._connect()

    # -- sign-in ---------------------------------------------------------------------------------

    def begin(self, session: Session) -> None:
        """A clerk has signed in; the counter starts to work."""
        self.session = session
        self._surroundings.begin(session.window.code)
        self._cases.begin()
        self.matters.count_again()
        self.visit_changed.emit()

    def go_on(self, session: Session) -> None:
        """The same operator has unlocked the window: the visit goes on under the new sign-in."""
        self.session = session
        self._surroundings.feel_pulse()

    def sign_out(self) -> None:
        """End the clerk's session; whatever waits for the network leaves as the device's."""
        session = self.session
        if session is None:
            return
        self.close_visit()
        self.session = None
        self._surroundings.end()
        sign_in = self._counter.sign_in
        self._jobs.run(self, lambda: sign_in.sign_out(session), ignored, ignored)
        self.signed_out.emit()

    @property
    def clock(self) -> Clock:
        """The counter's clock."""
        return self._counter.clock

    @property
    def devices(self) -> Devices:
        """How everything around the counter is."""
        return self._surroundings.devices

    @property
    def outbox(self) -> OutboxFigures:
        """How many acts wait for the platform."""
        return self._surroundings.outbox

    @property
    def done(self) -> tuple[DoneToday, ...]:
        """The cases of this sign-in, newest first."""
        return self._cases.done

    @property
    def now(self) -> datetime:
        """The present moment by the counter's clock."""
        return self._counter.clock.now()

    # -- who stands here -------------------------------------------------------------------------

    def hear(self, event: ReaderEvent | GunEvent) -> None:
        """A card or a code came."""
        match event:
            case CardFound() if self.session is not None:
                self.card_seen.emit()
            case CardRead(identity=identity):
                self.receive(identity)
            case NewAddress(address=address):
                if self.visit.state in (VisitState.RECEIVED, VisitState.HANDLING):
                    self._change(self.visit.learn_address(address))
            case PhotoDecoded(picture=picture):
                self.photo_decoded.emit(picture)
            case CardFailed(code=code, facts=facts):
                self.said.emit(message(code, **dict(facts)))
            case CodeScanned(payload=payload) if self.session is not None:
                meaning = self.codes.meaning(payload)
                if meaning is not None:
                    self.codes.open(meaning)
            case ScanIncomplete() if self.session is not None:
                self.said.emit(message("gun.incomplete"))

    def receive(self, identity: Identity) -> None:
        """A person stands at the window. While a case is on the desk, another card waits."""
        if self.session is None:
            return
        current = self.visit.identity
        if self.visit.state is VisitState.HANDLING and current is not None:
            if current.number != identity.number:
                self._let_wait(_Newcomer(identity), tr("读到另一张证件,当前的办理还没有结束"))
            return
        self._start(_Newcomer(identity))

    def someone_came(
        self,
        identity: Identity,
        *,
        preapplication: Preapplication | None = None,
        presented: tuple[Licence, ...] = (),
    ) -> None:
        """A code told of a person. While a case is on the desk, another person waits."""
        newcomer = _Newcomer(identity, preapplication, presented)
        if self.visit.state is VisitState.HANDLING:
            self._let_wait(newcomer, tr("扫到另一人的码,当前的办理还没有结束"))
        else:
            self._start(newcomer)

    def _let_wait(self, newcomer: _Newcomer, what: str) -> None:
        self._newcomer = newcomer
        self.said.emit(notice(what, tr("按 F2 结束当前接待,接待此人。")))

    @property
    def waiting_card(self) -> Identity | None:
        """Who waits for the visit in hand to end."""
        return self._newcomer.identity if self._newcomer is not None else None

    def next_person(self) -> None:
        """End this visit; go on with the card that waits, if there is one."""
        if self.acceptance.under_way:
            return  # in a moment there is an accepted case to leave
        waiting = self._newcomer
        self.close_visit()
        if waiting is not None:
            self._start(waiting)

    def close_visit(self) -> None:
        """The visit is over: nothing of the person stays here."""
        taken_up = self.visit.taken_up
        handling = self.visit.state is VisitState.HANDLING
        not_accepted = handling and not self.acceptance.under_way
        self._visit_number += 1
        self._newcomer = None
        self._unmasking.next_person()
        self.busy = False
        self.acceptance.leave()
        if not_accepted and taken_up is not None:
            self._give_back(taken_up)
        self._change(self.visit.close())

    def _give_back(self, taken_up: TakenUp, then: Callable[[None], None] = ignored) -> None:
        """Let a pre-application that nobody handles any more be taken up elsewhere."""
        session, reception = self.session, self._counter.reception
        if session is not None:
            self._jobs.run(self, lambda: reception.put_back(taken_up, session), then, ignored)

    def present(self, licences: tuple[Licence, ...]) -> None:
        """The person who is here showed licences by a presentation code (用证码)."""
        self._step(lambda: self.visit.present(licences))

    @property
    def revealed(self) -> bool:
        """True while name and number are shown in full."""
        return self._unmasking.revealed

    def reveal(self, reason: str) -> None:
        """Show name and number in full for a minute; the reason is audited."""
        if self.visit.identity is not None and self.session is not None:
            self._unmasking.reveal(self.session, reason)

    def conceal(self) -> None:
        """Mask again."""
        self._unmasking.conceal()

    # -- what is being done ----------------------------------------------------------------------

    def search_items(self, query: str) -> None:
        """Look for items by name, pinyin initials or code."""
        self._search.look_for(query)

    def take_up_preapplication(self, preapplication_id: str) -> None:
        """Put an online pre-application on the desk (调取)."""
        known = {one.id: one for one in self.visit.knowledge.preapplications}
        if preapplication_id in known:
            self.take_up(known[preapplication_id])

    def take_up_item(self, item_code: str) -> None:
        """Put an item on the desk that was not applied for online."""
        identity, session = self.visit.identity, self.session
        if identity is None or session is None or self.busy:
            return
        reception = self._counter.reception
        self._run_take_up(lambda: reception.take_up_item(identity, item_code, session))

    def put_back(self) -> None:
        """Take the item off the desk again."""
        taken_up = self.visit.taken_up
        if taken_up is None or self.session is None or self.visit.state is not VisitState.HANDLING:
            return
        self._change(self.visit.put_back())
        self._give_back(taken_up, lambda _: self._ask_platform(self._visit_number))

    def see_original(self, material: str) -> None:
        """The clerk compared the original (核验原件)."""
        self._step(lambda: self.visit.see_original(material))

    def ask_for_paper(self, material: str, reason: str) -> None:
        """Ask for paper although the material is met."""
        self._step(lambda: self.visit.ask_for_paper(material, reason))

    def undo(self) -> None:
        """Take the last step at the materials back."""
        previous = self.visit.previous
        if previous is None or previous.state is not VisitState.HANDLING:
            self.said.emit(message("visit.illegal_step"))
            return
        self._step(self.visit.undo)

    def checklist(self) -> Checklist:
        """How each material stands."""
        return self.visit.checklist(self.now.date())

    # -- within --------------------------------------------------------------------------------

    def _accepted(self, case: CaseRecord) -> None:
        self._change(self.visit.accept(case))

    def _case_changed(self, fresh: CaseRecord) -> None:
        self._change(replace(self.visit, case=fresh))

    def _online_again(self) -> None:
        if self.visit.lookup is Lookup.OFFLINE:
            self._ask_platform(self._visit_number)

    def ask_again(self) -> None:
        """Ask the platform about the person once more."""
        if self.visit.state in (VisitState.RECEIVED, VisitState.HANDLING):
            self._ask_platform(self._visit_number)

    def _start(self, newcomer: _Newcomer) -> None:
        if self.visit.state is not VisitState.WAITING:
            self.close_visit()
        self._visit_number += 1
        self.busy = False
        self.visit = self._counter.reception.receive(newcomer.identity)
        if newcomer.presented:
            self.visit = self.visit.present(newcomer.presented)
        self.visit_changed.emit()
        # The page is painted first: asking takes some milliseconds of the interpreter.
        number, then = self._visit_number, newcomer.preapplication
        QTimer.singleShot(0, self, lambda: self._ask_platform(number, then))

    def _ask_platform(self, number: int, then: Preapplication | None = None) -> None:
        identity, session = self.visit.identity, self.session
        if identity is None or session is None or number != self._visit_number:
            return
        reception = self._counter.reception

        def answered(knowledge: Knowledge) -> None:
            if not self._still_asks(number):
                return
            self._surroundings.is_online()
            self._change(self.visit.learn(knowledge))
            if then is not None and self.visit.state is VisitState.RECEIVED:
                self.take_up(then)

        def not_answered(error: HallError) -> None:
            if not self._still_asks(number):
                return
            lookup = Lookup.OFFLINE if isinstance(error, PlatformUnreachable) else Lookup.FAILED
            self._change(self.visit.not_answered(lookup, error.code))
            self._failed(error)

        self._jobs.run(self, lambda: reception.look_up(identity, session), answered, not_answered)

    def _still_asks(self, number: int) -> bool:
        """Whether an answer about the person still finds the visit that asked for it."""
        asking = (VisitState.RECEIVED, VisitState.HANDLING)
        return number == self._visit_number and self.visit.state in asking

    def take_up(self, preapplication: Preapplication) -> None:
        """Put that pre-application of the person who is here on the desk."""
        identity, session = self.visit.identity, self.session
        if identity is None or session is None or self.busy:
            return
        reception = self._counter.reception
        self._run_take_up(
            lambda: reception.take_up_preapplication(identity, preapplication, session)
        )

    def _run_take_up(self, work: Callable[[], TakenUp]) -> None:
        def taken(taken_up: TakenUp) -> None:
            self._change(self.visit.take_up(taken_up))
            self.acceptance.rehearse()

        # Where the person has left meanwhile it is free for other windows again.
        self.run_for_visit(work, taken, self._give_back)

    def run_for_visit(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        left: Callable[[Result], None],
        not_done: Callable[[HallError], None] = ignored,
    ) -> None:
        """`done(result)` if the visit is still the one it was asked for, else `left(result)`.

        `not_done(error)` besides what is said of it.
        """
        number = self._visit_number
        self.busy = True
        self.visit_changed.emit()

        def answered(result: Result) -> None:
            if number != self._visit_number:
                left(result)
                return
            self.busy = False
            done(result)

        def failed(error: HallError) -> None:
            not_done(error)
            if number == self._visit_number:
                self._failed(error)

        self._jobs.run(self, work, answered, failed)

    def not_answered(self, error: HallError) -> None:
        """A question that hangs on no visit failed."""
        self._platform_said(error.code)
        if error.code != "platform.session_ended":  # that was said
            self.said.emit(message_of(error))

    def _step(self, step: Callable[[], Visit]) -> None:
        try:
            self._change(step())
        except VisitError as error:
            self.said.emit(message_of(error))

    def _change(self, visit: Visit) -> None:
        self.visit = visit
        self.visit_changed.emit()

    def _failed(self, error: HallError) -> None:
        self.busy = False
        self._platform_said(error.code)
        self.visit_changed.emit()
        if isinstance(error, PlatformUnreachable) and self.visit.lookup is Lookup.OFFLINE:
            return  # the page says it where the answer would stand
        if not isinstance(error, StoreError) or error.code != "store.busy":
            self.said.emit(message_of(error))

    def _platform_said(self, code: str) -> None:
        self._surroundings.platform_said(code)
        if code == "platform.session_ended" and self.session is not None:
            self.said.emit(message(code))

    def _connect(self) -> None:
        around, cases, acceptance = self._surroundings, self._cases, self.acceptance
        around.devices_changed.connect(self.devices_changed)
        around.outbox_changed.connect(self.outbox_changed)
        around.came_online.connect(self._online_again)
        around.said.connect(self.said)
        self._search.found.connect(self.items_found)
        self._search.failed.connect(self._failed)
        self._unmasking.changed.connect(self.visit_changed)
        self._unmasking.failed.connect(self._failed)
        acceptance.changed.connect(self.visit_changed)
        acceptance.accepted.connect(self._accepted)
        acceptance.case_changed.connect(self._case_changed)
        acceptance.said.connect(self.said)
        cases.changed.connect(self.done_changed)
        cases.platform_answered.connect(self._platform_said)
        cases.said.connect(self.said)
        self.matters.follow(around, cases)
        self.matters.print_again.connect(self.acceptance.print_notice)
        self.matters.said.connect(self.said)
        self.codes.said.connect(self.said)
