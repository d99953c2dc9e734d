"""Acts: what is done once under a key, each written down once and reached by two ways.

A module lists its acts in acts.py. Each gets its own route and can come in a batch of
`POST /v1/sync/batches`; both know the same key alike.

A counter's device delivers acts of its operators, who may have gone home. The act names operator
and session, and what the operator may not do, the device may not deliver.

A citizen is in no county: an act of theirs happens in the county its body names, or in that of
the hall it names, and its key is theirs alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, bindparam, select
from starlette.responses import Response

from hall_platform.access import DEVICE, Caller
from hall_platform.context import Context
from hall_platform.idempotency import Once, Outcome, checked_key, fingerprint
from hall_platform.identity import act_signatures
from hall_platform.identity.act_signatures import Place, SignedAct
from hall_platform.identity.tables import halls, operators, sessions
from hall_platform.modules import parts
from hall_platform.problems import Problem, invalid, invalid_shape
from hall_platform.shapes import ActingOperator, Shape

ACT_PROBLEMS = (
    "idempotency-key-missing",
    "idempotency-key-invalid",
    "idempotency-key-reused",
    "in-flight",
    "act-signature-invalid",
)

_SUBJECT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Delivery:
    """How an act came: its key and fingerprint, from whom, when, what it is done to.

    `if_match` is the state of the subject that its sender has seen, empty unless the act asks it.
    """

    key: str
    fingerprint: str
    caller: Caller
    received_at: datetime
    subject: str
    if_match: str
    context: Context


@dataclass(frozen=True)
class Act:
    """One act. What is done (`perform`) runs inside the transaction and gives the JSON answer.

    `path` may have one part in braces, the subject; `subject_member` is the member of the body
    that names it too. `roles` are those who may do it; with DEVICE among them a counter may
    deliver it for an operator of one of the other roles (or do it itself where the shape has no
    operator). A shape with a member `window` is done at the caller's own window.
    """

    name: str
    path: str
    summary: str
    shape: type[Shape]
    answer: type[Shape]
    roles: tuple[str, ...]
    perform: Callable[[Connection, Any, Delivery], Any]
    problems: tuple[str, ...] = ()
    status: int = 200
    needs_match: bool = False
    subject_type: Any = UUID
    subject_member: str = ""

    @property
    def subject_name(self) -> str:
        """The name of the subject in the path; "" for an act without one."""
        found = _SUBJECT.search(self.path)
        return found[1] if found else ""

    @property
    def all_problems(self) -> tuple[str, ...]:
        """What it may be refused with, besides what every operation may."""
        members = self.shape.model_fields
        return (
            *ACT_PROBLEMS,
            *(("other-window",) if "window" in members else ()),
            *(("operator-unknown",) if "operator" in members else ()),
            *(("precondition-required", "changed-meanwhile") if self.needs_match else ()),
            *self.problems,
        )


@cache
def acts() -> Mapping[str, Act]:
    """Every act by its name, as the modules list them."""
    found: dict[str, Act] = {}
    for name, part in parts("acts").items():
        for act in part.ACTS:
            if act.name in found:
                raise ValueError(f"{name} has a second act {act.name}")
            found[act.name] = act
    return found


@dataclass(frozen=True)
class Arrival:
    """Who brings an act, and what came beside its body."""

    caller: Caller
    context: Context
    subject: str | None
    if_match: str | None
    signature: str | None = None


def prepared(act: Act, body: Any, digest: str, key: str | None, arrival: Arrival) -> Once:
    """The act ready to be performed once. `body` is already of the act's shape.

    Problems: idempotency-key-missing, idempotency-key-invalid, invalid-request, other-window,
    precondition-required. When it is done: act-signature-invalid, and what the act refuses.
    """
    context = arrival.context
    caller = _placed(arrival.caller, body, context)
    if getattr(body, "window", caller.window) != caller.window:
        raise Problem("other-window", window=caller.window)
    subject = _subject(act, body, arrival.subject)
    if act.needs_match and not (arrival.if_match or "").strip():
        raise Problem("precondition-required")
    delivery = Delivery(
        key=checked_key(key),
        fingerprint=digest,
        caller=caller,
        received_at=context.clock.now(),
        subject=subject,
        if_match=arrival.if_match or "",
        context=context,
    )

    def work(connection: Connection) -> tuple[int, Any]:
        _operator_may(connection, act, body, caller)
        if arrival.signature:
            _keep_signature(connection, act, delivery, arrival.signature)
        return act.status, act.perform(connection, body, delivery)

    return Once(
        county=caller.county,
        hall=caller.hall,
        key=_own_key(caller, delivery.key),
        fingerprint=digest,
        act=act.name,
        subject=subject,
        at=delivery.received_at,
        work=work,
    )


def _keep_signature(connection: Connection, act: Act, delivery: Delivery, text: str) -> None:
    """What the device signed at the act goes into the act's own transaction."""
    caller = delivery.caller
    act_signatures.keep(
        connection,
        text,
        SignedAct(delivery.key, act.name, delivery.subject, delivery.fingerprint),
        Place(caller.county, caller.hall, caller.window),
        delivery.received_at,
    )


def _placed(caller: Caller, body: Any, context: Context) -> Caller:
    """A citizen in the county their act happens in. Problem("invalid-request")."""
    if not caller.citizen:
        return caller
    hall = getattr(body, "hall", None)
    if hall is None:
        return replace(caller, county=getattr(body, "county", None) or "")
    with context.store.read() as connection:
        county = connection.execute(
            select(halls.c.county).where(halls.c.code == hall)
        ).scalar_one_or_none()
    if county is None:
        raise invalid("body.hall", "no such hall")
    return replace(caller, county=county)


def _own_key(caller: Caller, key: str) -> str:
    """Halls share their county's keys; one citizen's key never meets another's."""
    if not caller.citizen:
        return key
    return hashlib.sha256(f"{caller.citizen} {key}".encode()).hexdigest()


def shaped(act: Act, body: Any) -> Shape:
    """A raw body in the act's shape. Problem("invalid-request")."""
    try:
        return act.shape.model_validate(body)
    except ValidationError as failure:
        raise invalid_shape(failure.errors(), "body") from None


def fingerprint_of(body: Any) -> str:
    """The body's fingerprint. Problem("malformed-request") for NaN and half surrogates."""
    try:
        return fingerprint(body)
    except ValueError:
        raise Problem("malformed-request") from None


def _subject(act: Act, body: Any, given: str | None) -> str:
    """What the act is done to, from the address or the body, which must not disagree."""
    if not act.subject_name:
        if given is not None:
            raise invalid("subject", "this act has none")
        return ""
    named = str(getattr(body, act.subject_member)) if act.subject_member else given
    if named is None:
        raise invalid("subject", "this act needs one")
    if given is not None and given != named:
        raise invalid(f"body.{act.subject_member}", "not the one of the address")
    return named


def checked_subject(act: Act, given: str | None) -> str | None:
    """A subject that came in a batch, in the spelling of an address. Problem("invalid-request")."""
    if given is None:
        return None
    try:
        return str(TypeAdapter(act.subject_type).validate_python(given))
    except ValidationError:
        raise invalid("subject", "not of this act's kind") from None


_SIGNED_IN_HERE = (
    select(operators.c.roles)
    .join(sessions, sessions.c.operator == operators.c.id)
    .where(operators.c.id == bindparam("operator"))
    .where(sessions.c.id == bindparam("session"))
    .where(sessions.c.hall == bindparam("hall"))
    .where(sessions.c.window.is_not_distinct_from(bindparam("window")))
)


def _operator_may(connection: Connection, act: Act, body: Any, caller: Caller) -> None:
    """The operator exists, signed in here, and has a role the act is open to.

    The session may have ended since. Who is signed in as an operator speaks for no other; only a
    device does. Problems: operator-unknown, not-allowed.
    """
    named: ActingOperator | None = getattr(body, "operator", None)
    if named is None:
        return
    if caller.operator and caller.operator != str(named.id):
        raise Problem("operator-unknown")
    claimed = {
        "operator": str(named.id),
        "session": str(named.session),
        "hall": caller.hall,
        "window": caller.window or None,
    }
    row = connection.execute(_SIGNED_IN_HERE, claimed).one_or_none()
    if row is None:
        raise Problem("operator-unknown")
    if not set(json.loads(row.roles)) & (set(act.roles) - {DEVICE}):
        raise Problem("not-allowed")


def answered(outcome: Outcome) -> Response:
    """The HTTP answer of an outcome."""
    headers = {"Idempotency-Replayed": "true"} if outcome.replayed else {}
    value = json.loads(outcome.answer)
    if isinstance(value, dict) and "etag" in value:
        headers["ETag"] = value["etag"]
    return Response(outcome.answer, outcome.status, headers=headers, media_type="application/json")
