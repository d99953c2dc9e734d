"""What the clerk's page shows and does, without a widget in it.

The page calls named actions; actions call services through `Jobs`; answers change the model; the
model tells by signals; the page repaints. State is written here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.domain import identity as identities
from counter_app.domain.case import CaseRecord, PaperRecord, PaperState
from counter_app.domain.checklist import Checklist
from counter_app.domain.deadlines import DueDate, due_date
from counter_app.domain.identity import Identity
from counter_app.domain.item import CaseType, ItemSummary
from counter_app.domain.outgoing import OutboxFigures, OutgoingAct, OutgoingState
from counter_app.domain.preapplication import Preapplication
from counter_app.domain.reading import (
    CardFailed,
    CardFound,
    CardRead,
    CardRemoved,
    CodeScanned,
    GunEvent,
    GunLost,
    GunReady,
    NewAddress,
    PhotoDecoded,
    ReaderEvent,
    ReaderLost,
    ReaderReady,
)
from counter_app.domain.session import Session
from counter_app.domain.visit import Knowledge, Lookup, TakenUp, Visit, VisitState
from counter_app.errors import HallError, PlatformUnreachable, StoreError, VisitError
from counter_app.ports import RECEIPT_WAIT, PrinterState
from counter_app.services.delivery import DeliveryRound
from ui.clerk.counter import Counter
from ui.clerk.paper_desk import PaperDesk
from ui.jobs import Jobs, Lane
from ui.messages import Message, message, message_of, notice, outbox_message
from ui.words import tr

_PULSE_MS = 5000
_DELIVER_MS = 1500
_REVEAL_MS = 60_000
_SLOW_MS = 80


NOT_CONFIGURED = "not_configured"  # the settings name no such device


@dataclass(frozen=True, slots=True)
class Devices:
    """The state of everything around the counter: a code, or "" when all is well."""

    reader: str = "reader.port_missing"
    gun: str = "gun.port_missing"
    printer: PrinterState = PrinterState.MISSING
    online: bool = False


@dataclass(frozen=True, slots=True)
class DoneToday:
    """A case accepted at this window since the sign-in, and its paper."""

    case: CaseRecord
    paper: PaperState


class ClerkModel(QObject):
    """The counter's state for one window.

    Signals: `visit_changed`, `devices_changed`, `outbox_changed(OutboxFigures)`, `said(Message)`,
    `card_seen` (a card is on the reader and being read), `photo_decoded(bytes)`,
    `paper_changed(PaperRecord)`, `notice_ready(bytes)` (the paper as PDF), `items_found(tuple)`,
    `done_changed`, `signed_out`, `receipt_came`.
    """

    visit_changed = Signal()
    devices_changed = Signal()
    outbox_changed = Signal(object)
    said = Signal(object)
    card_seen = Signal()
    photo_decoded = Signal(object)
    paper_changed = Signal(object)
    notice_ready = Signal(object)
    items_found = Signal(object)
    done_changed = Signal()
    signed_out = Signal()
    receipt_came = Signal()

    def __init__(self, counter: Counter, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counter = counter
        self._jobs = jobs
        self.session: Session | None = None
        self.visit = Visit()
        self.devices = Devices()
        self.outbox = OutboxFigures(0, 0)
        self.done: tuple[DoneToday, ...] = ()
        self.busy = False
        self.accepting = False
        self.revealed = False
        self.waiting_card: Identity | None = None
        self.paper: PaperRecord | None = None
        self.refusal: Message | None = None
        self._delivering = False
        self._visit_number = 0
        self._search_number = 0
        self._pulse = self._timer(_PULSE_MS, self.feel_pulse)
        self._deliver = self._timer(_DELIVER_MS, self._deliver_due)
        self._receipt_wait = self._timer(
            int(RECEIPT_WAIT.total_seconds() * 1000), self._print_now, single=True
        )
        self._mask_again = self._timer(_REVEAL_MS, self.conceal, single=True)
        # Usually the act is done before a person could read "saving".
        self._slow_accept = self._timer(_SLOW_MS, self.visit_changed.emit, single=True)
        self._papers = PaperDesk(counter.papers, jobs, self)
        self._papers.changed.connect(self._paper_noted)
        self._papers.made.connect(self._paper_made)
        self._papers.made_ahead.connect(self._paper_made)
        self._papers.failed.connect(self._paper_failed)
        self._papers.said.connect(self.said)

    # -- sign-in ---------------------------------------------------------------------------------

    def watch(self) -> None:
        """Feel for the platform and deliver what waits from now on, signed in or not.

        What was accepted leaves as the device's, after its operator went home and after a restart.
        """
        self._pulse.start()
        self._deliver.start()
        self._refresh_figures()
        self.feel_pulse()

    def begin(self, session: Session) -> None:
        """A clerk has signed in; the counter starts to work."""
        self.session = session
        self.done = ()
        self._set_devices(online=True)
        self._refresh_figures()
        self._top_up()
        self._keep_items()
        self.feel_pulse()
        self._papers.resume()
        self.visit_changed.emit()

    def go_on(self, session: Session) -> None:
        """The same operator has unlocked the window: the visit goes on under the new sign-in."""
        self.session = session
        self.feel_pulse()

    def sign_out(self) -> None:
        """End the clerk's session; whatever waits for the network leaves as the device's."""
        session = self.session
        if session is None:
            return
        self.close_visit()
        self.session = None
        services = self._counter
        self._jobs.run(
            self, lambda: services.sign_in.sign_out(session), lambda _: None, lambda _: None
        )
        self.signed_out.emit()

    @property
    def now(self) -> datetime:
        """The present moment by the counter's clock."""
        return self._counter.clock.now()

    # -- who stands here -------------------------------------------------------------------------

    def hear_reader(self, event: ReaderEvent) -> None:
        """Something happened at the card reader."""
        match event:
            case ReaderReady():
                self._set_devices(reader="")
            case ReaderLost(code=code):
                self._set_devices(reader=code)
            case CardFound():
                if self.session is not None:
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
            case CardRemoved():
                pass

    def do_without(self, *, reader: bool, gun: bool) -> None:
        """The settings name no reader, no gun: that is no fault."""
        self._set_devices(
            reader=NOT_CONFIGURED if reader else None, gun=NOT_CONFIGURED if gun else None
        )

    def hear_gun(self, event: GunEvent) -> None:
        """Something happened at the scan gun."""
        match event:
            case GunReady():
                self._set_devices(gun="")
            case GunLost(code=code):
                self._set_devices(gun=code)
            case CodeScanned(payload=payload):
                self.open_code(payload)

    def receive(self, identity: Identity) -> None:
        """A person stands at the window. While a case is on the desk, another card waits."""
        if self.session is None:
            return
        current = self.visit.identity
        if self.visit.state is VisitState.HANDLING and current is not None:
            if current.number != identity.number:
                self.waiting_card = identity
                self.said.emit(
                    Message(
                        tr("读到另一张证件,当前的办理还没有结束"),
                        tr("按 F2 结束当前接待,接待此人。"),
                        "info",
                    )
                )
            return
        self._start(self._counter.reception.receive(identity))

    def next_person(self) -> None:
        """End this visit; go on with the card that waits, if there is one."""
        if self.accepting:
            return  # in a moment there is an accepted case to leave
        waiting = self.waiting_card
        self.close_visit()
        if waiting is not None:
            self._start(self._counter.reception.receive(waiting))

    def close_visit(self) -> None:
        """The visit is over: nothing of the person stays here."""
        taken_up = self.visit.taken_up
        not_accepted = self.visit.state is VisitState.HANDLING and not self.accepting
        self._visit_number += 1
        self.waiting_card = None
        self.paper = None
        self.revealed = False
        self.busy = self.accepting = False
        self.refusal = None
        if self._receipt_wait.isActive():  # the paper is owed to whoever leaves before the receipt
            self._receipt_wait.stop()
            self._print_now()
        self._slow_accept.stop()
        self._mask_again.stop()
        if not_accepted and taken_up is not None:
            self._give_back(taken_up)
        self._change(self.visit.close())

    def _give_back(self, taken_up: TakenUp) -> None:
        """Let a pre-application that nobody handles any more be taken up elsewhere."""
        session, reception = self.session, self._counter.reception
        if session is not None:
            self._jobs.run(
                self,
                lambda: reception.put_back(taken_up, session),
                lambda _: None,
                lambda _: None,
            )

    def open_code(self, payload: bytes) -> None:
        """A code was scanned: open the pre-application it stands for."""
        session = self.session
        if session is None or self.visit.state is VisitState.HANDLING:
            return
        reception = self._counter.reception
        self._set_busy(busy=True)

        def opened(answer: tuple[Identity, Preapplication]) -> None:
            identity, preapplication = answer
            self._set_busy(busy=False)
            self._start(reception.receive(identity), then=preapplication)

        self._jobs.run(self, lambda: reception.open_code(payload, session), opened, self._failed)

    def reveal(self, reason: str) -> None:
        """Show name and number in full for a minute; the reason is audited."""
        identity, session = self.visit.identity, self.session
        if identity is None or session is None:
            return
        reception = self._counter.reception

        def audited(_: None) -> None:
            self.revealed = True
            self._mask_again.start()
            self.visit_changed.emit()

        self._jobs.run(
            self, lambda: reception.reveal(session, reason), audited, self._failed, Lane.DESK
        )

    def conceal(self) -> None:
        """Mask again."""
        if self.revealed:
            self.revealed = False
            self.visit_changed.emit()

    def warnings(self) -> list[Message]:
        """What must be looked at on the card, as messages."""
        identity = self.visit.identity
        if identity is None:
            return []
        found = [
            message(code, characters=_private_use(identity.name))
            for code in identities.warnings(identity, self.now.date())
        ]
        if self.visit.knowledge.name_differs:
            found.append(message("name.differs"))
        return found

    # -- what is being done ----------------------------------------------------------------------

    def search_items(self, query: str) -> None:
        """Look for items by name, pinyin initials or code."""
        reception = self._counter.reception
        self._search_number += 1
        number = self._search_number

        def found(items: tuple[ItemSummary, ...]) -> None:
            if number == self._search_number:  # answers may overtake each other
                self.items_found.emit(items)

        self._jobs.run(self, lambda: reception.search_items(query), found, self._failed)

    def take_up_preapplication(self, preapplication_id: str) -> None:
        """Put an online pre-application on the desk (调取)."""
        for preapplication in self.visit.knowledge.preapplications:
            if preapplication.id == preapplication_id:
                self._take_up(preapplication)
                return

    def take_up_item(self, item_code: str) -> None:
        """Put an item on the desk that was not applied for online."""
        identity, session = self.visit.identity, self.session
        if identity is None or session is None or self.busy:
            return
        reception = self._counter.reception
        self._run_take_up(lambda: reception.take_up_item(identity, item_code, session))

    def put_back(self) -> None:
        """Take the item off the desk again."""
        taken_up, session = self.visit.taken_up, self.session
        if taken_up is None or session is None or self.visit.state is not VisitState.HANDLING:
            return
        reception = self._counter.reception
        self._change(self.visit.put_back())
        self._jobs.run(
            self,
            lambda: reception.put_back(taken_up, session),
            lambda _: self._ask_platform(self._visit_number),
            lambda _: None,
        )

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

    def due(self) -> DueDate | None:
        """By when the case would be due if it were accepted now; None for an item done at once."""
        if self.visit.taken_up is None:
            return None
        item = self.visit.taken_up.item
        if item.case_type is CaseType.IMMEDIATE:
            return None
        return due_date(
            self.now.date(),
            item.promised_days,
            day_kind=item.day_kind,
            calendar=self._counter.calendar(),
        )

    # -- acceptance ------------------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the case (受理): on disk first, then told, then sent and printed."""
        session = self.session
        if session is None or self.accepting or self.visit.state is not VisitState.HANDLING:
            return
        if not self.checklist().complete:
            self.said.emit(message("visit.material_missing"))
            return
        visit, number, online = self.visit, self._visit_number, self.devices.online
        acceptance, papers = self._counter.acceptance, self._papers
        self.accepting = True
        self._slow_accept.start()

        def work() -> CaseRecord:
            case = acceptance.accept(visit, session, online=online)
            papers.make_ahead(case.id)  # from here, so that it does not wait for the page
            return case

        self._jobs.run(
            self,
            work,
            lambda case: self._accepted(case, session, number),
            lambda error: self._accept_failed(error, number),
            Lane.DESK,
        )

    def _accepted(self, case: CaseRecord, session: Session, number: int) -> None:
        """On disk. Sending and printing begin first, then the page changes."""
        here = number == self._visit_number  # else the window was locked or left meanwhile
        if here and self.devices.online:
            self._receipt_wait.start()
            self._send(case)
        else:
            self._papers.print_notice(case.id, session)
        self.done = (DoneToday(case, PaperState.OWED), *self.done)[:50]
        if here:
            self.accepting = False
            self._slow_accept.stop()
            self._change(self.visit.accept(case))
        self.done_changed.emit()
        self.said.emit(notice(tr("已受理 {number}", number=case.shown_number)))
        self._refresh_figures()

    def _accept_failed(self, error: HallError, number: int) -> None:
        if number == self._visit_number:
            self.accepting = False
            self._slow_accept.stop()
            self.visit_changed.emit()
        self.said.emit(message_of(error))

    def _send(self, case: CaseRecord) -> None:
        delivery = self._counter.delivery
        number = self._visit_number

        def sent(act: OutgoingAct) -> None:
            self._refresh_figures()
            if number == self._visit_number and self._receipt_wait.isActive():
                self._receipt_wait.stop()
                self._print_now()
            if act.state is OutgoingState.REFUSED:
                self._say_refused(act, of_this_visit=number == self._visit_number)
            elif act.last_code:
                self._platform_said(act.last_code)
            self._reload_case(case)

        self._jobs.run(self, lambda: delivery.deliver_case(case.id), sent, self._failed)

    def _say_refused(self, act: OutgoingAct, *, of_this_visit: bool) -> None:
        """The platform's clear no to an accepted case: it needs a person, and never vanishes."""
        said = message(act.last_code, problem=act.problem)
        if of_this_visit:
            self.refusal = said
        self.said.emit(said)

    def _reload_case(self, case: CaseRecord) -> None:
        counter = self._counter

        def loaded(fresh: CaseRecord) -> None:
            self.done = tuple(
                replace(d, case=fresh) if d.case.id == fresh.id else d for d in self.done
            )
            self.done_changed.emit()
            if self.visit.case is not None and self.visit.case.id == fresh.id:
                self._change(replace(self.visit, case=fresh))
            self.receipt_came.emit()

        self._jobs.run(self, lambda: counter.papers.case(case.id), loaded, self._failed, Lane.DESK)

    # -- papers ----------------------------------------------------------------------------------

    def _print_now(self) -> None:
        if self.visit.case is not None:
            self.print_notice(self.visit.case.id)

    def print_notice(self, case_id: str) -> None:
        """Make the 受理通知书, show it, print it. A second time it says 补打."""
        if self.session is not None:
            self._papers.print_notice(case_id, self.session)

    def _paper_noted(self, record: PaperRecord) -> None:
        if self.visit.case is not None and self.visit.case.id == record.case:
            self.paper = record
        self.done = tuple(
            replace(d, paper=record.state) if d.case.id == record.case else d for d in self.done
        )
        self.done_changed.emit()
        self.paper_changed.emit(record)
        self._refresh_printer()

    def _paper_made(self, case_id: str, pdf: bytes) -> None:
        if self.visit.case is not None and self.visit.case.id == case_id:
            self.notice_ready.emit(pdf)

    def _paper_failed(self, case_id: str) -> None:
        papers = self._counter.papers
        self._jobs.run(
            self, lambda: papers.record(case_id), self._paper_noted, self._failed, Lane.DESK
        )

    # -- the platform and the figures --------------------------------------------------------------

    def feel_pulse(self) -> None:
        """Ask whether the platform is there, and how the printer is."""
        counter = self._counter
        self._jobs.run(
            self,
            counter.platform_is_there,
            lambda there: self._set_devices(online=there),
            self._failed,
        )
        self._refresh_printer()

    def _refresh_printer(self) -> None:
        self._jobs.run(
            self,
            self._counter.printer_state,
            lambda state: self._set_devices(printer=state),
            self._failed,
        )

    def _deliver_due(self) -> None:
        if self._delivering or not self.devices.online or not self.outbox.waiting:
            return
        self._delivering = True

        def delivered(round_: DeliveryRound) -> None:
            self._delivering = False
            self._refresh_figures()
            if round_.refused:
                self.said.emit(outbox_message(OutboxFigures(0, round_.refused)))
            if self.visit.case is not None and self.visit.case.receipt is None:
                self._reload_case(self.visit.case)

        def not_delivered(error: HallError) -> None:
            self._delivering = False
            self._failed(error)

        self._jobs.run(self, self._counter.delivery.deliver_due, delivered, not_delivered)
        self._top_up()

    def _top_up(self) -> None:
        session = self.session
        if session is None:
            return
        numbers = self._counter.numbers
        self._jobs.run(
            self,
            lambda: numbers.top_up(session.window.code),
            lambda _: None,
            lambda error: self._platform_said(error.code),
        )

    def _keep_items(self) -> None:
        """Remember the items, so that the window can go on without the platform."""
        self._jobs.run(
            self,
            self._counter.reception.keep_items,
            lambda _: None,
            lambda error: self._platform_said(error.code),
        )

    def _refresh_figures(self) -> None:
        def counted(figures: OutboxFigures) -> None:
            self.outbox = figures
            self.outbox_changed.emit(figures)

        self._jobs.run(self, self._counter.delivery.figures, counted, self._failed, Lane.DESK)

    # -- within --------------------------------------------------------------------------------

    def ask_again(self) -> None:
        """Ask the platform about the person once more."""
        if self.visit.state in (VisitState.RECEIVED, VisitState.HANDLING):
            self._ask_platform(self._visit_number)

    def _start(self, visit: Visit, then: Preapplication | None = None) -> None:
        if self.visit.state is not VisitState.WAITING:
            self.close_visit()
        self._visit_number += 1
        self._change(visit)
        self._ask_platform(self._visit_number, then)

    def _ask_platform(self, number: int, then: Preapplication | None = None) -> None:
        identity, session = self.visit.identity, self.session
        if identity is None or session is None:
            return
        reception = self._counter.reception

        def answered(knowledge: Knowledge) -> None:
            if not self._still_asks(number):
                return
            self._set_devices(online=True)
            self._change(self.visit.learn(knowledge))
            if then is not None and self.visit.state is VisitState.RECEIVED:
                self._take_up(then)

        def not_answered(error: HallError) -> None:
            if not self._still_asks(number):
                return
            offline = isinstance(error, PlatformUnreachable)
            lookup = Lookup.OFFLINE if offline else Lookup.FAILED
            self._change(self.visit.not_answered(lookup, error.code))
            self._failed(error)

        self._jobs.run(self, lambda: reception.look_up(identity, session), answered, not_answered)

    def _still_asks(self, number: int) -> bool:
        """Whether an answer about the person still finds the visit that asked for it."""
        asking = (VisitState.RECEIVED, VisitState.HANDLING)
        return number == self._visit_number and self.visit.state in asking

    def _take_up(self, preapplication: Preapplication) -> None:
        identity, session = self.visit.identity, self.session
        if identity is None or session is None or self.busy:
            return
        reception = self._counter.reception
        self._run_take_up(
            lambda: reception.take_up_preapplication(identity, preapplication, session)
        )

    def _run_take_up(self, work: Callable[[], TakenUp]) -> None:
        number = self._visit_number
        self._set_busy(busy=True)

        def taken(taken_up: TakenUp) -> None:
            if number == self._visit_number:
                self.busy = False
                self._change(self.visit.take_up(taken_up))
            else:
                self._give_back(taken_up)  # the person has left: free for other windows

        def failed(error: HallError) -> None:
            if number == self._visit_number:
                self._failed(error)

        self._jobs.run(self, work, taken, failed)

    def _step(self, step: Callable[[], Visit]) -> None:
        try:
            self._change(step())
        except VisitError as error:
            self.said.emit(message_of(error))

    def _change(self, visit: Visit) -> None:
        self.visit = visit
        self.visit_changed.emit()

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
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
        if code in PlatformUnreachable.codes:
            self._set_devices(online=False)
        if code == "platform.session_ended" and self.session is not None:
            self.said.emit(message(code))

    def _set_devices(
        self,
        *,
        reader: str | None = None,
        gun: str | None = None,
        printer: PrinterState | None = None,
        online: bool | None = None,
    ) -> None:
        now = self.devices
        changed = Devices(
            now.reader if reader is None else reader,
            now.gun if gun is None else gun,
            now.printer if printer is None else printer,
            now.online if online is None else online,
        )
        if changed == now:
            return
        self.devices = changed
        self.devices_changed.emit()
        if changed.online and not now.online:
            self._deliver_due()
            if self.visit.lookup is Lookup.OFFLINE:
                self._ask_platform(self._visit_number)

    def _timer(self, ms: int, what: Callable[[], None], *, single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(ms)
        timer.setSingleShot(single)
        timer.timeout.connect(what)
        return timer


def _private_use(text: str) -> str:
    """The private-use characters of a name as code points, so that they can be named."""
    found = (f"U+{ord(c):04X}" for c in text if 0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000)
    return " ".join(found)
