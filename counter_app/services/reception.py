"""Receiving a person at the window (接待): who they are, what the platform has of them."""

from __future__ import annotations

import secrets

from counter_app.domain.case_id import RANDOM_BYTES, uuid7
from counter_app.domain.identity import Identity, normalised_number, same_name
from counter_app.domain.item import Item, ItemSummary
from counter_app.domain.licence import Licence
from counter_app.domain.preapplication import Preapplication, in_order_of_use
from counter_app.domain.session import Session
from counter_app.domain.visit import Knowledge, TakenUp, Visit
from counter_app.errors import HallError, PlatformError, PlatformRefused, VisitError
from counter_app.ports import AuditEntry, Clock, Platform, Store

_SEE_RECORDS = "窗口接待查询网上预申请、持证情况和办件"
_SEE_PREAPPLICATIONS = "窗口接待查询网上预申请"


class Reception:
    """From a card to an item on the desk.

    Blocking, except `receive`. Every look at a person's data is told to the platform with its
    purpose and stands in the audit, without name and number.
    """

    def __init__(self, platform: Platform, store: Store, clock: Clock) -> None:
        self._platform = platform
        self._store = store
        self._clock = clock

    def receive(self, identity: Identity) -> Visit:
        """A visit of that person; local and instant."""
        return Visit().receive(identity, self._clock.now())

    def look_up(self, identity: Identity, session: Session) -> Knowledge:
        """What the platform has of the person: pre-applications, bare licences, cases.

        Raises PlatformUnreachable, PlatformError, PlatformRefused, StoreError.
        """
        self._audit(session, "receive", identity.kind.value, identity.source.value, identity.sam_id)
        try:
            found = self._platform.records(
                kind=identity.kind.value,
                number=normalised_number(identity.number),
                purpose=_SEE_RECORDS,
            )
        except HallError as failure:
            self._audit(session, "look_up", identity.kind.value, failure.code)
            raise
        self._audit(session, "look_up", identity.kind.value, "answered")
        return Knowledge(
            in_order_of_use(found.preapplications),
            found.licences,
            found.cases,
            name_differs=_name_differs(identity, found.preapplications, found.licences),
        )

    def take_up_preapplication(
        self, identity: Identity, preapplication: Preapplication, session: Session
    ) -> TakenUp:
        """Take a pre-application to this window (调取), with its item and the licences for it.

        What changed since it was seen is read again once. Without an item it is given back; when
        only the licences cannot be had, `licences_code` says why. Raises PlatformUnreachable,
        PlatformError, PlatformRefused (claimed_elsewhere, ...), VisitError: "visit.item_unknown",
        and "visit.illegal_step" when another person applied.
        """
        applicant = normalised_number(preapplication.applicant.number)
        if applicant != normalised_number(identity.number):
            raise VisitError("visit.illegal_step", state="another_person")
        claimed = self._claim(preapplication, session)
        try:
            item = self._item_or_kept(claimed.item)
            licences, code = self._licences(identity, item, session)
        except HallError:
            self._release(claimed, session)
            raise
        return TakenUp(item, licences, claimed, self._new_id(), code)

    def take_up_item(self, identity: Identity, item_code: str, session: Session) -> TakenUp:
        """Put an item on the desk without a pre-application.

        Without the platform: the item as last seen, and no licences; `licences_code` says why.
        Raises VisitError("visit.item_unknown") when it was never seen, PlatformRefused.
        """
        item = self._item_or_kept(item_code)
        licences, code = self._licences(identity, item, session)
        return TakenUp(item, licences, None, self._new_id(), code)

    def put_back(self, taken_up: TakenUp, session: Session) -> None:
        """Take the item off the desk; a claimed pre-application is free for others again.

        Never fails for the platform: a claim that could not be given back stays with this window.
        """
        if taken_up.preapplication is not None:
            self._release(taken_up.preapplication, session)
        self._audit(session, "put_back", taken_up.item.code, "done")

    def search_items(self, query: str) -> tuple[ItemSummary, ...]:
        """Items by name, pinyin initials or code; without the platform those kept here."""
        try:
            return self._platform.items(query)
        except PlatformRefused:
            raise
        except PlatformError:
            wanted = query.strip().casefold()
            return tuple(item for item in self._store.kept_items() if _matches(item, wanted))

    def keep_items(self) -> int:
        """Remember every item of the platform that is new or has a new version; how many.

        Done after signing in, so that items can be handled without the platform later.
        """
        known = {(item.code, item.version) for item in self._store.kept_items()}
        wanted = [
            item.code for item in self._platform.items() if (item.code, item.version) not in known
        ]
        for code in wanted:
            self._item(code)
        return len(wanted)

    def reveal(self, session: Session, reason: str) -> None:
        """Note that name and number are shown in full, and why; before they are shown."""
        self._audit(session, "reveal", "applicant", "shown", reason)

    def _item(self, code: str) -> Item:
        item = self._platform.item(code)
        self._store.keep_item(item, self._clock.now())
        return item

    def _item_or_kept(self, code: str) -> Item:
        """The item now, or as last seen when the platform does not give it."""
        try:
            return self._item(code)
        except PlatformRefused as refusal:
            if refusal.code == "platform.not_found":
                raise VisitError("visit.item_unknown") from refusal
            raise
        except PlatformError as failure:
            kept = self._store.kept_item(code)
            if kept is None:
                raise VisitError("visit.item_unknown", cause=failure.code) from failure
            return kept

    def _licences(
        self, identity: Identity, item: Item, session: Session
    ) -> tuple[tuple[Licence, ...], str]:
        """The licences for that item, and the code of why they could not be had."""
        try:
            licences = self._platform.licences(
                kind=identity.kind.value,
                number=normalised_number(identity.number),
                item=item.code,
                purpose=f"办理{item.name}",
            )
        except PlatformRefused as refusal:
            self._audit(session, "take_up", item.code, refusal.code)
            raise
        except PlatformError as failure:
            self._audit(session, "take_up", item.code, failure.code)
            return (), failure.code
        self._audit(session, "take_up", item.code, "answered", f"licences={len(licences)}")
        return licences, ""

    def _claim(self, preapplication: Preapplication, session: Session) -> Preapplication:
        try:
            try:
                claimed = self._platform.claim(preapplication, session, self._new_id())
            except PlatformRefused as refusal:
                if refusal.code != "platform.changed_meanwhile":
                    raise
                fresh = self._platform.preapplication_by_code(
                    preapplication.code, purpose=_SEE_PREAPPLICATIONS
                )
                claimed = self._platform.claim(fresh, session, self._new_id())
        except HallError as failure:
            self._audit(session, "claim", preapplication.id, failure.code)
            raise
        self._audit(session, "claim", claimed.id, "done")
        return claimed

    def _release(self, claimed: Preapplication, session: Session) -> None:
        try:
            self._platform.release(claimed, session, self._new_id())
            result = "done"
        except HallError as failure:
            result = failure.code
        self._audit(session, "release", claimed.id, result)

    def _new_id(self) -> str:
        return uuid7(self._clock.now(), secrets.token_bytes(RANDOM_BYTES))

    def _audit(
        self, session: Session, act: str, subject: str, result: str, detail: str = ""
    ) -> None:
        self._store.add_audit(
            AuditEntry(
                self._clock.now(),
                session.operator.id,
                session.window.code,
                act,
                subject,
                result,
                detail,
            )
        )


def _name_differs(
    identity: Identity,
    preapplications: tuple[Preapplication, ...],
    licences: tuple[Licence, ...],
) -> bool:
    """Whether the platform has this number under a name that is not the document's."""
    names = [one.applicant.name for one in preapplications]
    names += [one.holder.name for one in licences]
    return any(name and not same_name(name, identity.name) for name in names)


def _matches(item: ItemSummary, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in (item.name, item.pinyin, item.code))
