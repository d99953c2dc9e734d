"""Delivering acts to the platform (上传), until each one's receipt was read back.

The rules are those that keep money straight: an act's key never changes, no answer is not a no,
a yes counts only once it was read back with the fingerprint of what was sent, and a clear no waits
for a person.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counter_app.domain.case import Receipt
from counter_app.domain.outgoing import (
    FINISHED_STATES,
    OutboxFigures,
    OutgoingAct,
    OutgoingState,
)
from counter_app.errors import PlatformError, PlatformRefused, PlatformUnreachable
from counter_app.ports import AuditEntry, Clock, Platform, Store

# A no to the act itself. Every other refusal is about the route there (a device that is not signed
# in, an address that is not the platform's) and says nothing about the act: it keeps waiting.
_NO_TO_THE_ACT = frozenset(
    {"platform.refused", "platform.changed_meanwhile", "platform.claimed_elsewhere"}
)
# Said of who did it and where: asking again changes nothing, so a person has to know.
_NO_TO_ITS_OPERATOR = frozenset({"other-window", "operator-unknown", "not-allowed"})


@dataclass(frozen=True, slots=True)
class DeliveryRound:
    """What one round did; `reached` is False when the platform could not be reached at all."""

    confirmed: int
    still_waiting: int
    refused: int
    reached: bool


class Delivery:
    """Sends what waits in the outbox. May be called from several threads at once.

    `chance` gives the jitter of the waiting times, in [0, 1).
    """

    def __init__(
        self,
        platform: Platform,
        store: Store,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock
        self._chance = chance
        self._guard = threading.Lock()
        self._under_way: set[str] = set()

    def deliver(self, key: str) -> OutgoingAct:
        """One attempt for one act, then read back; the act as it stands afterwards.

        An act that is finished, under way in another thread or behind an earlier one of its case
        is left as it is. Raises KeyError if the act is not here, and StoreError.
        """
        act = self._store.outgoing(key)
        if act.state in FINISHED_STATES:
            return act
        if self._store.waits_for_earlier(key) or not self._begin(key):
            return act
        try:
            act, _ = self._send(self._store.outgoing(key))
            if act.state is OutgoingState.SENT:
                self._read_back([act])
        finally:
            self._end(key)
        return self._as_it_stands(act)

    def deliver_case(self, case_id: str) -> OutgoingAct:
        """One attempt for the oldest unfinished act of a case, or its last act if all are done.

        Raises KeyError if the case has no act here, and StoreError.
        """
        return self.deliver(self._store.act_of_case(case_id))

    def deliver_due(self, limit: int = 50) -> DeliveryRound:
        """One attempt for each act that is due, oldest first, at most `limit`.

        Ends at the first sign that the platform cannot be reached. Raises StoreError.
        """
        mine = [
            act
            for act in self._store.due_outgoing(self._clock.now(), limit)
            if self._begin(act.key)
        ]
        reached = True
        sent: list[OutgoingAct] = []
        try:
            for act in mine:
                after, reached = self._send(self._as_it_stands(act))
                if not reached:
                    break
                if after.state is OutgoingState.SENT:
                    sent.append(after)
            if sent:
                reached = self._read_back(sent) and reached
        finally:
            for act in mine:
                self._end(act.key)
        ends = [self._as_it_stands(act).state for act in mine]
        return DeliveryRound(
            confirmed=ends.count(OutgoingState.CONFIRMED),
            still_waiting=self._store.outbox().waiting,
            refused=ends.count(OutgoingState.REFUSED),
            reached=reached,
        )

    def figures(self) -> OutboxFigures:
        """待传: how many acts wait, and how many need a person."""
        return self._store.outbox()

    def _as_it_stands(self, act: OutgoingAct) -> OutgoingAct:
        """The act as the store has it now."""
        try:
            return self._store.outgoing(act.key)
        except KeyError:  # only what is confirmed is ever cleared away
            return act.confirmed()

    def _begin(self, key: str) -> bool:
        with self._guard:
            if key in self._under_way:
                return False
            self._under_way.add(key)
            return True

    def _end(self, key: str) -> None:
        with self._guard:
            self._under_way.discard(key)

    def _send(self, act: OutgoingAct) -> tuple[OutgoingAct, bool]:
        """Send it unless the platform said yes already; the act, and whether it was reached."""
        if act.state is not OutgoingState.PENDING:
            return act, True
        try:
            self._platform.send(act)
        except PlatformRefused as refusal:
            if not _is_no_to_the_act(refusal):
                return self._failed(act, refusal.code), True
            return self._refused(act, refusal), True
        except PlatformError as failure:
            reached = not isinstance(failure, PlatformUnreachable)
            return self._failed(act, failure.code, _retry_after(failure)), reached
        return self._store.save_outgoing(act.sent()), True

    def _read_back(self, acts: Sequence[OutgoingAct]) -> bool:
        """Read the receipts of acts that were sent; False when the platform was not reached."""
        try:
            receipts = self._platform.receipts([act.key for act in acts])
        except (PlatformError, PlatformRefused) as failure:
            for act in acts:
                self._failed(act, failure.code, _retry_after(failure))
            return not isinstance(failure, PlatformUnreachable)
        for act in acts:
            self._compare(act, receipts.get(act.key))
        return True

    def _compare(self, act: OutgoingAct, receipt: Receipt | None) -> None:
        if receipt is None:
            self._store.save_outgoing(act.not_there(self._clock.now(), chance=self._chance()))
        elif receipt.body_sha256 != act.sha256 or receipt.case != act.case:
            self._store.save_outgoing(
                act.refused("platform.receipt_differs"),
                entry=self._entry(act, "platform.receipt_differs"),
            )
        else:
            self._store.save_outgoing(act.confirmed(), receipt, self._entry(act, "confirmed"))

    def _failed(
        self, act: OutgoingAct, code: str, retry_after: timedelta | None = None
    ) -> OutgoingAct:
        return self._store.save_outgoing(
            act.failed(code, self._clock.now(), chance=self._chance(), retry_after=retry_after)
        )

    def _refused(self, act: OutgoingAct, refusal: PlatformRefused) -> OutgoingAct:
        problem = str(refusal.facts.get("problem", ""))
        return self._store.save_outgoing(
            act.refused(refusal.code, problem), entry=self._entry(act, problem or refusal.code)
        )

    def _entry(self, act: OutgoingAct, result: str) -> AuditEntry:
        return AuditEntry(self._clock.now(), "", "", "deliver", act.case, result, act.key)


def _is_no_to_the_act(refusal: PlatformRefused) -> bool:
    if refusal.code == "platform.not_allowed":
        return refusal.facts.get("problem") in _NO_TO_ITS_OPERATOR
    return refusal.code in _NO_TO_THE_ACT


def _retry_after(failure: PlatformError) -> timedelta | None:
    seconds = failure.facts.get("retry_after")
    return timedelta(seconds=seconds) if isinstance(seconds, int | float) else None
