"""Deliveries of a counter: acts in batches, and what became of them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from hall_platform.access import Caller, ClerkOrDevice, Device
from hall_platform.acts import (
    Arrival,
    acts,
    checked_subject,
    fingerprint_of,
    prepared,
    shaped,
)
from hall_platform.context import Context, InContext
from hall_platform.faults import log_fault
from hall_platform.idempotency import Once, Outcome
from hall_platform.problems import Problem, invalid
from hall_platform.sync import queries
from hall_platform.sync.shapes import Batch, BatchAnswer, BatchedAct, ReceiptAnswer

router = APIRouter(prefix="/v1", tags=["sync"])

MOST_KEYS = 100


@router.post("/sync/batches", response_model=BatchAnswer, summary="成批递交操作")
def deliver(batch: Batch, caller: Device, context: InContext) -> dict[str, Any]:
    """Up to 100 acts, each answered as its own route would answer it; none touches another."""
    ready = [_ready(one, caller, context) for one in batch.acts]
    outcomes = iter(context.acts.perform_each([one for one in ready if isinstance(one, Once)]))
    return {
        "answers": [
            _answer(sent.key, next(outcomes) if isinstance(one, Once) else one)
            for sent, one in zip(batch.acts, ready, strict=True)
        ]
    }


@router.get("/sync/receipts", response_model=ReceiptAnswer, summary="核对回执")
def read_receipts(
    caller: ClerkOrDevice,
    context: InContext,
    keys: Annotated[str, Query(max_length=26_000, description="幂等键，逗号分隔，至多 100 个")],
) -> dict[str, Any]:
    """What is durable of the keys; a client forgets an act only after reading it back here."""
    wanted = list(dict.fromkeys(part for part in keys.split(",") if part))
    if len(wanted) > MOST_KEYS:
        raise invalid("query.keys", f"more than {MOST_KEYS}")
    with context.store.read() as connection:
        return queries.read_back(connection, caller, wanted)


def _ready(sent: BatchedAct, caller: Caller, context: Context) -> Once | Problem:
    """The act as its own route would take it up, or what it would refuse it with."""
    act = acts().get(sent.act)
    try:
        if act is None:
            raise invalid("act", "no such act")
        if not caller.roles & set(act.roles):
            raise Problem("not-allowed")
        digest = fingerprint_of(sent.body)
        body = shaped(act, sent.body)
        arrival = Arrival(
            caller, context, checked_subject(act, sent.subject), sent.if_match, sent.signature
        )
        return prepared(act, body, digest, sent.key, arrival)
    except Problem as problem:
        return problem


def _answer(key: str, outcome: Outcome | Exception) -> dict[str, Any]:
    if isinstance(outcome, Outcome):
        return {
            "key": key,
            "status": outcome.status,
            "replayed": outcome.replayed,
            "body": json.loads(outcome.answer),
            "problem": None,
        }
    if not isinstance(outcome, Problem):
        log_fault(outcome)
        outcome = Problem("internal")
    document = outcome.document()
    if "Retry-After" in outcome.headers:
        document["retry_after"] = int(outcome.headers["Retry-After"])
    return {
        "key": key,
        "status": outcome.kind.status,
        "replayed": False,
        "body": None,
        "problem": document,
    }
